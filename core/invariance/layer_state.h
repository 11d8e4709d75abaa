// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/invariance/attention_layout.h"
#include "core/invariance/neuron_state.h"

namespace invar {

/// The invariances applied to one decoder layer. Those of attention are empty until one of its moves is made.
struct LayerState {
    NeuronState ffn;
    NeuronState value; ///< of the value's channels, head after head; `order` stays inside each head
    /// Of the key's channels, but head after head in this order: the rotary pairs (j, j + rotary_size / 2), one after
    /// another, then the channels that do not turn.
    NeuronState key;

    [[nodiscard]] static LayerState identity(std::int64_t ffn_neurons) {
        return {.ffn = NeuronState::identity(ffn_neurons), .value = {}, .key = {}};
    }
    bool operator==(const LayerState &) const = default;
};

/// Throws Error where the state is not one of such a layer, or its attention would not keep its function.
void check(const LayerState &state, std::int64_t ffn_neurons, const AttentionLayout &layout);

} // namespace invar
