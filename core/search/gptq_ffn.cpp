// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/search/gptq_ffn.h"

#include "core/quant/gptq_solver.h"

#include <ATen/ATen.h>

#include <numeric>

namespace invar {
namespace {

std::vector<std::int64_t> inverse_of(const std::vector<std::int64_t> &permutation) {
    std::vector<std::int64_t> inverse(permutation.size());
    for (std::size_t i = 0; i < permutation.size(); ++i)
        inverse[static_cast<std::size_t>(permutation[i])] = static_cast<std::int64_t>(i);
    return inverse;
}

std::vector<std::int64_t> values_of(const at::Tensor &indices) {
    const auto *const first = indices.const_data_ptr<std::int64_t>();
    return {first, first + indices.numel()};
}

/// R of the QR decomposition, its diagonal positive as Cholesky's is.
at::Tensor triangle_of(const at::Tensor &matrix) {
    const auto upper = std::get<1>(at::linalg_qr(matrix, "r"));
    return (upper * upper.diagonal().sign().unsqueeze(1)).contiguous();
}

Linear moved_bias(const Linear &base, const NeuronMap &map, at::ScalarType type) {
    return {{}, base.bias.defined() ? transform_rows(base.bias, map).to(type) : base.bias, {}};
}

/// Which map an input's rows follow: a gate that is not scaled takes the order alone.
bool is_scaled(const FfnLayout &layout, std::size_t input) { return layout.inputs[input] == layout.scaled_input; }

at::Tensor round_output(const LayerFactors &factors, const FfnWeights &base, const NeuronMap &map, const Grid &grid) {
    return round_by_gptq(transform_columns(base.output.weight, map), moved(factors.ffn_output, map), grid);
}

} // namespace

GptqFactor moved(const GptqFactor &factor, const NeuronMap &map) {
    const auto turn = inverse_of(values_of(factor.order)); // [neuron]: when it was rounded
    std::vector<std::int64_t> position(map.source.size()); // [neuron]: where it is now
    for (std::size_t i = 0; i < position.size(); ++i)
        position[static_cast<std::size_t>(map.source[i])] = static_cast<std::int64_t>(i);
    std::vector<std::int64_t> order(position.size());
    std::iota(order.begin(), order.end(), std::int64_t{0});
    if (factor.static_groups)
        for (std::size_t turn_now = 0; turn_now < order.size(); ++turn_now)
            order[turn_now] = position[static_cast<std::size_t>(factor.order.const_data_ptr<std::int64_t>()[turn_now])];
    std::vector<std::int64_t> own_turn;
    std::vector<std::int64_t> partner_turn;
    std::vector<float> own;
    std::vector<float> mixed;
    bool triangular = !map.mixes();
    for (const auto place : order) {
        const auto i = static_cast<std::size_t>(place);
        triangular = triangular && turn[static_cast<std::size_t>(map.source[i])] == std::ssize(own_turn);
        own_turn.push_back(turn[static_cast<std::size_t>(map.source[i])]);
        partner_turn.push_back(turn[static_cast<std::size_t>(map.partner[i])]);
        own.push_back(map.own[i] * map.scale[i]);
        mixed.push_back(map.mixed[i] * map.scale[i]);
    }
    auto columns = factor.upper.index_select(1, at::tensor(own_turn)) * at::tensor(own);
    if (map.mixes())
        columns += factor.upper.index_select(1, at::tensor(partner_turn)) * at::tensor(mixed);
    return {.upper = triangular ? columns.contiguous() : triangle_of(columns),
            .order = at::tensor(order),
            .static_groups = factor.static_groups,
            .damping = factor.damping};
}

GptqFactor reordered(const GptqFactor &factor, const std::vector<std::int64_t> &order) {
    auto state = NeuronState::identity(std::ssize(order));
    state.order = order;
    return moved(factor, NeuronMap::of(state));
}

FfnWeights round_by_gptq(const LayerFactors &factors, const FfnWeights &base, const NeuronMap &map,
                         const LayerGrids &grids, const FfnLayout &layout) {
    auto result = apply(map, base, layout);
    for (std::size_t i = 0; i < result.inputs.size(); ++i)
        result.inputs[i].weight = round_by_gptq(result.inputs[i].weight, factors.ffn_input, grids[layout.inputs[i]]);
    result.output.weight = round_output(factors, base, map, grids[layout.output]);
    return result;
}

FfnWeights round_by_gptq(const LayerFactors &factors, const FfnWeights &base, const FfnWeights &quantized,
                         const NeuronMap &before, const NeuronMap &map, const LayerGrids &grids,
                         const FfnLayout &layout) {
    const auto type = quantized.output.weight.scalar_type();
    const auto all = change_between(before, map);
    const auto order = map.order_alone();
    const auto order_change = change_between(before.order_alone(), order);
    auto result = quantized;
    if (all.reshaped.empty() && all.moved.empty())
        return result;
    for (std::size_t i = 0; i < result.inputs.size(); ++i) {
        const auto &of_rows = is_scaled(layout, i) ? map : order;
        const auto &change = is_scaled(layout, i) ? all : order_change;
        std::vector<std::int64_t> from(map.source.size());
        std::iota(from.begin(), from.end(), std::int64_t{0});
        for (const auto &move : change.moved)
            from[static_cast<std::size_t>(move.to)] = move.from;
        const auto device = quantized.inputs[i].weight.device();
        auto rows = quantized.inputs[i].weight.index_select(0, at::tensor(from).to(device));
        if (!change.reshaped.empty()) {
            const auto reshaped = at::tensor(change.reshaped).to(device, at::kLong);
            const auto moved_rows = transform_rows(base.inputs[i].weight, of_rows).index_select(0, reshaped);
            rows.index_copy_(0, reshaped,
                             round_by_gptq(moved_rows, factors.ffn_input, grids[layout.inputs[i]]).to(type));
        }
        result.inputs[i] = moved_bias(base.inputs[i], of_rows, type);
        result.inputs[i].weight = std::move(rows);
    }
    result.output.weight = round_output(factors, base, map, grids[layout.output]).to(type);
    return result;
}

} // namespace invar
