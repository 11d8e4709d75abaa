// SPDX-License-Identifier: GPL-3.0-or-later
// GPT-2 (Radford et al. 2019), DistilGPT-2: transformers' models/gpt2.
#include "core/model/gpt_decoder.h"

namespace invar {

std::unique_ptr<ModelFamily> make_gpt2(const ConfigReader &config) {
    GptDecoderConfig result{.family = "gpt2",
                            .names = {.embedding = "wte",
                                      .positions = "wpe",
                                      .layers = "h",
                                      .attention_norm = "ln_1",
                                      .query_key_value = "attn.c_attn",
                                      .attention_output = "attn.c_proj",
                                      .ffn_norm = "ln_2",
                                      .ffn_in = "mlp.c_fc",
                                      .ffn_out = "mlp.c_proj",
                                      .final_norm = "ln_f",
                                      .head = "lm_head"},
                            .optional_prefix = "transformer.",
                            .layout = GptDecoderConfig::Layout::conv1d};
    result.hidden = config.size("n_embd", 768);
    result.ffn = config.size("n_inner", 4 * result.hidden);
    result.layers = config.size("n_layer", 12, 1, 4096);
    result.heads = config.size("n_head", 12);
    result.vocabulary = config.size("vocab_size", 50257);
    result.context = config.size("n_positions", 1024);
    result.norm_epsilon = config.number("layer_norm_epsilon", 1e-5);
    result.activation = read_gelu(config, "activation_function", "gelu_new");
    result.tied = config.flag("tie_word_embeddings", true);
    if (config.flag("scale_attn_by_inverse_layer_idx", false) || !config.flag("scale_attn_weights", true))
        fail("{}: attention scaled by layer, or not at all, is not known for GPT-2", config.file().string());
    return make_gpt_decoder(std::move(result), config);
}

} // namespace invar
