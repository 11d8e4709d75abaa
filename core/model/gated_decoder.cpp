// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/gated_decoder.h"

#include "core/model/linear.h"
#include "core/model/tensor_loader.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>

namespace invar {
namespace {

enum Projection : std::size_t { q_proj, k_proj, v_proj, o_proj, gate_proj, up_proj, down_proj };
enum RmsNorm : std::size_t { attention_norm, ffn_norm, query_norm, key_norm, after_attention, after_ffn };

constexpr std::array<std::string_view, 7> projection_names{"q_proj",    "k_proj",  "v_proj",   "o_proj",
                                                           "gate_proj", "up_proj", "down_proj"};
constexpr std::array<std::string_view, 6> norm_names{"input_layernorm",          "post_attention_layernorm",
                                                     "self_attn.q_norm",         "self_attn.k_norm",
                                                     "post_attention_layernorm", "post_feedforward_layernorm"};
constexpr std::array<std::size_t, 3> fused_attention{q_proj, k_proj, v_proj};
constexpr std::array<std::size_t, 2> fused_ffn{gate_proj, up_proj};

class GatedDecoder final : public ModelFamily {
public:
    explicit GatedDecoder(GatedDecoderConfig config)
        : config_(std::move(config)), rotary_(config_.rotary),
          local_rotary_(config_.local_rotary.value_or(config_.rotary)) {}

    ModelInfo info() const override {
        ModelInfo info;
        info.family = config_.family;
        info.layers = static_cast<int>(config_.layers);
        info.hidden_size = config_.hidden;
        info.ffn_size = config_.ffn;
        info.vocabulary_size = config_.vocabulary;
        info.context_length = config_.context;
        info.projections.assign(projection_names.begin(), projection_names.end());
        for (int layer = 0; layer < info.layers; ++layer)
            for (std::size_t index = q_proj; index <= down_proj; ++index)
                info.matrices.push_back({.name = config_.prefixes.front() + matrix_name(layer, index),
                                         .layer = layer,
                                         .projection = info.projections[index],
                                         .rows = rows(index),
                                         .cols = columns(index)});
        info.invariances = {{Invariance::permutation, Exactness::exact},
                            {Invariance::scaling, Exactness::exact}, // of up against down; up enters linearly
                            {Invariance::rotation, Exactness::approximate}};
        info.needs_consent.rotation = true;
        info.attention = {.heads = config_.heads,
                          .key_value_heads = config_.key_value_heads,
                          .head_size = config_.head_size,
                          .rotary_size = config_.rotary.size,
                          .query = q_proj,
                          .key = k_proj,
                          .value = v_proj,
                          .output = o_proj};
        if (config_.head_norms)
            info.attention.head_norms = {query_norm, key_norm};
        add_attention_moves(info.attention, info.invariances);
        add_norm_moves(info);
        return info;
    }

    std::vector<std::size_t> stacked() const override { return {q_proj, k_proj, v_proj}; }

    std::vector<NormFold> norm_folds() const override {
        const auto offset = config_.offset_norms ? 1.0 : 0.0;
        return {{attention_norm, {q_proj, k_proj, v_proj}, offset}, {ffn_norm, {gate_proj, up_proj}, offset}};
    }

    FfnLayout ffn() const override {
        return {.inputs = {gate_proj, up_proj}, .scaled_input = up_proj, .output = down_proj};
    }

    ModelWeights load(const Checkpoint &checkpoint, const Task &task) const override {
        const TensorLoader loader(checkpoint, prefix_in(checkpoint));
        ModelWeights weights;
        weights.token_embedding = loader.load("embed_tokens.weight", {config_.vocabulary, config_.hidden});
        for (std::int64_t index = 0; index < config_.layers; ++index) {
            task.check();
            task.report(static_cast<double>(index) / static_cast<double>(config_.layers), "loading weights");
            DecoderLayer layer;
            layer.projections = config_.fused ? load_fused(loader, index) : load_projections(loader, index);
            for (std::size_t norm = attention_norm; norm <= after_ffn; ++norm)
                layer.norms.push_back(has_norm(norm) ? Norm{loader.load(norm_name(index, norm), {norm_size(norm)}), {}}
                                                     : Norm{});
            layer.window = config_.windows.empty() ? 0 : config_.windows[static_cast<std::size_t>(index)];
            weights.layers.push_back(std::move(layer));
        }
        weights.final_norm = {loader.load("norm.weight", {config_.hidden}), {}};
        weights.head = config_.tied
                           ? weights.token_embedding
                           : TensorLoader(checkpoint, "").load("lm_head.weight", {config_.vocabulary, config_.hidden});
        return weights;
    }

    void visit_tensors(const ModelWeights &weights,
                       const std::function<void(const std::string &, const at::Tensor &)> &visit) const override {
        const auto visit_named = [&](const std::string &name, const at::Tensor &tensor) {
            if (tensor.defined())
                visit(config_.prefixes.front() + name, tensor);
        };
        visit_named("embed_tokens.weight", weights.token_embedding);
        for (std::size_t index = 0; index < weights.layers.size(); ++index) {
            const auto &layer = weights.layers[index];
            const auto number = static_cast<std::int64_t>(index);
            const auto stacked = [&](const auto &parts) {
                std::vector<at::Tensor> rows;
                for (const auto part : parts)
                    rows.push_back(layer.projections[part].weight);
                visit_named(tensor_name(number, parts.front()) + ".weight", at::cat(rows));
            };
            if (config_.fused) {
                stacked(fused_attention);
                stacked(fused_ffn);
            }
            for (std::size_t part = q_proj; part <= down_proj; ++part)
                if (!is_fused(part)) {
                    visit_named(tensor_name(number, part) + ".weight", layer.projections[part].weight);
                    visit_named(tensor_name(number, part) + ".bias", layer.projections[part].bias);
                }
            for (std::size_t norm = attention_norm; norm <= after_ffn; ++norm)
                visit_named(norm_name(number, norm), layer.norms[norm].weight);
        }
        visit_named("norm.weight", weights.final_norm.weight);
        if (!config_.tied)
            visit("lm_head.weight", weights.head);
    }

    at::Tensor embed(const ModelWeights &weights, const at::Tensor &ids) const override {
        const auto hidden = at::embedding(weights.token_embedding, ids);
        if (!config_.scaled_embeddings)
            return hidden;
        // Rounded to the weights' type first, as transformers does.
        const auto scale = at::scalar_tensor(std::sqrt(static_cast<double>(config_.hidden)), hidden.options());
        return hidden * scale;
    }

    FfnInput attention_half(const DecoderLayer &layer, const at::Tensor &hidden) const override {
        const auto input = normalize(layer.norms[attention_norm], hidden);
        auto [query, key, value] = run_stacked<3>(layer, {q_proj, k_proj, v_proj}, input);
        if (config_.head_norms) {
            query = normalize_heads(layer.norms[query_norm], query);
            key = normalize_heads(layer.norms[key_norm], key);
        }
        const auto &rotary = layer.window > 0 ? local_rotary_ : rotary_;
        const auto mixed =
            causal_attention(rotary.turn(query, config_.heads), rotary.turn(key, config_.key_value_heads), value,
                             {config_.heads, config_.key_value_heads, layer.window, config_.attention_scale});
        const auto residual = apply_and_add(layer, o_proj, after_attention, mixed, hidden);
        return {residual, normalize(layer.norms[ffn_norm], residual)};
    }

    at::Tensor ffn_half(const DecoderLayer &layer, const FfnInput &input) const override {
        const auto gate = apply(layer.projections[gate_proj], input.input);
        const auto opened = config_.gelu_gate ? at::gelu(gate, "tanh") : at::silu(gate);
        const auto neurons = opened * apply(layer.projections[up_proj], input.input);
        return apply_and_add(layer, down_proj, after_ffn, neurons, input.residual);
    }

    at::Tensor head_input(const ModelWeights &weights, const at::Tensor &hidden) const override {
        return normalize(weights.final_norm, hidden);
    }

private:
    [[nodiscard]] std::int64_t rows(std::size_t projection) const {
        switch (projection) {
        case q_proj:
            return config_.heads * config_.head_size;
        case k_proj:
        case v_proj:
            return config_.key_value_heads * config_.head_size;
        case gate_proj:
        case up_proj:
            return config_.ffn;
        default:
            return config_.hidden;
        }
    }
    [[nodiscard]] std::int64_t columns(std::size_t projection) const {
        if (projection == o_proj)
            return config_.heads * config_.head_size;
        return projection == down_proj ? config_.ffn : config_.hidden;
    }
    [[nodiscard]] bool has_bias(std::size_t projection) const {
        if (projection <= v_proj)
            return config_.query_bias;
        return projection == o_proj ? config_.output_bias : config_.ffn_bias;
    }
    [[nodiscard]] static bool is_head_norm(std::size_t norm) { return norm == query_norm || norm == key_norm; }
    [[nodiscard]] bool has_norm(std::size_t norm) const {
        if (is_head_norm(norm))
            return config_.head_norms;
        return norm <= ffn_norm || config_.norms_around;
    }
    [[nodiscard]] std::int64_t norm_size(std::size_t norm) const {
        return is_head_norm(norm) ? config_.head_size : config_.hidden;
    }

    [[nodiscard]] std::string prefix_in(const Checkpoint &checkpoint) const {
        for (const auto &prefix : config_.prefixes)
            if (checkpoint.contains(prefix + "embed_tokens.weight"))
                return prefix;
        return config_.prefixes.front();
    }
    [[nodiscard]] bool is_fused(std::size_t projection) const {
        return config_.fused && projection != o_proj && projection != down_proj;
    }
    /// The tensor that holds a projection, without the prefix and ".weight".
    [[nodiscard]] std::string tensor_name(std::int64_t layer, std::size_t projection) const {
        const bool attention = projection <= o_proj;
        const auto fused = attention ? std::string_view("qkv_proj") : std::string_view("gate_up_proj");
        return fmt::format("layers.{}.{}.{}", layer, attention ? "self_attn" : "mlp",
                           is_fused(projection) ? fused : projection_names[projection]);
    }
    /// The tensor and, where it holds several, which of its projections.
    [[nodiscard]] std::string matrix_name(std::int64_t layer, std::size_t projection) const {
        const auto tensor = tensor_name(layer, projection);
        return is_fused(projection) ? fmt::format("{}:{}", tensor, projection_names[projection]) : tensor;
    }
    [[nodiscard]] std::string norm_name(std::int64_t layer, std::size_t norm) const {
        const auto name = norm == ffn_norm && config_.norms_around ? "pre_feedforward_layernorm" : norm_names[norm];
        return fmt::format("layers.{}.{}.weight", layer, name);
    }

    [[nodiscard]] std::vector<Linear> load_projections(const TensorLoader &loader, std::int64_t layer) const {
        std::vector<Linear> projections;
        for (std::size_t part = q_proj; part <= down_proj; ++part)
            projections.push_back(loader.linear(tensor_name(layer, part), rows(part), columns(part), has_bias(part)));
        return projections;
    }
    [[nodiscard]] std::vector<Linear> load_fused(const TensorLoader &loader, std::int64_t layer) const {
        std::vector<Linear> projections(projection_names.size());
        const auto split = [&](const auto &parts) {
            std::int64_t all = 0;
            for (const auto part : parts)
                all += rows(part);
            const auto tensor = loader.load(tensor_name(layer, parts.front()) + ".weight", {all, config_.hidden});
            std::int64_t first = 0;
            for (const auto part : parts) {
                projections[part].weight = tensor.narrow(0, first, rows(part)).clone();
                first += rows(part);
            }
        };
        split(fused_attention);
        split(fused_ffn);
        for (const auto part : {o_proj, down_proj})
            projections[part] = loader.linear(tensor_name(layer, part), rows(part), columns(part), has_bias(part));
        return projections;
    }

    /// residual + norm(x W^T + b), the norm only where the family has it.
    [[nodiscard]] at::Tensor apply_and_add(const DecoderLayer &layer, std::size_t projection, std::size_t norm,
                                           const at::Tensor &input, const at::Tensor &residual) const {
        if (!config_.norms_around)
            return invar::apply_and_add(layer.projections[projection], input, residual);
        return residual + normalize(layer.norms[norm], apply(layer.projections[projection], input));
    }
    [[nodiscard]] at::Tensor normalize(const Norm &norm, const at::Tensor &x) const {
        const auto gain = config_.offset_norms ? norm.weight + 1 : norm.weight;
        return at::rms_norm(x, {x.size(-1)}, gain, config_.norm_epsilon);
    }
    [[nodiscard]] at::Tensor normalize_heads(const Norm &norm, const at::Tensor &x) const {
        return normalize(norm, x.reshape({x.size(0), x.size(1), -1, config_.head_size})).reshape(x.sizes());
    }

    GatedDecoderConfig config_;
    Rotary rotary_;
    Rotary local_rotary_;
};

} // namespace

GatedDecoderConfig read_gated_decoder(const ConfigReader &config, GatedDecoderConfig defaults) {
    auto result = std::move(defaults);
    result.hidden = config.size("hidden_size");
    result.ffn = config.size("intermediate_size");
    result.layers = config.size("num_hidden_layers", {}, 1, 4096);
    result.heads = config.size("num_attention_heads");
    result.key_value_heads = config.size("num_key_value_heads", result.heads);
    result.vocabulary = config.size("vocab_size");
    result.context = config.size("max_position_embeddings", result.context);
    result.norm_epsilon = config.number("rms_norm_eps", result.norm_epsilon);
    result.tied = config.flag("tie_word_embeddings", result.tied);
    const auto file = config.file().string();
    if (result.heads % result.key_value_heads != 0)
        fail("{}: num_attention_heads {} is not a multiple of num_key_value_heads {}", file, result.heads,
             result.key_value_heads);
    if (result.head_size == 0 && result.hidden % result.heads != 0 && !config.contains("head_dim"))
        fail("{}: hidden_size {} is not a multiple of num_attention_heads {}", file, result.hidden, result.heads);
    result.head_size = config.size("head_dim", result.head_size > 0 ? result.head_size : result.hidden / result.heads);
    const auto *const known = result.gelu_gate ? "gelu_pytorch_tanh" : "silu";
    const auto activation = config.text(result.gelu_gate ? "hidden_activation" : "hidden_act", known);
    if (activation != known)
        fail("{}: the activation function \"{}\" is not known for {}; known: {}", file, activation, result.family,
             known);
    return result;
}

std::vector<std::int64_t> read_windows(const ConfigReader &config, std::int64_t layers) {
    const auto window = config.flag("use_sliding_window", false) ? config.size("sliding_window", 4096) : 0;
    std::vector<std::int64_t> windows(static_cast<std::size_t>(layers), 0);
    const auto types = config.texts("layer_types");
    if (types && types->size() != windows.size())
        fail("{}: \"layer_types\" names {} layers of {}", config.file().string(), types->size(), layers);
    const auto first = config.size("max_window_layers", 28, 0);
    for (std::size_t layer = 0; layer < windows.size(); ++layer)
        if (types ? (*types)[layer] == "sliding_attention" : static_cast<std::int64_t>(layer) >= first)
            windows[layer] = window;
    return windows;
}

std::unique_ptr<ModelFamily> make_gated_decoder(GatedDecoderConfig config) {
    return std::make_unique<GatedDecoder>(std::move(config));
}

} // namespace invar
