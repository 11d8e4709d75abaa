// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/gpt_decoder.h"

#include "core/model/attention.h"
#include "core/model/tensor_loader.h"

#include <ATen/ATen.h>

#include <array>
#include <string_view>

namespace invar {
namespace {

enum Projection : std::size_t { query, key, value, attention_output, ffn_in, ffn_out };
enum LayerNorm : std::size_t { attention_norm, ffn_norm };

constexpr std::array<Projection, 6> all_projections{query, key, value, attention_output, ffn_in, ffn_out};
constexpr std::array<std::string_view, 3> parts{"q", "k", "v"};

class GptDecoder final : public ModelFamily {
public:
    explicit GptDecoder(GptDecoderConfig config) : config_(std::move(config)) {
        if (config_.rotary)
            rotary_.emplace(*config_.rotary);
    }

    ModelInfo info() const override {
        ModelInfo info;
        info.family = config_.family;
        info.layers = static_cast<int>(config_.layers);
        info.hidden_size = config_.hidden;
        info.ffn_size = config_.ffn;
        info.vocabulary_size = config_.vocabulary;
        info.context_length = config_.context;
        info.projections.assign(parts.begin(), parts.end());
        for (const auto projection : {attention_output, ffn_in, ffn_out})
            info.projections.push_back(name_in_layer(projection));
        for (int layer = 0; layer < info.layers; ++layer)
            for (const auto projection : all_projections) {
                const auto tensor = config_.optional_prefix + name(layer, name_in_layer(projection));
                info.matrices.push_back(
                    {.name = projection <= value ? fmt::format("{}:{}", tensor, parts[projection]) : tensor,
                     .layer = layer,
                     .projection = info.projections[projection],
                     .rows = projection == ffn_in ? config_.ffn : config_.hidden,
                     .cols = projection == ffn_out ? config_.ffn : config_.hidden});
            }
        info.invariances = {{Invariance::permutation, Exactness::exact},
                            {Invariance::scaling, Exactness::approximate}, // GELU is not homogeneous
                            {Invariance::rotation, Exactness::approximate}};
        info.needs_consent.scaling = info.needs_consent.rotation = true;
        info.attention = {.heads = config_.heads,
                          .key_value_heads = config_.heads,
                          .head_size = config_.hidden / config_.heads,
                          .rotary_size = config_.rotary ? config_.rotary->size : 0,
                          .query = query,
                          .key = key,
                          .value = value,
                          .output = attention_output};
        add_attention_moves(info.attention, info.invariances);
        add_norm_moves(info);
        return info;
    }

    std::vector<std::size_t> stacked() const override { return {query, key, value}; }

    std::vector<NormFold> norm_folds() const override {
        return {{attention_norm, {query, key, value}}, {ffn_norm, {ffn_in}}};
    }

    FfnLayout ffn() const override { return {.inputs = {ffn_in}, .scaled_input = ffn_in, .output = ffn_out}; }

    ModelWeights load(const Checkpoint &checkpoint, const Task &task) const override {
        const bool prefixed = checkpoint.contains(config_.optional_prefix + config_.names.embedding + ".weight");
        const TensorLoader loader(checkpoint, prefixed ? config_.optional_prefix : "");
        const auto &names = config_.names;
        const auto hidden = config_.hidden;
        ModelWeights weights;
        weights.token_embedding = loader.load(names.embedding + ".weight", {config_.vocabulary, hidden});
        if (!rotary_)
            weights.position_embedding = loader.load(names.positions + ".weight", {config_.context, hidden});
        for (std::int64_t index = 0; index < config_.layers; ++index) {
            task.check();
            task.report(static_cast<double>(index) / static_cast<double>(config_.layers), "loading weights");
            DecoderLayer layer;
            const auto fused =
                load_linear(loader, name(index, names.query_key_value), 3 * hidden, hidden, config_.attention_bias);
            for (const auto part : {query, key, value})
                layer.projections.push_back({take_part(fused.weight, part), take_part(fused.bias, part), {}});
            layer.projections.push_back(
                load_linear(loader, name(index, names.attention_output), hidden, hidden, config_.attention_bias));
            layer.projections.push_back(load_linear(loader, name(index, names.ffn_in), config_.ffn, hidden, true));
            layer.projections.push_back(load_linear(loader, name(index, names.ffn_out), hidden, config_.ffn, true));
            layer.norms.push_back(loader.norm(name(index, names.attention_norm), hidden, true));
            layer.norms.push_back(loader.norm(name(index, names.ffn_norm), hidden, true));
            weights.layers.push_back(std::move(layer));
        }
        weights.final_norm = loader.norm(names.final_norm, hidden, true);
        weights.head = config_.tied ? weights.token_embedding : load_head(checkpoint);
        return weights;
    }

    void visit_tensors(const ModelWeights &weights,
                       const std::function<void(const std::string &, const at::Tensor &)> &visit) const override {
        const auto visit_both = [&](const std::string &tensor, const auto &pair) {
            visit(config_.optional_prefix + tensor + ".weight", pair.weight);
            if (pair.bias.defined())
                visit(config_.optional_prefix + tensor + ".bias", pair.bias);
        };
        const auto &names = config_.names;
        visit(config_.optional_prefix + names.embedding + ".weight", weights.token_embedding);
        if (!rotary_)
            visit(config_.optional_prefix + names.positions + ".weight", weights.position_embedding);
        for (std::size_t index = 0; index < weights.layers.size(); ++index) {
            const auto &layer = weights.layers[index];
            const auto number = static_cast<std::int64_t>(index);
            visit_both(name(number, names.query_key_value), as_stored(fuse(layer)));
            for (const auto projection : {attention_output, ffn_in, ffn_out})
                visit_both(name(number, name_in_layer(projection)), as_stored(layer.projections[projection]));
            visit_both(name(number, names.attention_norm), layer.norms[attention_norm]);
            visit_both(name(number, names.ffn_norm), layer.norms[ffn_norm]);
        }
        visit_both(names.final_norm, weights.final_norm);
        if (!config_.tied)
            visit(names.head + ".weight", weights.head);
    }

    at::Tensor embed(const ModelWeights &weights, const at::Tensor &ids) const override {
        const auto hidden = at::embedding(weights.token_embedding, ids);
        return rotary_ ? hidden : hidden + weights.position_embedding.slice(0, 0, ids.size(1));
    }

    FfnInput attention_half(const DecoderLayer &layer, const at::Tensor &hidden) const override {
        auto [q, k, v] = run_stacked<3>(layer, {query, key, value}, normalize(layer.norms[attention_norm], hidden));
        if (rotary_) {
            q = rotary_->turn(q, config_.heads);
            k = rotary_->turn(k, config_.heads);
        }
        const auto mixed = causal_attention(q, k, v, {.heads = config_.heads, .key_value_heads = config_.heads});
        const auto residual = apply_and_add(layer.projections[attention_output], mixed, hidden);
        return {residual, normalize(layer.norms[ffn_norm], config_.parallel ? hidden : residual)};
    }

    at::Tensor ffn_half(const DecoderLayer &layer, const FfnInput &input) const override {
        const auto neurons = apply(layer.projections[ffn_in], input.input, config_.activation);
        return apply_and_add(layer.projections[ffn_out], neurons, input.residual);
    }

    at::Tensor head_input(const ModelWeights &weights, const at::Tensor &hidden) const override {
        return normalize(weights.final_norm, hidden);
    }

private:
    [[nodiscard]] std::string name(std::int64_t layer, const std::string &part) const {
        return fmt::format("{}.{}.{}", config_.names.layers, layer, part);
    }
    [[nodiscard]] const std::string &name_in_layer(Projection projection) const {
        switch (projection) {
        case attention_output:
            return config_.names.attention_output;
        case ffn_in:
            return config_.names.ffn_in;
        case ffn_out:
            return config_.names.ffn_out;
        default:
            return config_.names.query_key_value;
        }
    }
    [[nodiscard]] bool transposed() const { return config_.layout == GptDecoderConfig::Layout::conv1d; }

    [[nodiscard]] at::Tensor load_head(const Checkpoint &checkpoint) const {
        const auto &names = config_.names;
        const auto &head = checkpoint.contains(names.other_head + ".weight") ? names.other_head : names.head;
        return TensorLoader(checkpoint, "").load(head + ".weight", {config_.vocabulary, config_.hidden});
    }
    [[nodiscard]] Linear load_linear(const TensorLoader &loader, const std::string &name, std::int64_t outputs,
                                     std::int64_t inputs, bool bias) const {
        if (!transposed())
            return loader.linear(name, outputs, inputs, bias);
        return {loader.load(name + ".weight", {inputs, outputs}).t().contiguous(),
                bias ? loader.load(name + ".bias", {outputs}) : at::Tensor(),
                {}};
    }
    /// The inverse of load_linear().
    [[nodiscard]] Linear as_stored(const Linear &linear) const {
        return {transposed() ? linear.weight.t().contiguous() : linear.weight, linear.bias, {}};
    }

    /// `rows` as a matrix of that many columns as `example`'s, or as a vector.
    static at::Tensor shaped_like(const at::Tensor &example, const at::Tensor &rows) {
        return example.dim() == 1 ? rows.reshape({-1}) : rows.reshape({-1, example.size(1)});
    }
    /// The rows of query, key or value in a fused [3 * hidden, …], head after head.
    [[nodiscard]] at::Tensor take_part(const at::Tensor &fused, std::int64_t part) const {
        if (!fused.defined())
            return {};
        if (transposed())
            return fused.narrow(0, part * config_.hidden, config_.hidden).clone();
        const auto by_head = fused.reshape({config_.heads, 3, config_.hidden / config_.heads, -1});
        return shaped_like(fused, by_head.select(1, part)).contiguous();
    }
    /// The inverse of take_part().
    [[nodiscard]] at::Tensor put_together(const std::array<at::Tensor, 3> &rows) const {
        if (!rows.front().defined())
            return {};
        if (transposed())
            return at::cat(rows);
        std::vector<at::Tensor> by_head;
        for (const auto &part : rows)
            by_head.push_back(part.reshape({config_.heads, config_.hidden / config_.heads, -1}));
        return shaped_like(rows.front(), at::stack(by_head, 1));
    }
    [[nodiscard]] Linear fuse(const DecoderLayer &layer) const {
        const auto &p = layer.projections;
        return {put_together({p[query].weight, p[key].weight, p[value].weight}),
                put_together({p[query].bias, p[key].bias, p[value].bias}),
                {}};
    }

    [[nodiscard]] at::Tensor normalize(const Norm &norm, const at::Tensor &hidden) const {
        return at::layer_norm(hidden, {hidden.size(-1)}, norm.weight, norm.bias, config_.norm_epsilon);
    }

    GptDecoderConfig config_;
    std::optional<Rotary> rotary_;
};

} // namespace

Activation read_gelu(const ConfigReader &config, const char *key, const std::string &fallback) {
    const auto name = config.text(key, fallback);
    if (name == "gelu")
        return Activation::gelu;
    if (name == "gelu_new" || name == "gelu_fast" || name == "gelu_pytorch_tanh")
        return Activation::gelu_tanh; // three spellings of one formula
    if (name == "relu")
        return Activation::relu;
    fail("{}: the activation function \"{}\" is not known here; known: gelu, gelu_fast, gelu_new, gelu_pytorch_tanh, "
         "relu",
         config.file().string(), name);
}

std::unique_ptr<ModelFamily> make_gpt_decoder(GptDecoderConfig config, const ConfigReader &source) {
    if (config.hidden % config.heads != 0)
        fail("{}: a width of {} is not a multiple of {} heads", source.file().string(), config.hidden, config.heads);
    return std::make_unique<GptDecoder>(std::move(config));
}

} // namespace invar
