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

/// How an FFN is put on its layer's grids: to nearest, or by GPTQ where there are factors.
struct FfnRounding {
    LayerGrids grids;
    const FfnLayout &layout;
    const LayerFactors *factors = nullptr;
};

/// A full-precision FFN (float32) under `map`, on the grid; biases are transformed alone.
[[nodiscard]] FfnWeights round_ffn(const FfnWeights &base, const NeuronMap &map, const FfnRounding &rounding);

/// The quantized FFN under another map, bit for bit what round_ffn() gives: neurons that only move are moved, and to
/// nearest only groups that hold a changed neuron are rounded again. Off the CPU everything is done anew.
[[nodiscard]] FfnWeights update(const QuantizedFfn &accepted, const NeuronMap &map, const FfnRounding &rounding);

} // namespace invar
