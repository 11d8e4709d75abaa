// SPDX-License-Identifier: GPL-3.0-or-later
// Mistral (arXiv 2310.06825): transformers' models/mistral. Every layer sees a window, unless it is null.
#include "core/model/gated_decoder.h"

namespace invar {

std::unique_ptr<ModelFamily> make_mistral(const ConfigReader &config) {
    auto result = read_gated_decoder(config, {.family = "mistral", .context = 131072});
    // Absent, it is the class's default; null says that there is none.
    const auto window = config.contains("sliding_window") ? config.size("sliding_window", 0, 0) : 4096;
    result.windows.assign(static_cast<std::size_t>(result.layers), window);
    result.rotary = read_rotary(config, result.head_size);
    return make_gated_decoder(std::move(result));
}

} // namespace invar
