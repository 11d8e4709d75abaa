// SPDX-License-Identifier: GPL-3.0-or-later
// For core only: includes LibTorch.
// GPTQ inside a search. A move changes neurons (of an FFN, or channels of attention's heads) by a matrix T (weights W
// T, what they are multiplied with T^-1 x), so that their Hessian becomes T^-1 H T^-T exactly, and H^-1 = U^T U becomes
// (U T)^T (U T): its Cholesky factor is the triangle of U T, and U T itself where neurons only move and scale.
#pragma once

#include "core/invariance/ffn_weights.h"
#include "core/quant/gptq_factor.h"
#include "core/quant/grid_plan.h"

namespace invar {

/// The factor of neurons that moved. Those of an order by importance are rounded in the order in which they were.
[[nodiscard]] GptqFactor moved(const GptqFactor &factor, const NeuronMap &map);

/// The factor of inputs in another order: new input i is old input `order[i]`.
[[nodiscard]] GptqFactor reordered(const GptqFactor &factor, const std::vector<std::int64_t> &order);

/// An FFN (float32) under `map`, put on the grid by GPTQ. The Hessian of what the FFN reads stays as it is.
[[nodiscard]] FfnWeights round_by_gptq(const LayerFactors &factors, const FfnWeights &base, const NeuronMap &map,
                                       const LayerGrids &grids, const FfnLayout &layout);

/// The same to the last bit, in the format of `quantized`, which is `base` under `before`: rows that only moved are
/// not solved again, and the output not where nothing changed.
[[nodiscard]] FfnWeights round_by_gptq(const LayerFactors &factors, const FfnWeights &base, const FfnWeights &quantized,
                                       const NeuronMap &before, const NeuronMap &map, const LayerGrids &grids,
                                       const FfnLayout &layout);

} // namespace invar
