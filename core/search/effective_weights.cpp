// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/search/effective_weights.h"

#include "core/quant/gptq_solver.h"
#include "core/quant/group_quantizer.h"
#include "core/search/ffn_update.h"
#include "core/search/gptq_ffn.h"
#include "core/search/norm_scales.h"

namespace invar {

FfnWeights requantize(const LayerGrids &grids, const FfnLayout &layout, const FfnWeights &transformed) {
    auto result = transformed;
    for (std::size_t i = 0; i < result.inputs.size(); ++i)
        result.inputs[i].weight = round_to_grid(result.inputs[i].weight, grids[layout.inputs[i]]);
    result.output.weight = round_to_grid(result.output.weight, grids[layout.output]);
    return result;
}

AttentionWeights round_attention(const AttentionWeights &base, const LayerState &state,
                                 const AttentionRounding &rounding) {
    const auto &[grids, layout, factors] = rounding;
    auto result = apply(state, base, layout);
    for (const auto &[projection, index] : {std::pair(&result.query, layout.query), std::pair(&result.key, layout.key),
                                            std::pair(&result.value, layout.value)})
        projection->weight = factors ? round_by_gptq(projection->weight, factors->attention_input, grids[index])
                                     : round_to_grid(projection->weight, grids[index]);
    auto &output = result.output.weight;
    output = factors ? round_by_gptq(output, moved(factors->attention_output, AttentionMaps::of(state, layout).output),
                                     grids[layout.output])
                     : round_to_grid(output, grids[layout.output]);
    return result;
}

ModelWeights apply_states(const StartingPoint &start, const std::vector<LayerState> &states, const GridPlan &grids,
                          const ModelFamily &family) {
    auto weights = start.quantized;
    const auto layout = family.ffn();
    const auto attention_layout = family.attention();
    for (std::size_t layer = 0; layer < states.size(); ++layer) {
        const auto &base = start.base.layers[layer];
        const auto &state = states[layer];
        auto &result = weights.layers[layer];
        if (state.ffn != NeuronState::identity(state.ffn.neurons()))
            result = with_ffn(result, layout,
                              round_ffn(take_ffn(base, layout), NeuronMap::of(state.ffn),
                                        {grids.layer(layer), layout, start.factors_of(layer)}));
        if (state.value.neurons() > 0 || state.key.neurons() > 0)
            result = with_attention(result, attention_layout,
                                    round_attention(take_attention(base, attention_layout), state,
                                                    {grids.layer(layer), attention_layout, start.factors_of(layer)}));
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
        layer = with_norm_scales(layer, state.norms, family);
        layer = with_ffn(layer, layout, apply(state.ffn, take_ffn(layer, layout), layout));
        if (state.value.neurons() > 0 || state.key.neurons() > 0)
            layer = with_attention(layer, attention, apply(state, take_attention(layer, attention), attention));
    }
    return moved;
}

StartingPoint reorder_residual(const StartingPoint &start, const ModelFamily &family, const ResidualOrder &order,
                               const GridPlan &grids) {
    if (order.channels().empty())
        return start;
    auto reference = start.reference;
    auto base = start.base;
    for (std::size_t layer = 0; layer < base.layers.size(); ++layer) {
        reference.layers[layer] = reorder_residual(start.reference.layers[layer], family, order);
        base.layers[layer] = reorder_residual(start.base.layers[layer], family, order);
    }
    auto factors = start.factors;
    for (auto &of_layer : factors)
        for (auto *factor : {&of_layer.attention_input, &of_layer.ffn_input})
            *factor = reordered(*factor, order.channels());
    auto result = StartingPoint::rounded(std::move(reference), std::move(base), grids, std::move(factors), family);
    result.scales = start.scales;
    return result;
}

} // namespace invar
