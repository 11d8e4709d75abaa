// SPDX-License-Identifier: GPL-3.0-or-later
// The OPT family (arXiv 2205.01068), as transformers' models/opt/modeling_opt.py runs it.
#include "core/model/attention.h"
#include "core/model/config_reader.h"
#include "core/model/family.h"
#include "core/model/linear.h"
#include "core/model/tensor_loader.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <array>
#include <string_view>

namespace invar {
namespace {

enum Projection : std::size_t { q_proj, k_proj, v_proj, out_proj, fc1, fc2 };
enum LayerNorm : std::size_t { attention_norm, ffn_norm };

constexpr std::array<std::string_view, 6> projection_names{"q_proj", "k_proj", "v_proj", "out_proj", "fc1", "fc2"};
constexpr std::int64_t position_offset = 2; // OPT's position table starts with two unused rows
constexpr double norm_epsilon = 1e-5;

struct OptConfig {
    std::int64_t hidden, ffn, layers, heads, vocabulary, positions, embedding;
    bool norm_before, has_final_norm, bias, affine, tied, relu;
};

OptConfig read_config(const ConfigReader &config) {
    OptConfig result{};
    result.hidden = config.size("hidden_size");
    result.ffn = config.size("ffn_dim");
    result.layers = config.size("num_hidden_layers", {}, 1, 4096);
    result.heads = config.size("num_attention_heads");
    result.vocabulary = config.size("vocab_size");
    result.positions = config.size("max_position_embeddings");
    result.embedding = config.size("word_embed_proj_dim", result.hidden);
    result.norm_before = config.flag("do_layer_norm_before", true);
    result.has_final_norm = result.norm_before && !config.flag("_remove_final_layer_norm", false);
    result.bias = config.flag("enable_bias", true);
    result.affine = config.flag("layer_norm_elementwise_affine", true);
    result.tied = config.flag("tie_word_embeddings", true);
    const auto activation = config.text("activation_function", "relu");
    if (activation != "relu" && activation != "gelu")
        fail("{}: the activation function \"{}\" is not known for OPT; known: relu, gelu", config.file().string(),
             activation);
    result.relu = activation == "relu";
    if (result.hidden % result.heads != 0)
        fail("{}: hidden_size {} is not a multiple of num_attention_heads {}", config.file().string(), result.hidden,
             result.heads);
    return result;
}

class Opt final : public ModelFamily {
public:
    explicit Opt(const OptConfig &config) : config_(config) {}

    ModelInfo info() const override {
        ModelInfo info;
        info.family = "opt";
        info.layers = static_cast<int>(config_.layers);
        info.hidden_size = config_.hidden;
        info.ffn_size = config_.ffn;
        info.vocabulary_size = config_.vocabulary;
        info.context_length = config_.positions;
        info.projections.assign(projection_names.begin(), projection_names.end());
        for (int layer = 0; layer < info.layers; ++layer)
            for (const auto projection : {q_proj, k_proj, v_proj, out_proj, fc1, fc2}) {
                const bool attention = projection <= out_proj;
                info.matrices.push_back(
                    {.name = fmt::format("model.decoder.layers.{}.{}{}", layer, attention ? "self_attn." : "",
                                         info.projections[projection]),
                     .layer = layer,
                     .projection = info.projections[projection],
                     .rows = projection == fc1 ? config_.ffn : config_.hidden,
                     .cols = projection == fc2 ? config_.ffn : config_.hidden});
            }
        info.invariances = {{Invariance::permutation, Exactness::exact},
                            {Invariance::scaling, config_.relu ? Exactness::exact : Exactness::approximate},
                            {Invariance::rotation, Exactness::approximate}};
        info.needs_consent.scaling = info.needs_consent.rotation = !config_.relu;
        info.attention = {.heads = config_.heads,
                          .key_value_heads = config_.heads,
                          .head_size = config_.hidden / config_.heads,
                          .query = q_proj,
                          .key = k_proj,
                          .value = v_proj,
                          .output = out_proj};
        add_attention_moves(info.attention, info.invariances);
        add_norm_moves(info);
        return info;
    }

    std::vector<std::size_t> stacked() const override { return {q_proj, k_proj, v_proj}; }

    std::vector<NormFold> norm_folds() const override {
        if (!config_.norm_before || !config_.affine)
            return {}; // after the sum a norm is itself the residual stream
        return {{attention_norm, {q_proj, k_proj, v_proj}}, {ffn_norm, {fc1}}};
    }

    FfnLayout ffn() const override { return {.inputs = {fc1}, .scaled_input = fc1, .output = fc2}; }

    ModelWeights load(const Checkpoint &checkpoint, const Task &task) const override {
        const std::string prefix = checkpoint.contains("decoder.embed_tokens.weight") ? "decoder." : "model.decoder.";
        const TensorLoader loader(checkpoint, prefix);
        const auto hidden = config_.hidden;

        ModelWeights weights;
        weights.token_embedding = loader.load("embed_tokens.weight", {config_.vocabulary, config_.embedding});
        weights.position_embedding =
            loader.load("embed_positions.weight", {config_.positions + position_offset, hidden});
        if (config_.embedding != hidden) {
            weights.project_in = loader.linear("project_in", hidden, config_.embedding, false);
            weights.project_out = loader.linear("project_out", config_.embedding, hidden, false);
        }
        for (std::int64_t index = 0; index < config_.layers; ++index) {
            task.check();
            task.report(static_cast<double>(index) / static_cast<double>(config_.layers), "loading weights");
            const auto name = [&](const char *part) { return fmt::format("layers.{}.{}", index, part); };
            DecoderLayer layer;
            for (const auto projection : {q_proj, k_proj, v_proj, out_proj})
                layer.projections.push_back(
                    loader.linear(fmt::format("layers.{}.self_attn.{}", index, projection_names[projection]), hidden,
                                  hidden, config_.bias));
            layer.projections.push_back(loader.linear(name("fc1"), config_.ffn, hidden, config_.bias));
            layer.projections.push_back(loader.linear(name("fc2"), hidden, config_.ffn, config_.bias));
            layer.norms.push_back(loader.norm(name("self_attn_layer_norm"), hidden, config_.affine));
            layer.norms.push_back(loader.norm(name("final_layer_norm"), hidden, config_.affine));
            weights.layers.push_back(std::move(layer));
        }
        if (config_.has_final_norm)
            weights.final_norm = loader.norm("final_layer_norm", hidden, config_.affine);
        weights.head =
            config_.tied ? weights.token_embedding
                         : TensorLoader(checkpoint, "").load("lm_head.weight", {config_.vocabulary, config_.embedding});
        return weights;
    }

    void visit_tensors(const ModelWeights &weights,
                       const std::function<void(const std::string &, const at::Tensor &)> &visit) const override {
        const auto visit_both = [&](const std::string &name, const auto &pair) {
            if (pair.weight.defined())
                visit(name + ".weight", pair.weight);
            if (pair.bias.defined())
                visit(name + ".bias", pair.bias);
        };
        const std::string decoder = "model.decoder.";
        visit(decoder + "embed_tokens.weight", weights.token_embedding);
        visit(decoder + "embed_positions.weight", weights.position_embedding);
        visit_both(decoder + "project_in", weights.project_in);
        visit_both(decoder + "project_out", weights.project_out);
        visit_both(decoder + "final_layer_norm", weights.final_norm);
        for (const auto &matrix : info().matrices) {
            const auto &layer = weights.layers[static_cast<std::size_t>(matrix.layer)];
            const auto index = std::ranges::find(projection_names, matrix.projection) - projection_names.begin();
            visit_both(matrix.name, layer.projections[static_cast<std::size_t>(index)]);
        }
        for (std::size_t layer = 0; layer < weights.layers.size(); ++layer) {
            const auto prefix = fmt::format("{}layers.{}.", decoder, layer);
            visit_both(prefix + "self_attn_layer_norm", weights.layers[layer].norms[attention_norm]);
            visit_both(prefix + "final_layer_norm", weights.layers[layer].norms[ffn_norm]);
        }
        if (!config_.tied)
            visit("lm_head.weight", weights.head);
    }

    at::Tensor embed(const ModelWeights &weights, const at::Tensor &ids) const override {
        auto hidden = at::embedding(weights.token_embedding, ids);
        if (weights.project_in.weight.defined())
            hidden = apply(weights.project_in, hidden);
        return hidden + weights.position_embedding.slice(0, position_offset, position_offset + ids.size(1));
    }

    FfnInput attention_half(const DecoderLayer &layer, const at::Tensor &hidden) const override {
        const auto input = config_.norm_before ? normalize(layer.norms[attention_norm], hidden) : hidden;
        const auto [query, key, value] = run_stacked<3>(layer, {q_proj, k_proj, v_proj}, input);
        const auto mixed = causal_attention(query, key, value, {config_.heads, config_.heads});
        auto residual = apply_and_add(layer.projections[out_proj], mixed, hidden);
        if (!config_.norm_before)
            residual = normalize(layer.norms[attention_norm], residual);
        return {residual, config_.norm_before ? normalize(layer.norms[ffn_norm], residual) : residual};
    }

    at::Tensor ffn_half(const DecoderLayer &layer, const FfnInput &input) const override {
        const auto neurons =
            apply(layer.projections[fc1], input.input, config_.relu ? Activation::relu : Activation::gelu);
        const auto hidden = apply_and_add(layer.projections[fc2], neurons, input.residual);
        return config_.norm_before ? hidden : normalize(layer.norms[ffn_norm], hidden);
    }

    at::Tensor head_input(const ModelWeights &weights, const at::Tensor &hidden) const override {
        const auto normalized = config_.has_final_norm ? normalize(weights.final_norm, hidden) : hidden;
        return weights.project_out.weight.defined() ? apply(weights.project_out, normalized) : normalized;
    }

private:
    static at::Tensor normalize(const Norm &norm, const at::Tensor &hidden) {
        return at::layer_norm(hidden, {hidden.size(-1)}, norm.weight, norm.bias, norm_epsilon);
    }

    OptConfig config_;
};

} // namespace

std::unique_ptr<ModelFamily> make_opt(const ConfigReader &config) { return std::make_unique<Opt>(read_config(config)); }

} // namespace invar
