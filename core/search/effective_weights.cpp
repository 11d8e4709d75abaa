// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/search/effective_weights.h"

namespace invar {

FfnWeights requantize(const StartingMethod &method, const Grid &grid, const FfnWeights &transformed) {
    auto result = transformed;
    for (auto &input : result.inputs)
        input.weight = method.requantize(input.weight, grid);
    result.output.weight = method.requantize(result.output.weight, grid);
    return result;
}

AttentionWeights requantize(const StartingMethod &method, const Grid &grid, const AttentionWeights &transformed) {
    auto result = transformed;
    for (auto *projection : {&result.query, &result.key, &result.value, &result.output})
        projection->weight = method.requantize(projection->weight, grid);
    return result;
}

ModelWeights apply_states(const StartingPoint &start, const std::vector<LayerState> &states,
                          const StartingMethod &method, const Grid &grid, const ModelFamily &family) {
    auto weights = start.quantized;
    const auto layout = family.ffn();
    const auto attention_layout = family.attention();
    for (std::size_t layer = 0; layer < states.size(); ++layer) {
        const auto &base = start.base.layers[layer];
        const auto &state = states[layer];
        auto &result = weights.layers[layer];
        if (state.ffn != NeuronState::identity(state.ffn.neurons()))
            result =
                with_ffn(result, layout, requantize(method, grid, apply(state.ffn, take_ffn(base, layout), layout)));
        if (state.value.neurons() > 0 || state.key.neurons() > 0)
            result = with_attention(
                result, attention_layout,
                requantize(method, grid, apply(state, take_attention(base, attention_layout), attention_layout)));
    }
    return weights;
}

StartingPoint reorder_residual(const StartingPoint &start, const ModelFamily &family, const ResidualOrder &order,
                               const StartingMethod &method, const Grid &grid) {
    auto result = start;
    for (std::size_t layer = 0; layer < start.base.layers.size(); ++layer) {
        result.reference.layers[layer] = reorder_residual(start.reference.layers[layer], family, order);
        result.base.layers[layer] = reorder_residual(start.base.layers[layer], family, order);
        result.quantized.layers[layer] = result.base.layers[layer];
        for (auto &projection : result.quantized.layers[layer].projections)
            projection.weight = method.requantize(projection.weight, grid);
    }
    return result;
}

double bits_per_weight(const Grid &grid, const ModelInfo &model) {
    double bits = 0;
    double weights = 0;
    for (const auto &matrix : model.matrices) {
        const auto count = static_cast<double>(matrix.rows * matrix.cols);
        bits += count * grid.bits_per_weight(matrix.cols);
        weights += count;
    }
    return weights > 0 ? bits / weights : 0;
}

} // namespace invar
