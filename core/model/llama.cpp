// SPDX-License-Identifier: GPL-3.0-or-later
// Llama 1 to 3 (arXiv 2302.13971, 2407.21783), SmolLM2, TinyLlama: transformers' models/llama.
#include "core/model/gated_decoder.h"

namespace invar {

std::unique_ptr<ModelFamily> make_llama(const ConfigReader &config) {
    auto result = read_gated_decoder(config, {.family = "llama", .context = 2048});
    result.query_bias = result.output_bias = config.flag("attention_bias", false);
    result.ffn_bias = config.flag("mlp_bias", false);
    result.rotary = read_rotary(config, result.head_size);
    return make_gated_decoder(std::move(result));
}

} // namespace invar
