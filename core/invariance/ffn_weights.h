// SPDX-License-Identifier: GPL-3.0-or-later
// For core only: includes LibTorch.
#pragma once

#include "core/invariance/neuron_map.h"
#include "core/invariance/neuron_state.h"
#include "core/model/family.h"

#include <ATen/core/Tensor.h>

#include <vector>

namespace invar {

/// The FFN projections of one layer: what the invariances change.
struct FfnWeights {
    std::vector<Linear> inputs; ///< rows are neurons, in the order of FfnLayout::inputs
    Linear output;              ///< columns are neurons

    /// The same in another number format (shared where nothing changes).
    [[nodiscard]] FfnWeights to(at::ScalarType type) const;
};

[[nodiscard]] FfnWeights take_ffn(const DecoderLayer &layer, const FfnLayout &layout);
/// A layer with its FFN replaced; everything else is shared.
[[nodiscard]] DecoderLayer with_ffn(const DecoderLayer &layer, const FfnLayout &layout, const FfnWeights &ffn);

/// Applies a state to full-precision weights (any floating type). In a two-layer FFN: W1 -> P diag(1/s) R^T W1, the
/// same for its bias, W2 -> W2 R diag(s) P^T (reference-algorithm.md). In a gated one the gate is only reordered.
[[nodiscard]] FfnWeights apply(const NeuronState &state, const FfnWeights &ffn, const FfnLayout &layout);
[[nodiscard]] FfnWeights apply(const NeuronMap &map, const FfnWeights &ffn, const FfnLayout &layout);

/// What apply() does to an input's weight [n, ...] or bias [n], and to the output's weight [m, n].
[[nodiscard]] at::Tensor transform_rows(const at::Tensor &rows, const NeuronMap &map);
[[nodiscard]] at::Tensor transform_columns(const at::Tensor &columns, const NeuronMap &map);

/// The same by LibTorch's operations: for devices and number formats that the CPU's loops do not read.
[[nodiscard]] at::Tensor transform_rows_by_tensors(const at::Tensor &rows, const NeuronMap &map);
[[nodiscard]] at::Tensor transform_columns_by_tensors(const at::Tensor &columns, const NeuronMap &map);

} // namespace invar
