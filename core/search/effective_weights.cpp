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

ModelWeights apply_states(const StartingPoint &start, const std::vector<FfnState> &states, const StartingMethod &method,
                          const Grid &grid, const FfnLayout &layout) {
    auto weights = start.quantized;
    for (std::size_t layer = 0; layer < states.size(); ++layer) {
        if (states[layer] == FfnState::identity(states[layer].neurons()))
            continue;
        const auto transformed = apply(states[layer], take_ffn(start.base.layers[layer], layout), layout);
        weights.layers[layer] = with_ffn(weights.layers[layer], layout, requantize(method, grid, transformed));
    }
    return weights;
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
