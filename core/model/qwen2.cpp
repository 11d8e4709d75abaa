// SPDX-License-Identifier: GPL-3.0-or-later
// Qwen2 and Qwen2.5 (arXiv 2407.10671): transformers' models/qwen2.
#include "core/model/gated_decoder.h"

namespace invar {

std::unique_ptr<ModelFamily> make_qwen2(const ConfigReader &config) {
    auto result = read_gated_decoder(config, {.family = "qwen2", .context = 32768});
    result.query_bias = true;
    result.windows = read_windows(config, result.layers);
    result.rotary = read_rotary(config, result.head_size);
    return make_gated_decoder(std::move(result));
}

} // namespace invar
