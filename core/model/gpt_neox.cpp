// SPDX-License-Identifier: GPL-3.0-or-later
// GPT-NeoX (arXiv 2204.06745) and Pythia (arXiv 2304.01373): transformers' models/gpt_neox.
#include "core/model/gpt_decoder.h"

namespace invar {

std::unique_ptr<ModelFamily> make_gpt_neox(const ConfigReader &config) {
    GptDecoderConfig result{.family = "gpt_neox",
                            .names = {.embedding = "embed_in",
                                      .positions = "",
                                      .layers = "layers",
                                      .attention_norm = "input_layernorm",
                                      .query_key_value = "attention.query_key_value",
                                      .attention_output = "attention.dense",
                                      .ffn_norm = "post_attention_layernorm",
                                      .ffn_in = "mlp.dense_h_to_4h",
                                      .ffn_out = "mlp.dense_4h_to_h",
                                      .final_norm = "final_layer_norm",
                                      .head = "embed_out"},
                            .optional_prefix = "gpt_neox.",
                            .layout = GptDecoderConfig::Layout::interleaved};
    result.hidden = config.size("hidden_size");
    result.ffn = config.size("intermediate_size");
    result.layers = config.size("num_hidden_layers", {}, 1, 4096);
    result.heads = config.size("num_attention_heads");
    result.vocabulary = config.size("vocab_size");
    result.context = config.size("max_position_embeddings", 2048);
    result.norm_epsilon = config.number("layer_norm_eps", 1e-5);
    result.activation = read_gelu(config, "hidden_act", "gelu");
    result.attention_bias = config.flag("attention_bias", true);
    result.parallel = config.flag("use_parallel_residual", true);
    result.tied = config.flag("tie_word_embeddings", false);
    result.rotary = read_rotary(config, result.hidden / result.heads,
                                {.share = 0.25, .theta_key = "rotary_emb_base", .share_key = "rotary_pct"});
    return make_gpt_decoder(std::move(result), config);
}

} // namespace invar
