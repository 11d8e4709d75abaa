// SPDX-License-Identifier: GPL-3.0-or-later
// For core only: includes LibTorch.
#pragma once

#include "core/invariance/attention_weights.h"
#include "core/invariance/ffn_weights.h"
#include "core/invariance/residual_order.h"
#include "core/model/family.h"
#include "core/quant/method.h"

#include <vector>

namespace invar {

/// A transformed FFN put on its layer's grids: weights rounded to nearest, biases kept.
[[nodiscard]] FfnWeights requantize(const LayerGrids &grids, const FfnLayout &layout, const FfnWeights &transformed);

/// How an attention is put on its layer's grids: to nearest, or by GPTQ where there are factors.
struct AttentionRounding {
    LayerGrids grids;
    const AttentionLayout &layout;
    const LayerFactors *factors = nullptr;
};

/// A full-precision attention (float32) under a state, on the grid; biases are transformed alone.
[[nodiscard]] AttentionWeights round_attention(const AttentionWeights &base, const LayerState &state,
                                               const AttentionRounding &rounding);

/// The quantized model (float32) under one state per layer; its norms' factors are in `start` already
/// (core/search/norm_scales.h). Layers whose other moves are none keep the start's weights.
[[nodiscard]] ModelWeights apply_states(const StartingPoint &start, const std::vector<LayerState> &states,
                                        const GridPlan &grids, const ModelFamily &family);

/// Full-precision weights under one state per layer, nothing rounded.
[[nodiscard]] ModelWeights apply_exactly(const ModelWeights &weights, const std::vector<LayerState> &states,
                                         const ModelFamily &family);

/// A starting point with the residual stream of its layers reordered and every matrix rounded again; embeddings, final
/// norm and head stay as they are.
[[nodiscard]] StartingPoint reorder_residual(const StartingPoint &start, const ModelFamily &family,
                                             const ResidualOrder &order, const GridPlan &grids);

} // namespace invar
