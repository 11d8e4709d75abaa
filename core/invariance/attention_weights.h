// SPDX-License-Identifier: GPL-3.0-or-later
// For core only: includes LibTorch.
#pragma once

#include "core/invariance/layer_state.h"
#include "core/invariance/neuron_map.h"
#include "core/model/weights.h"

#include <ATen/core/Tensor.h>

namespace invar {

/// The attention projections of one layer: what the invariances of attention change.
struct AttentionWeights {
    Linear query, key; ///< rows are channels
    Linear value;      ///< rows are channels
    Linear output;     ///< columns are channels

    /// The same in another number format (shared where nothing changes).
    [[nodiscard]] AttentionWeights to(at::ScalarType type) const;
};

[[nodiscard]] AttentionWeights take_attention(const DecoderLayer &layer, const AttentionLayout &layout);
/// A layer with its attention's projections replaced; everything else is shared.
[[nodiscard]] DecoderLayer with_attention(const DecoderLayer &layer, const AttentionLayout &layout,
                                          const AttentionWeights &attention);

/// A state of value or key resolved channel by channel, for each head that reads it.
struct AttentionMaps {
    NeuronMap value;  ///< of the value's rows
    NeuronMap output; ///< of the output's columns: the value's map, once for every query head
    NeuronMap key;    ///< of the key's rows
    NeuronMap query;  ///< of the query's rows: the key's map, once for every query head, its scales inverted

    [[nodiscard]] static AttentionMaps of(const LayerState &state, const AttentionLayout &layout);
};

/// Applies a state to full-precision weights (any floating type). Value rows turn, are divided by their scale and
/// reordered, output columns follow, so that O V stays: V -> P diag(1/s) R^T V, O -> O R diag(s) P^T. Query and key in
/// the same way, so that the products Q^T K stay.
[[nodiscard]] AttentionWeights apply(const LayerState &state, const AttentionWeights &attention,
                                     const AttentionLayout &layout);

/// Whether two states differ in their attention.
[[nodiscard]] inline bool same_attention(const LayerState &a, const LayerState &b) {
    return a.value == b.value && a.key == b.key;
}

} // namespace invar
