// SPDX-License-Identifier: GPL-3.0-or-later
// Keys after ggml/docs/gguf.md and gguf/constants.py, tensor names after gguf/tensor_mapping.py; what llama.cpp's
// converter did to each architecture's tensors is written down in the rules.
#include "core/checkpoint/gguf_architectures.h"

#include "core/base/error.h"

#include <array>
#include <charconv>

namespace invar {
namespace {

using Json = nlohmann::json;
using Rule = GgufTensorRule;
using enum GgufOrder;

/// The rotary settings that llama.cpp takes from metadata and two kinds of tensors, in the spelling of transformers 4.
Json rotary_scaling(const GgufMetadata &metadata) {
    const auto factors = [&](const char *tensor) {
        const auto &stored = metadata.file().tensors().at(tensor);
        std::vector<float> values(stored.bytes.size() / block_bytes(stored.type) * block_values(stored.type));
        dequantize(stored.type, stored.bytes, values);
        return values;
    };
    const auto context = metadata.size("context_length");
    if (metadata.has_tensor("rope_freqs.weight")) // llama3's scaling, worked out
        return {{"rope_type", "longrope"},
                {"short_factor", factors("rope_freqs.weight")},
                {"long_factor", factors("rope_freqs.weight")},
                {"attention_factor", 1.0},
                {"original_max_position_embeddings", context}};
    if (metadata.has_tensor("rope_factors_short.weight") && metadata.has_tensor("rope_factors_long.weight"))
        return {{"rope_type", "longrope"},
                {"short_factor", factors("rope_factors_short.weight")},
                {"long_factor", factors("rope_factors_long.weight")},
                {"attention_factor", metadata.number("rope.scaling.attn_factor", 1)},
                {"original_max_position_embeddings", metadata.size("rope.scaling.original_context_length", context)}};
    const auto factor = metadata.number("rope.scaling.factor", metadata.number("rope.scale_linear", 1));
    const auto kind = metadata.text("rope.scaling.type", factor == 1 ? "none" : "linear");
    return kind == "none" ? Json() : Json{{"rope_type", kind}, {"factor", factor}};
}

/// The share of a head's channels that turn.
double rotary_share(const GgufMetadata &metadata, std::int64_t head) {
    const auto size = metadata.size("rope.dimension_count", head);
    const auto share = static_cast<double>(size) / static_cast<double>(head);
    const bool exact = static_cast<std::int64_t>(static_cast<double>(head) * share) == size;
    return exact ? share : (static_cast<double>(size) + 0.5) / static_cast<double>(head);
}

/// What all of them have.
Json general(const GgufMetadata &metadata, const char *type, const char *architecture) {
    const auto &tensors = metadata.file().tensors();
    const auto embedding = tensors.find("token_embd.weight");
    if (embedding == tensors.end())
        fail("{}: has no tensor token_embd.weight", metadata.file().path().string());
    const bool brain_float =
        std::ranges::any_of(tensors, [](const auto &named) { return named.second.type == GgufType::bf16; });
    Json config{{"model_type", type},
                {"architectures", {architecture}},
                {"vocab_size", embedding->second.shape.front()},
                {"tie_word_embeddings", !metadata.has_tensor("output.weight")},
                {"torch_dtype", brain_float ? "bfloat16" : "float16"}};
    for (const char *name : {"bos", "eos"})
        if (const auto id = metadata.file().integer(fmt::format("tokenizer.ggml.{}_token_id", name)))
            config[fmt::format("{}_token_id", name)] = *id;
    return config;
}

/// What core/model/gated_decoder.h's families read.
Json gated(const GgufMetadata &metadata, const char *type, const char *architecture) {
    auto config = general(metadata, type, architecture);
    const auto hidden = metadata.size("embedding_length");
    const auto heads = metadata.size("attention.head_count");
    const auto head = metadata.size("attention.key_length", std::max<std::int64_t>(hidden / heads, 1));
    if (const auto value = metadata.size("attention.value_length", head); value != head)
        fail("{}: {} is {} and {} is {}; heads of two sizes are not known here", metadata.file().path().string(),
             metadata.full("attention.key_length"), head, metadata.full("attention.value_length"), value);
    config.update({{"hidden_size", hidden},
                   {"intermediate_size", metadata.size("feed_forward_length")},
                   {"num_hidden_layers", metadata.size("block_count")},
                   {"num_attention_heads", heads},
                   {"num_key_value_heads", metadata.size("attention.head_count_kv", heads)},
                   {"head_dim", head},
                   {"max_position_embeddings", metadata.size("context_length")},
                   {"rms_norm_eps", metadata.number("attention.layer_norm_rms_epsilon")},
                   {"rope_theta", metadata.number("rope.freq_base", 10000)},
                   {"rope_scaling", rotary_scaling(metadata)}});
    if (const auto share = rotary_share(metadata, head); share != 1)
        config["partial_rotary_factor"] = share;
    return config;
}

/// Llama's files are Mistral's too; only those have a window.
Json llama(const GgufMetadata &metadata) {
    const bool windowed = metadata.contains("attention.sliding_window");
    auto config =
        windowed ? gated(metadata, "mistral", "MistralForCausalLM") : gated(metadata, "llama", "LlamaForCausalLM");
    if (windowed)
        config["sliding_window"] = metadata.size("attention.sliding_window");
    config["attention_bias"] = metadata.has_tensor("blk.0.attn_q.bias");
    config["mlp_bias"] = metadata.has_tensor("blk.0.ffn_gate.bias");
    return config;
}

Json qwen2(const GgufMetadata &metadata) { return gated(metadata, "qwen2", "Qwen2ForCausalLM"); }

Json qwen3(const GgufMetadata &metadata) {
    auto config = gated(metadata, "qwen3", "Qwen3ForCausalLM");
    config["attention_bias"] = metadata.has_tensor("blk.0.attn_q.bias");
    return config;
}

Json gemma3(const GgufMetadata &metadata) {
    auto config = gated(metadata, "gemma3_text", "Gemma3ForCausalLM");
    config["rope_theta"] = metadata.number("rope.freq_base", 1e6);
    config["rope_local_base_freq"] = metadata.number("rope.freq_base_swa", 1e4);
    config["sliding_window"] = metadata.size("attention.sliding_window");
    constexpr const char *pattern_key = "attention.sliding_window_pattern";
    if (metadata.file().is_list(metadata.full(pattern_key))) {
        const auto locals = metadata.file().flags(metadata.full(pattern_key));
        for (std::size_t layer = 0; layer < locals->size(); ++layer)
            config["layer_types"].push_back((*locals)[layer] ? "sliding_attention" : "full_attention");
    } else {
        config["sliding_window_pattern"] = metadata.size(pattern_key, 6);
    }
    // The 27B model alone scales by its width over its heads, and only its depth tells it.
    constexpr std::int64_t layers_of_27b = 62;
    const auto heads = metadata.size("attention.head_count");
    config["query_pre_attn_scalar"] = metadata.size("block_count") == layers_of_27b
                                          ? Json(metadata.size("embedding_length") / heads)
                                          : config["head_dim"];
    for (const char *key : {"attn_logit_softcapping", "final_logit_softcapping"})
        if (metadata.contains(key) && metadata.number(key) > 0)
            config[key] = metadata.number(key);
    return config;
}

Json phi3(const GgufMetadata &metadata) {
    auto config = gated(metadata, "phi3", "Phi3ForCausalLM");
    config["original_max_position_embeddings"] =
        metadata.size("rope.scaling.original_context_length", metadata.size("context_length"));
    if (metadata.contains("attention.sliding_window"))
        config["sliding_window"] = metadata.size("attention.sliding_window");
    return config;
}

Json gpt_neox(const GgufMetadata &metadata) {
    auto config = general(metadata, "gpt_neox", "GPTNeoXForCausalLM");
    const auto hidden = metadata.size("embedding_length");
    const auto heads = metadata.size("attention.head_count");
    config.update({{"hidden_size", hidden},
                   {"intermediate_size", metadata.size("feed_forward_length")},
                   {"num_hidden_layers", metadata.size("block_count")},
                   {"num_attention_heads", heads},
                   {"max_position_embeddings", metadata.size("context_length")},
                   {"layer_norm_eps", metadata.number("attention.layer_norm_epsilon")},
                   {"use_parallel_residual", metadata.flag("use_parallel_residual", true)},
                   {"rotary_emb_base", metadata.number("rope.freq_base", 10000)},
                   {"rotary_pct", rotary_share(metadata, std::max<std::int64_t>(hidden / heads, 1))},
                   {"rope_scaling", rotary_scaling(metadata)}});
    return config;
}

Json gpt2(const GgufMetadata &metadata) {
    auto config = general(metadata, "gpt2", "GPT2LMHeadModel");
    config.update({{"n_embd", metadata.size("embedding_length")},
                   {"n_inner", metadata.size("feed_forward_length")},
                   {"n_layer", metadata.size("block_count")},
                   {"n_head", metadata.size("attention.head_count")},
                   {"n_positions", metadata.size("context_length")},
                   {"layer_norm_epsilon", metadata.number("attention.layer_norm_epsilon")}});
    return config;
}

constexpr std::array gated_tensors{
    Rule{"token_embd.weight", "model.embed_tokens.weight"}, Rule{"output_norm.weight", "model.norm.weight"},
    Rule{"output.weight", "lm_head.weight", same, true},
    // Read for the configuration.
    Rule{"rope_freqs.weight", "", same, true}, Rule{"rope_factors_long.weight", "", same, true},
    Rule{"rope_factors_short.weight", "", same, true}};

constexpr std::array llama_layer{Rule{"attn_norm.weight", "input_layernorm.weight"},
                                 Rule{"ffn_norm.weight", "post_attention_layernorm.weight"},
                                 Rule{"attn_q.weight", "self_attn.q_proj.weight", query_pairs},
                                 Rule{"attn_q.bias", "self_attn.q_proj.bias", query_pairs, true},
                                 Rule{"attn_k.weight", "self_attn.k_proj.weight", key_pairs},
                                 Rule{"attn_k.bias", "self_attn.k_proj.bias", key_pairs, true},
                                 Rule{"attn_v.weight", "self_attn.v_proj.weight"},
                                 Rule{"attn_v.bias", "self_attn.v_proj.bias", same, true},
                                 Rule{"attn_output.weight", "self_attn.o_proj.weight"},
                                 Rule{"attn_output.bias", "self_attn.o_proj.bias", same, true},
                                 Rule{"ffn_gate.weight", "mlp.gate_proj.weight"},
                                 Rule{"ffn_gate.bias", "mlp.gate_proj.bias", same, true},
                                 Rule{"ffn_up.weight", "mlp.up_proj.weight"},
                                 Rule{"ffn_up.bias", "mlp.up_proj.bias", same, true},
                                 Rule{"ffn_down.weight", "mlp.down_proj.weight"},
                                 Rule{"ffn_down.bias", "mlp.down_proj.bias", same, true}};

constexpr std::array qwen_layer{Rule{"attn_norm.weight", "input_layernorm.weight"},
                                Rule{"ffn_norm.weight", "post_attention_layernorm.weight"},
                                Rule{"attn_q_norm.weight", "self_attn.q_norm.weight", same, true},
                                Rule{"attn_k_norm.weight", "self_attn.k_norm.weight", same, true},
                                Rule{"attn_q.weight", "self_attn.q_proj.weight"},
                                Rule{"attn_q.bias", "self_attn.q_proj.bias", same, true},
                                Rule{"attn_k.weight", "self_attn.k_proj.weight"},
                                Rule{"attn_k.bias", "self_attn.k_proj.bias", same, true},
                                Rule{"attn_v.weight", "self_attn.v_proj.weight"},
                                Rule{"attn_v.bias", "self_attn.v_proj.bias", same, true},
                                Rule{"attn_output.weight", "self_attn.o_proj.weight"},
                                Rule{"attn_output.bias", "self_attn.o_proj.bias", same, true},
                                Rule{"ffn_gate.weight", "mlp.gate_proj.weight"},
                                Rule{"ffn_up.weight", "mlp.up_proj.weight"},
                                Rule{"ffn_down.weight", "mlp.down_proj.weight"}};

constexpr std::array gemma_tensors{Rule{"token_embd.weight", "model.embed_tokens.weight"},
                                   Rule{"output_norm.weight", "model.norm.weight", one_more},
                                   Rule{"output.weight", "lm_head.weight", same, true}};

constexpr std::array gemma_layer{Rule{"attn_norm.weight", "input_layernorm.weight", one_more},
                                 Rule{"post_attention_norm.weight", "post_attention_layernorm.weight", one_more},
                                 Rule{"ffn_norm.weight", "pre_feedforward_layernorm.weight", one_more},
                                 Rule{"post_ffw_norm.weight", "post_feedforward_layernorm.weight", one_more},
                                 Rule{"attn_q_norm.weight", "self_attn.q_norm.weight", one_more},
                                 Rule{"attn_k_norm.weight", "self_attn.k_norm.weight", one_more},
                                 Rule{"attn_q.weight", "self_attn.q_proj.weight"},
                                 Rule{"attn_k.weight", "self_attn.k_proj.weight"},
                                 Rule{"attn_v.weight", "self_attn.v_proj.weight"},
                                 Rule{"attn_output.weight", "self_attn.o_proj.weight"},
                                 Rule{"ffn_gate.weight", "mlp.gate_proj.weight"},
                                 Rule{"ffn_up.weight", "mlp.up_proj.weight"},
                                 Rule{"ffn_down.weight", "mlp.down_proj.weight"}};

constexpr std::array phi_layer{
    Rule{"attn_norm.weight", "input_layernorm.weight"},   Rule{"ffn_norm.weight", "post_attention_layernorm.weight"},
    Rule{"attn_qkv.weight", "self_attn.qkv_proj.weight"}, Rule{"attn_output.weight", "self_attn.o_proj.weight"},
    Rule{"ffn_up.weight", "mlp.gate_up_proj.weight"}, // gate first, as there
    Rule{"ffn_down.weight", "mlp.down_proj.weight"}};

constexpr std::array neox_tensors{Rule{"token_embd.weight", "gpt_neox.embed_in.weight"},
                                  Rule{"output_norm.weight", "gpt_neox.final_layer_norm.weight"},
                                  Rule{"output_norm.bias", "gpt_neox.final_layer_norm.bias"},
                                  Rule{"output.weight", "embed_out.weight", same, true}};

constexpr std::array neox_layer{Rule{"attn_norm.weight", "input_layernorm.weight"},
                                Rule{"attn_norm.bias", "input_layernorm.bias"},
                                Rule{"ffn_norm.weight", "post_attention_layernorm.weight"},
                                Rule{"ffn_norm.bias", "post_attention_layernorm.bias"},
                                Rule{"attn_qkv.weight", "attention.query_key_value.weight", by_part},
                                Rule{"attn_qkv.bias", "attention.query_key_value.bias", by_part},
                                Rule{"attn_output.weight", "attention.dense.weight"},
                                Rule{"attn_output.bias", "attention.dense.bias"},
                                Rule{"ffn_up.weight", "mlp.dense_h_to_4h.weight"},
                                Rule{"ffn_up.bias", "mlp.dense_h_to_4h.bias"},
                                Rule{"ffn_down.weight", "mlp.dense_4h_to_h.weight"},
                                Rule{"ffn_down.bias", "mlp.dense_4h_to_h.bias"}};

constexpr std::array gpt2_tensors{
    Rule{"token_embd.weight", "transformer.wte.weight"}, Rule{"position_embd.weight", "transformer.wpe.weight"},
    Rule{"output_norm.weight", "transformer.ln_f.weight"}, Rule{"output_norm.bias", "transformer.ln_f.bias"},
    Rule{"output.weight", "lm_head.weight", same, true}};

constexpr std::array gpt2_layer{Rule{"attn_norm.weight", "ln_1.weight"},
                                Rule{"attn_norm.bias", "ln_1.bias"},
                                Rule{"ffn_norm.weight", "ln_2.weight"},
                                Rule{"ffn_norm.bias", "ln_2.bias"},
                                Rule{"attn_qkv.weight", "attn.c_attn.weight", transposed},
                                Rule{"attn_qkv.bias", "attn.c_attn.bias"},
                                Rule{"attn_output.weight", "attn.c_proj.weight", transposed},
                                Rule{"attn_output.bias", "attn.c_proj.bias"},
                                Rule{"ffn_up.weight", "mlp.c_fc.weight", transposed},
                                Rule{"ffn_up.bias", "mlp.c_fc.bias"},
                                Rule{"ffn_down.weight", "mlp.c_proj.weight", transposed},
                                Rule{"ffn_down.bias", "mlp.c_proj.bias"}};

constexpr std::array architectures{
    GgufArchitecture{"gemma3", gemma3, "model.layers.", gemma_tensors, gemma_layer},
    GgufArchitecture{"gpt2", gpt2, "transformer.h.", gpt2_tensors, gpt2_layer},
    GgufArchitecture{"gptneox", gpt_neox, "gpt_neox.layers.", neox_tensors, neox_layer},
    GgufArchitecture{"llama", llama, "model.layers.", gated_tensors, llama_layer},
    GgufArchitecture{"mistral", llama, "model.layers.", gated_tensors, llama_layer},
    GgufArchitecture{"phi3", phi3, "model.layers.", gated_tensors, phi_layer},
    GgufArchitecture{"qwen2", qwen2, "model.layers.", gated_tensors, qwen_layer},
    GgufArchitecture{"qwen3", qwen3, "model.layers.", gated_tensors, qwen_layer},
};

} // namespace

std::span<const GgufArchitecture> gguf_architectures() { return architectures; }

std::int64_t GgufMetadata::size(std::string_view key, std::optional<std::int64_t> fallback) const {
    const auto name = full(key);
    const auto file = file_.path().string();
    std::optional<std::int64_t> value;
    if (file_.is_list(name)) {
        const auto all = *file_.integers(name);
        if (all.empty() || std::ranges::adjacent_find(all, std::not_equal_to()) != all.end())
            fail("{}: {} differs from layer to layer, which is not known here", file, name);
        value = all.front();
    } else {
        value = file_.integer(name);
    }
    if (!value && !fallback)
        fail("{}: its metadata lack {}", file, name);
    constexpr std::int64_t most = 1 << 24;
    if (value && (*value < 1 || *value > most))
        fail("{}: {} is {}, outside 1 to {}", file, name, *value, most);
    return value ? *value : *fallback;
}

double GgufMetadata::number(std::string_view key, std::optional<double> fallback) const {
    const auto value = file_.number(full(key));
    if (!value && !fallback)
        fail("{}: its metadata lack {}", file_.path().string(), full(key));
    if (!value)
        return *fallback;
    const auto narrow = static_cast<float>(*value);
    if (static_cast<double>(narrow) != *value)
        return *value;
    double shortest = *value; // 1e-5 was meant where 9.99999974738e-06 is stored
    const auto text = fmt::format("{}", narrow);
    std::from_chars(text.data(), text.data() + text.size(), shortest);
    return shortest;
}

std::string GgufMetadata::text(std::string_view key, std::string_view fallback) const {
    return std::string(file_.text(full(key)).value_or(fallback));
}

bool GgufMetadata::flag(std::string_view key, bool fallback) const { return file_.flag(full(key)).value_or(fallback); }

} // namespace invar
