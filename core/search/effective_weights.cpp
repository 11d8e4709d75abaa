// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/search/effective_weights.h"

namespace invar {

FfnWeights requantize(const StartingMethod &method, const LayerGrids &grids, const FfnLayout &layout,
                      const FfnWeights &transformed) {
    auto result = transformed;
    for (std::size_t i = 0; i < result.inputs.size(); ++i)
        result.inputs[i].weight = method.requantize(result.inputs[i].weight, grids[layout.inputs[i]]);
    result.output.weight = method.requantize(result.output.weight, grids[layout.output]);
    return result;
}

AttentionWeights requantize(const StartingMethod &method, const LayerGrids &grids, const AttentionLayout &layout,
                            const AttentionWeights &transformed) {
    auto result = transformed;
    for (const auto &[projection, index] :
         {std::pair(&result.query, layout.query), std::pair(&result.key, layout.key),
          std::pair(&result.value, layout.value), std::pair(&result.output, layout.output)})
        projection->weight = method.requantize(projection->weight, grids[index]);
    return result;
}

ModelWeights apply_states(const StartingPoint &start, const std::vector<LayerState> &states,
                          const StartingMethod &method, const GridPlan &grids, const ModelFamily &family) {
    auto weights = start.quantized;
    const auto layout = family.ffn();
    const auto attention_layout = family.attention();
    for (std::size_t layer = 0; layer < states.size(); ++layer) {
        const auto &base = start.base.layers[layer];
        const auto &state = states[layer];
        auto &result = weights.layers[layer];
        if (state.ffn != NeuronState::identity(state.ffn.neurons()))
            result = with_ffn(
                result, layout,
                requantize(method, grids.layer(layer), layout, apply(state.ffn, take_ffn(base, layout), layout)));
        if (state.value.neurons() > 0 || state.key.neurons() > 0)
            result = with_attention(result, attention_layout,
                                    requantize(method, grids.layer(layer), attention_layout,
                                               apply(state, take_attention(base, attention_layout), attention_layout)));
    }
    return weights;
}

ModelWeights apply_exactly(const ModelWeights &weights, const std::vector<LayerState> &states,
                           const ModelFamily &family) {
    auto moved = weights;
    const auto layout = family.ffn();
    const auto attention = family.attention();
    for (std::size_t index = 0; index < states.size(); ++index) {
        auto &layer = moved.layers[index];
        const auto &state = states[index];
        layer = with_ffn(layer, layout, apply(state.ffn, take_ffn(layer, layout), layout));
        if (state.value.neurons() > 0 || state.key.neurons() > 0)
            layer = with_attention(layer, attention, apply(state, take_attention(layer, attention), attention));
    }
    return moved;
}

StartingPoint reorder_residual(const StartingPoint &start, const ModelFamily &family, const ResidualOrder &order,
                               const StartingMethod &method, const GridPlan &grids) {
    auto result = start;
    for (std::size_t layer = 0; layer < start.base.layers.size(); ++layer) {
        result.reference.layers[layer] = reorder_residual(start.reference.layers[layer], family, order);
        result.base.layers[layer] = reorder_residual(start.base.layers[layer], family, order);
        result.quantized.layers[layer] = result.base.layers[layer];
        auto &projections = result.quantized.layers[layer].projections;
        for (std::size_t i = 0; i < projections.size(); ++i)
            projections[i].weight = method.requantize(projections[i].weight, grids.at(layer, i));
    }
    return result;
}

} // namespace invar
