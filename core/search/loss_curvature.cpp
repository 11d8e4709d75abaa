// SPDX-License-Identifier: GPL-3.0-or-later
// What a loss that curves adds to what its gradient foretells. The curvature's diagonal is the empirical Fisher
// information's: the sum over pieces of the calibration set of their squared gradients (as Fisher pruning has it, Theis
// et al., arXiv 1801.05787): where single tokens pull hard and in opposite ways, no change comes cheap.
#include "core/kernels/gradient_loops.h"
#include "core/search/loss_gradient.h"
#include "core/search/put_back.h"

#include <ATen/ATen.h>

#include <stdexcept>

namespace invar {
namespace {

/// Of the loss about one reference.
struct CurvedFfn {
    const FfnWeights &gradient;
    const FfnWeights &curvature;
    const FfnWeights &reference;

    [[nodiscard]] CurvedLoss of_input(std::size_t i) const {
        return together(gradient.inputs[i].weight, curvature.inputs[i].weight, reference.inputs[i].weight);
    }
    [[nodiscard]] CurvedLoss of_bias(std::size_t i) const {
        return together(gradient.inputs[i].bias, curvature.inputs[i].bias, reference.inputs[i].bias);
    }
    [[nodiscard]] CurvedLoss of_output() const {
        return together(gradient.output.weight, curvature.output.weight, reference.output.weight);
    }

private:
    static CurvedLoss together(const at::Tensor &gradient, const at::Tensor &curvature, const at::Tensor &reference) {
        return {gradient.const_data_ptr<float>(), curvature.const_data_ptr<float>(), reference.const_data_ptr<float>()};
    }
};

LossChange &operator+=(LossChange &sum, const CurvedProducts &products) {
    return sum += LossChange{.slope = products.slope, .curvature = products.curvature};
}

/// Neurons of `map` that are made in another way than in `reference`, wherever they stand: rows of all others are
/// equal.
std::vector<std::size_t> changed_neurons(const NeuronMap &map, const NeuronMap &reference) {
    std::vector<std::size_t> place_of(map.source.size());
    for (std::size_t i = 0; i < reference.source.size(); ++i)
        place_of[static_cast<std::size_t>(reference.source[i])] = i;
    std::vector<std::size_t> changed;
    for (std::size_t i = 0; i < map.source.size(); ++i)
        if (const auto before = place_of[static_cast<std::size_t>(map.source[i])];
            map.scale[i] != reference.scale[before] || map.own[i] != reference.own[before] ||
            map.mixed[i] != reference.mixed[before])
            changed.push_back(i);
    return changed;
}

template <typename T>
std::vector<LossChange> changes_by_loops(const FfnWeights &quantized, const CurvedFfn &loss, const FfnLayout &layout,
                                         const NeuronMap &map, const NeuronMap &reference, std::int64_t group) {
    const auto data = [](const at::Tensor &tensor) { return static_cast<const T *>(tensor.const_data_ptr()); };
    const std::vector<float> ones(map.scale.size(), 1);
    std::vector<LossChange> changes(static_cast<std::size_t>(map.neurons() / group));
    const auto changed = changed_neurons(map, reference);
    for (std::size_t i = 0; i < quantized.inputs.size(); ++i) {
        const auto &input = quantized.inputs[i];
        const bool scaled = layout.inputs[i] == layout.scaled_input;
        if (!scaled && !map.mixes() && !reference.mixes())
            continue; // a gate's rows keep what they are made of
        const auto &factor = scaled ? map.scale : ones;
        const auto columns = input.weight.size(1);
        for (const auto neuron : changed) {
            const NeuronPlaces place{map.source.data() + neuron, factor.data() + neuron, 1};
            auto &change = changes[neuron / static_cast<std::size_t>(group)];
            const auto row = static_cast<std::int64_t>(neuron);
            change += curved_products_of_rows(data(input.weight) + row * columns, loss.of_input(i), place, columns);
            if (input.bias.defined())
                change += curved_products_of_rows(data(input.bias) + row, loss.of_bias(i), place, 1);
        }
    }
    const auto inverse_scale = inverse(map.scale);
    const NeuronPlaces places{map.source.data(), inverse_scale.data(), map.neurons()};
    std::vector<CurvedProducts> of_output(changes.size());
    add_curved_products_of_column_groups(data(quantized.output.weight), loss.of_output(), places,
                                         quantized.output.weight.size(0), group, of_output.data());
    for (std::size_t g = 0; g < changes.size(); ++g)
        changes[g] += of_output[g];
    return changes;
}

/// Both parts of each element's change.
struct ElementChanges {
    at::Tensor slope;
    at::Tensor curvature;
};

ElementChanges changes_of(const at::Tensor &weights, const at::Tensor &reference, const at::Tensor &gradient,
                          const at::Tensor &curvature) {
    const auto difference = weights - reference;
    return {difference * gradient, difference.square() * curvature};
}

} // namespace

std::vector<LossChange> LossGradient::changes_by_group(std::size_t layer, const NeuronMap &map,
                                                       const FfnWeights &quantized, const PlacedFfn &reference,
                                                       std::int64_t group) const {
    if (!has_curvature())
        throw std::logic_error("the loss's curvature was not taken");
    const CurvedFfn loss{gradients_[layer], curvatures_[layer], reference.weights};
    const auto &weight = quantized.output.weight;
    if (weight.is_cpu() && weight.scalar_type() == at::kFloat)
        return changes_by_loops<float>(quantized, loss, layout_, map, reference.map, group);
    if (weight.is_cpu() && weight.scalar_type() == at::kBFloat16)
        return changes_by_loops<Bfloat16>(quantized, loss, layout_, map, reference.map, group);
    return changes_by_tensors(layer, map, quantized, reference, group);
}

std::vector<LossChange> LossGradient::changes_by_tensors(std::size_t layer, const NeuronMap &map,
                                                         const FfnWeights &quantized, const PlacedFfn &reference,
                                                         std::int64_t group) const {
    const auto placed = put_back(PutBack::weights, quantized, layout_, map);
    const auto &gradient = gradients_[layer];
    const auto &curvature = curvatures_.at(layer);
    auto changes = changes_of(placed.output.weight, reference.weights.output.weight, gradient.output.weight,
                              curvature.output.weight);
    at::Tensor sums = at::stack({changes.slope, changes.curvature}).sum(1, false, at::kDouble); // [2, neurons]
    for (std::size_t i = 0; i < placed.inputs.size(); ++i) {
        const auto add = [&](auto member) {
            changes = changes_of(placed.inputs[i].*member, reference.weights.inputs[i].*member,
                                 gradient.inputs[i].*member, curvature.inputs[i].*member);
            sums += at::stack({changes.slope, changes.curvature})
                        .reshape({2, map.neurons(), -1})
                        .sum(2, false, at::kDouble);
        };
        add(&Linear::weight);
        if (placed.inputs[i].bias.defined())
            add(&Linear::bias);
    }
    const auto by_group =
        sums.index_select(1, places_of(map, sums.device())).reshape({2, -1, group}).sum(2).cpu().contiguous();
    const auto groups = by_group.size(1);
    const auto *const first = by_group.const_data_ptr<double>();
    std::vector<LossChange> result;
    for (std::int64_t g = 0; g < groups; ++g)
        result.push_back({.slope = first[g], .curvature = first[groups + g]});
    return result;
}

LossChange LossGradient::change(std::size_t layer, const AttentionMaps &maps, const AttentionWeights &quantized,
                                const AttentionWeights &reference) const {
    if (attention_curvatures_.empty())
        throw std::logic_error("the loss's curvature was not taken of attention");
    const auto placed = put_back(PutBack::weights, quantized, maps);
    const auto &gradient = attention_gradients_[layer];
    const auto &curvature = attention_curvatures_[layer];
    auto sums = at::zeros({2}, gradient.output.weight.options().dtype(at::kDouble));
    const auto add = [&](auto matrix, auto member) {
        const auto changes = changes_of(placed.*matrix.*member, reference.*matrix.*member, gradient.*matrix.*member,
                                        curvature.*matrix.*member);
        sums += at::stack({changes.slope.sum(at::kDouble), changes.curvature.sum(at::kDouble)});
    };
    for (const auto rows : {&AttentionWeights::query, &AttentionWeights::key, &AttentionWeights::value}) {
        add(rows, &Linear::weight);
        if ((placed.*rows).bias.defined())
            add(rows, &Linear::bias);
    }
    add(&AttentionWeights::output, &Linear::weight);
    const auto both = sums.cpu();
    return {.slope = both[0].item<double>(), .curvature = both[1].item<double>()};
}

} // namespace invar
