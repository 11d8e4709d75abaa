// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/search/loss_gradient.h"

#include "core/kernels/gradient_loops.h"
#include "core/search/backward.h"
#include "core/search/put_back.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <stdexcept>

namespace invar {
namespace {

using Gradients = std::vector<at::Tensor>; ///< of all FFNs: each input's weight and bias (where it has one), the
                                           ///< output; then of attention likewise

/// Calls `visit` with every tensor of an FFN that a move can change; the output's bias it never does.
template <typename Ffn, typename Visit> void visit_changing(Ffn &&ffn, Visit &&visit) {
    for (auto &input : ffn.inputs) {
        visit(input.weight);
        if (input.bias.defined())
            visit(input.bias);
    }
    visit(ffn.output.weight);
}

/// The same of an attention.
template <typename Visit> void visit_changing_attention(AttentionWeights &attention, Visit &&visit) {
    for (auto *rows : {&attention.query, &attention.key, &attention.value}) {
        visit(rows->weight);
        if (rows->bias.defined())
            visit(rows->bias);
    }
    visit(attention.output.weight);
}

/// The same of all layers' FFNs, then of all their attention.
template <typename Visit>
void for_each_changing(std::vector<FfnWeights> &ffns, std::vector<AttentionWeights> &attentions, Visit &&visit) {
    for (auto &ffn : ffns)
        visit_changing(ffn, visit);
    for (auto &attention : attentions)
        visit_changing_attention(attention, visit);
}

/// The same weights, but each changing tensor a leaf of a new graph, listed in `leaves`: all FFNs, then all attention.
ModelWeights with_leaves(const GradientSource &source, Gradients &leaves) {
    const auto layout = source.family.ffn();
    const auto attention_layout = source.family.attention();
    auto result = source.weights;
    const auto make_leaf = [&](at::Tensor &tensor) {
        tensor = tensor.detach().requires_grad_();
        leaves.push_back(tensor);
    };
    for (auto &layer : result.layers) {
        auto ffn = take_ffn(layer, layout);
        visit_changing(ffn, make_leaf);
        layer = with_ffn(layer, layout, ffn);
    }
    if (!source.attention.empty())
        for (auto &layer : result.layers) {
            auto attention = take_attention(layer, attention_layout);
            visit_changing_attention(attention, make_leaf);
            layer = with_attention(layer, attention_layout, attention);
        }
    return result;
}

/// Another part of them at each turn; at least one.
std::vector<Slice> take_part(const std::vector<Slice> &slices, double share, std::int64_t turn) {
    const auto all = static_cast<std::int64_t>(slices.size());
    const auto count = std::clamp<std::int64_t>(std::llround(share * static_cast<double>(all)), 1, all);
    std::vector<Slice> taken;
    for (std::int64_t i = 0; i < count; ++i)
        taken.push_back(slices[static_cast<std::size_t>((turn * count + i) % all)]);
    return taken;
}

/// The product of weights under `map` with a gradient that was put back: a float64 scalar.
at::Tensor product_of(const at::Tensor &weights, const at::Tensor &slopes, std::int64_t neurons, const NeuronMap &map,
                      const std::vector<float> &factor) {
    return (with_factors(weights.to(at::kFloat), neurons, factor) *
            slopes.index_select(neurons, places_of(map, slopes.device())))
        .sum(at::kDouble);
}

template <typename T>
std::vector<double> products_by_loops(const FfnWeights &quantized, const FfnWeights &gradient, const FfnLayout &layout,
                                      const NeuronMap &map, std::int64_t group) {
    const auto data = [](const at::Tensor &tensor) { return static_cast<const T *>(tensor.const_data_ptr()); };
    const std::vector<float> ones(map.scale.size(), 1);
    const auto inverse_scale = inverse(map.scale);
    std::vector<double> sums(static_cast<std::size_t>(map.neurons() / group), 0);
    for (std::size_t i = 0; i < quantized.inputs.size(); ++i) {
        const auto &input = quantized.inputs[i];
        const auto &slope = gradient.inputs[i];
        const auto &factor = layout.inputs[i] == layout.scaled_input ? map.scale : ones;
        const auto columns = input.weight.size(1);
        for (std::size_t g = 0; g < sums.size(); ++g) {
            const auto first = static_cast<std::int64_t>(g) * group;
            const NeuronPlaces places{map.source.data() + first, factor.data() + first, group};
            sums[g] += product_of_rows(data(input.weight) + first * columns, slope.weight.const_data_ptr<float>(),
                                       places, columns);
            if (input.bias.defined())
                sums[g] += product_of_rows(data(input.bias) + first, slope.bias.const_data_ptr<float>(), places, 1);
        }
    }
    const NeuronPlaces places{map.source.data(), inverse_scale.data(), map.neurons()};
    add_products_of_column_groups(data(quantized.output.weight), gradient.output.weight.const_data_ptr<float>(), places,
                                  quantized.output.weight.size(0), group, sums.data());
    return sums;
}

template <typename T>
double product_by_loops(const FfnWeights &quantized, const FfnWeights &gradient, const FfnLayout &layout,
                        const NeuronMap &map) {
    const auto data = [](const at::Tensor &tensor) { return static_cast<const T *>(tensor.const_data_ptr()); };
    const std::vector<float> ones(map.scale.size(), 1);
    const auto inverse_scale = inverse(map.scale);
    double sum = 0;
    for (std::size_t i = 0; i < quantized.inputs.size(); ++i) {
        const auto &input = quantized.inputs[i];
        const auto &slope = gradient.inputs[i];
        const bool scaled = layout.inputs[i] == layout.scaled_input;
        const NeuronPlaces places{map.source.data(), (scaled ? map.scale : ones).data(), map.neurons()};
        sum += product_of_rows(data(input.weight), slope.weight.const_data_ptr<float>(), places, input.weight.size(1));
        if (input.bias.defined())
            sum += product_of_rows(data(input.bias), slope.bias.const_data_ptr<float>(), places, 1);
    }
    const NeuronPlaces places{map.source.data(), inverse_scale.data(), map.neurons()};
    return sum + product_of_columns(data(quantized.output.weight), gradient.output.weight.const_data_ptr<float>(),
                                    places, quantized.output.weight.size(0));
}

} // namespace

LossGradient::LossGradient(const GradientSource &source, const WorkUnits &units, const Objective &objective,
                           const GradientNeeds &needs, std::int64_t turn)
    : layout_(source.family.ffn()), attention_layout_(source.family.attention()), folds_(source.family.norm_folds()),
      projections_(source.weights.layers.front().projections.size()), order_(source.order), taken_under_(source.norms),
      follows_norms_(needs.norms) {
    const auto make_zero = [](at::Tensor &tensor) {
        tensor = at::zeros(tensor.sizes(), tensor.options().dtype(at::kFloat));
    };
    for (const auto &layer : source.weights.layers) {
        gradients_.push_back(take_ffn(layer, layout_));
        if (!source.attention.empty())
            attention_gradients_.push_back(take_attention(layer, source.family.attention()));
    }
    if (needs.curvature) {
        curvatures_ = gradients_;
        attention_curvatures_ = attention_gradients_;
    }
    for_each_changing(gradients_, attention_gradients_, make_zero);
    for_each_changing(curvatures_, attention_curvatures_, make_zero);
    const std::int64_t tokens_at_once = needs.curvature ? 512 : 4096; // it is told from how slices differ: needs many
    const auto slices = take_part(slices_of(units, tokens_at_once), needs.share, turn);
    const auto times = static_cast<double>(units.all_tokens()) / static_cast<double>(tokens_of(slices));
    const auto make = [&](const Slice &slice) {
        Gradients leaves;
        const auto weights = with_leaves(source, leaves);
        return gradients_of(leaves, weights, source.family, source.order, slice, objective);
    };
    add_gradients(units, slices, make, [&](const Slice &, const Gradients &gradients) {
        std::size_t next = 0;
        for_each_changing(gradients_, attention_gradients_, [&](at::Tensor &sum) { sum.add_(gradients[next++]); });
        next = 0;
        for_each_changing(curvatures_, attention_curvatures_, [&](at::Tensor &sum) {
            const auto slope = gradients[next++].to(at::kFloat);
            sum.addcmul_(slope, slope);
        });
    });
    const auto scale_up = [&](at::Tensor &sum) { sum.mul_(times); };
    for_each_changing(gradients_, attention_gradients_, scale_up);
    const auto scale_curvature = [&](at::Tensor &sum) { sum.mul_(times / (2 * objective.nat_weight())); };
    for_each_changing(curvatures_, attention_curvatures_, scale_curvature);
    for (std::size_t layer = 0; layer < gradients_.size(); ++layer) {
        const auto put_layer_back = [&](PutBack what, auto &ffns, auto &attentions) {
            ffns[layer] = put_back(what, ffns[layer], layout_, source.ffn[layer]);
            if (!attentions.empty())
                attentions[layer] = put_back(what, attentions[layer], source.attention[layer]);
        };
        put_layer_back(PutBack::gradient, gradients_, attention_gradients_);
        if (has_curvature())
            put_layer_back(PutBack::curvature, curvatures_, attention_curvatures_);
    }
}

double LossGradient::product(std::size_t layer, const AttentionMaps &maps, const AttentionWeights &quantized) const {
    if (attention_gradients_.empty())
        throw std::logic_error("this gradient was not taken of attention");
    const auto &gradient = attention_gradients_[layer];
    auto sum = product_of(quantized.output.weight, gradient.output.weight, 1, maps.output, inverse(maps.output.scale));
    const auto add_rows = [&](const Linear &rows, const Linear &slopes, const NeuronMap &map) {
        sum += product_of(rows.weight, slopes.weight, 0, map, map.scale);
        if (rows.bias.defined())
            sum += product_of(rows.bias, slopes.bias, 0, map, map.scale);
    };
    add_rows(quantized.query, gradient.query, maps.query);
    add_rows(quantized.key, gradient.key, maps.key);
    add_rows(quantized.value, gradient.value, maps.value);
    return sum.item<double>();
}

double LossGradient::product(std::size_t layer, const NeuronMap &map, const FfnWeights &quantized) const {
    const auto &weight = quantized.output.weight;
    if (weight.is_cpu() && weight.scalar_type() == at::kFloat)
        return product_by_loops<float>(quantized, gradients_[layer], layout_, map);
    if (weight.is_cpu() && weight.scalar_type() == at::kBFloat16)
        return product_by_loops<Bfloat16>(quantized, gradients_[layer], layout_, map);
    return product_by_tensors(layer, map, quantized);
}

std::vector<double> LossGradient::products_by_group(std::size_t layer, const NeuronMap &map,
                                                    const FfnWeights &quantized, std::int64_t group) const {
    const auto &weight = quantized.output.weight;
    if (weight.is_cpu() && weight.scalar_type() == at::kFloat)
        return products_by_loops<float>(quantized, gradients_[layer], layout_, map, group);
    if (weight.is_cpu() && weight.scalar_type() == at::kBFloat16)
        return products_by_loops<Bfloat16>(quantized, gradients_[layer], layout_, map, group);
    return products_by_tensors(layer, map, quantized, group);
}

std::vector<double> LossGradient::products_by_tensors(std::size_t layer, const NeuronMap &map,
                                                      const FfnWeights &quantized, std::int64_t group) const {
    const auto &gradient = gradients_[layer];
    const auto device = gradient.output.weight.device();
    const auto places = at::tensor(map.source).to(device, at::kLong);
    const auto scale = at::tensor(map.scale).to(device);
    auto sums = (quantized.output.weight.to(at::kFloat) * gradient.output.weight.index_select(1, places) / scale)
                    .sum(0, false, at::kDouble);
    const auto add_rows = [&](const at::Tensor &rows, const at::Tensor &slopes, bool scaled) {
        auto products = (rows.to(at::kFloat) * slopes.index_select(0, places)).reshape({map.neurons(), -1});
        if (scaled)
            products = products * scale.unsqueeze(1);
        sums += products.sum(1, false, at::kDouble);
    };
    for (std::size_t i = 0; i < quantized.inputs.size(); ++i) {
        const bool scaled = layout_.inputs[i] == layout_.scaled_input;
        add_rows(quantized.inputs[i].weight, gradient.inputs[i].weight, scaled);
        if (quantized.inputs[i].bias.defined())
            add_rows(quantized.inputs[i].bias, gradient.inputs[i].bias, scaled);
    }
    const auto by_group = sums.reshape({-1, group}).sum(1).cpu();
    const auto *first = by_group.const_data_ptr<double>();
    return {first, first + by_group.size(0)};
}

double LossGradient::product_by_tensors(std::size_t layer, const NeuronMap &map, const FfnWeights &quantized) const {
    const auto &gradient = gradients_[layer];
    const std::vector<float> ones(map.scale.size(), 1);
    auto sum = product_of(quantized.output.weight, gradient.output.weight, 1, map, inverse(map.scale));
    for (std::size_t i = 0; i < quantized.inputs.size(); ++i) {
        const auto &factor = layout_.inputs[i] == layout_.scaled_input ? map.scale : ones;
        sum += product_of(quantized.inputs[i].weight, gradient.inputs[i].weight, 0, map, factor);
        if (quantized.inputs[i].bias.defined())
            sum += product_of(quantized.inputs[i].bias, gradient.inputs[i].bias, 0, map, factor);
    }
    return sum.item<double>();
}

} // namespace invar
