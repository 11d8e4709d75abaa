// SPDX-License-Identifier: GPL-3.0-or-later
// Qwen3 (arXiv 2505.09388): transformers' models/qwen3.
#include "core/model/gated_decoder.h"

namespace invar {

std::unique_ptr<ModelFamily> make_qwen3(const ConfigReader &config) {
    auto result = read_gated_decoder(config, {.family = "qwen3", .head_size = 128, .context = 32768});
    result.query_bias = result.output_bias = config.flag("attention_bias", false);
    result.head_norms = true;
    result.windows = read_windows(config, result.layers);
    result.rotary = read_rotary(config, result.head_size);
    return make_gated_decoder(std::move(result));
}

} // namespace invar
