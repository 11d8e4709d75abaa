// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/invariance/attention_layout.h"
#include "core/invariance/neuron_state.h"

namespace invar {

/// Factors of what the norms of a layer give, [norm of ModelFamily::norm_folds()][channel of the residual stream as the
/// model has it]: the norm's gain is divided by them, the columns of what reads it are multiplied. Empty: none.
using NormScales = std::vector<std::vector<float>>;

/// The invariances applied to one decoder layer. Those of attention and norms are empty until one of its moves is made.
struct LayerState {
    NeuronState ffn;
    NeuronState value; ///< of the value's channels, head after head; `order` stays inside each head
    /// Of the key's channels, but head after head in this order: the rotary pairs (j, j + rotary_size / 2), one after
    /// another, then the channels that do not turn.
    NeuronState key;
    NormScales norms{};

    [[nodiscard]] static LayerState identity(std::int64_t ffn_neurons) {
        return {.ffn = NeuronState::identity(ffn_neurons), .value = {}, .key = {}};
    }
    bool operator==(const LayerState &) const = default;
};

/// What a decoder layer has to move.
struct LayerShape {
    std::int64_t neurons = 0; ///< of its FFN
    AttentionLayout attention{};
    int norms = 0;             ///< whose gains take factors
    std::int64_t channels = 0; ///< of the residual stream
};

/// Gives a state that has no factors of norms those that change nothing.
void give_norms(LayerState &state, const LayerShape &shape);

/// Throws Error where the state is not one of such a layer, or the layer would not keep its function.
void check(const LayerState &state, const LayerShape &shape);

} // namespace invar
