// SPDX-License-Identifier: GPL-3.0-or-later
// For core only: includes LibTorch.
#pragma once

#include "core/invariance/ffn_weights.h"
#include "core/quant/method.h"

namespace invar {

/// What an update of one layer's FFN starts from.
struct QuantizedFfn {
    const FfnWeights &base;      ///< full precision, float32
    const FfnWeights &quantized; ///< base under `map`, on the grid, in the run's precision
    const NeuronMap &map;
};

/// The quantized FFN under another map, bit for bit what requantizing all of it gives: neurons that only move are
/// moved, and only groups that hold a changed neuron are rounded again. For methods that round some other way than to
/// nearest, and off the CPU, everything is done anew.
[[nodiscard]] FfnWeights update(const QuantizedFfn &accepted, const NeuronMap &map, const StartingMethod &method,
                                const LayerGrids &grids, const FfnLayout &layout);

} // namespace invar
