// SPDX-License-Identifier: GPL-3.0-or-later
// Phi-3 and Phi-4-mini (arXiv 2404.14219): transformers' models/phi3. Of longrope's two sets of factors the short one,
// so sequences end where that one does.
#include "core/model/gated_decoder.h"

#include <algorithm>

namespace invar {

std::unique_ptr<ModelFamily> make_phi3(const ConfigReader &config) {
    auto result = read_gated_decoder(config, {.family = "phi3", .context = 4096, .norm_epsilon = 1e-5, .fused = true});
    result.rotary = read_rotary(config, result.head_size);
    if (!result.rotary.divisors.empty())
        result.context = std::min(result.context, config.size("original_max_position_embeddings", result.context));
    result.windows.assign(static_cast<std::size_t>(result.layers), config.size("sliding_window", 0, 0));
    return make_gated_decoder(std::move(result));
}

} // namespace invar
