// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/gated_decoder.h"

#include "core/model/linear.h"
#include "core/model/tensor_loader.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <array>
#include <string_view>

namespace invar {
namespace {

enum Projection : std::size_t { q_proj, k_proj, v_proj, o_proj, gate_proj, up_proj, down_proj };
enum RmsNorm : std::size_t { attention_norm, ffn_norm, query_norm, key_norm };

constexpr std::array<std::string_view, 7> projection_names{"q_proj",    "k_proj",  "v_proj",   "o_proj",
                                                           "gate_proj", "up_proj", "down_proj"};
constexpr std::array<std::string_view, 4> norm_names{"input_layernorm", "post_attention_layernorm", "self_attn.q_norm",
                                                     "self_attn.k_norm"};
constexpr std::string_view prefix = "model.";

class GatedDecoder final : public ModelFamily {
public:
    explicit GatedDecoder(GatedDecoderConfig config) : config_(std::move(config)), rotary_(config_.rotary) {}

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
                info.matrices.push_back({.name = fmt::format("{}{}", prefix, matrix_name(layer, index)),
                                         .layer = layer,
                                         .projection = info.projections[index],
                                         .rows = rows(index),
                                         .cols = columns(index)});
        info.invariances = {{Invariance::permutation, Exactness::exact},
                            {Invariance::scaling, Exactness::exact}, // of up against down; up enters linearly
                            {Invariance::rotation, Exactness::approximate}};
        return info;
    }

    std::vector<std::size_t> stacked() const override { return {q_proj, k_proj, v_proj}; }

    FfnLayout ffn() const override {
        return {.inputs = {gate_proj, up_proj}, .scaled_input = up_proj, .output = down_proj};
    }

    ModelWeights load(const Checkpoint &checkpoint, const Task &task) const override {
        const TensorLoader loader(checkpoint, std::string(prefix));
        ModelWeights weights;
        weights.token_embedding = loader.load("embed_tokens.weight", {config_.vocabulary, config_.hidden});
        for (std::int64_t index = 0; index < config_.layers; ++index) {
            task.check();
            task.report(static_cast<double>(index) / static_cast<double>(config_.layers), "loading weights");
            DecoderLayer layer;
            for (std::size_t part = q_proj; part <= down_proj; ++part)
                layer.projections.push_back(
                    loader.linear(matrix_name(index, part), rows(part), columns(part), has_bias(part)));
            for (std::size_t part = 0; part < norms(); ++part)
                layer.norms.push_back({loader.load(norm_name(index, part), {norm_size(part)}), {}});
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
        const auto name = [](const std::string &part) { return fmt::format("{}{}", prefix, part); };
        visit(name("embed_tokens.weight"), weights.token_embedding);
        for (std::size_t index = 0; index < weights.layers.size(); ++index) {
            const auto &layer = weights.layers[index];
            const auto number = static_cast<std::int64_t>(index);
            for (std::size_t part = q_proj; part <= down_proj; ++part) {
                visit(name(matrix_name(number, part) + ".weight"), layer.projections[part].weight);
                if (has_bias(part))
                    visit(name(matrix_name(number, part) + ".bias"), layer.projections[part].bias);
            }
            for (std::size_t part = 0; part < norms(); ++part)
                visit(name(norm_name(number, part)), layer.norms[part].weight);
        }
        visit(name("norm.weight"), weights.final_norm.weight);
        if (!config_.tied)
            visit("lm_head.weight", weights.head);
    }

    at::Tensor embed(const ModelWeights &weights, const at::Tensor &ids) const override {
        return at::embedding(weights.token_embedding, ids);
    }

    FfnInput attention_half(const DecoderLayer &layer, const at::Tensor &hidden) const override {
        const auto input = normalize(layer.norms[attention_norm], hidden);
        auto [query, key, value] = run_stacked<3>(layer, {q_proj, k_proj, v_proj}, input);
        if (config_.head_norms) {
            query = normalize_heads(layer.norms[query_norm], query);
            key = normalize_heads(layer.norms[key_norm], key);
        }
        const auto mixed =
            causal_attention(rotary_.turn(query, config_.heads), rotary_.turn(key, config_.key_value_heads), value,
                             {config_.heads, config_.key_value_heads, layer.window});
        const auto residual = apply_and_add(layer.projections[o_proj], mixed, hidden);
        return {residual, normalize(layer.norms[ffn_norm], residual)};
    }

    at::Tensor ffn_half(const DecoderLayer &layer, const FfnInput &input) const override {
        const auto gate = at::silu(apply(layer.projections[gate_proj], input.input));
        const auto neurons = gate * apply(layer.projections[up_proj], input.input);
        return apply_and_add(layer.projections[down_proj], neurons, input.residual);
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
    [[nodiscard]] std::size_t norms() const { return config_.head_norms ? key_norm + 1 : ffn_norm + 1; }
    [[nodiscard]] std::int64_t norm_size(std::size_t norm) const {
        return norm <= ffn_norm ? config_.hidden : config_.head_size;
    }
    static std::string matrix_name(std::int64_t layer, std::size_t projection) {
        return fmt::format("layers.{}.{}.{}", layer, projection <= o_proj ? "self_attn" : "mlp",
                           projection_names[projection]);
    }
    static std::string norm_name(std::int64_t layer, std::size_t norm) {
        return fmt::format("layers.{}.{}.weight", layer, norm_names[norm]);
    }

    [[nodiscard]] at::Tensor normalize(const Norm &norm, const at::Tensor &x) const {
        return at::rms_norm(x, {x.size(-1)}, norm.weight, config_.norm_epsilon);
    }
    [[nodiscard]] at::Tensor normalize_heads(const Norm &norm, const at::Tensor &x) const {
        return normalize(norm, x.reshape({x.size(0), x.size(1), -1, config_.head_size})).reshape(x.sizes());
    }

    GatedDecoderConfig config_;
    Rotary rotary_;
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
    if (result.head_size % 2 != 0)
        fail("{}: heads of {} channels cannot turn in pairs", file, result.head_size);
    if (const auto activation = config.text("hidden_act", "silu"); activation != "silu")
        fail("{}: the activation function \"{}\" is not known for {}; known: silu", file, activation, result.family);
    result.rotary = read_rotary(config, result.head_size, result.rotary.theta);
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
