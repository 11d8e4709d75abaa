// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/invariance/layer_state.h"

#include "core/base/error.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace invar {
namespace {

/// `tied`: how many of a head's first channels keep their places and share one factor a pair.
void check_heads(const NeuronState &state, const AttentionLayout &layout, std::int64_t tied) {
    if (state == NeuronState{})
        return;
    check(state, layout.channels());
    for (std::int64_t channel = 0; channel < layout.channels(); ++channel) {
        const auto index = static_cast<std::size_t>(channel);
        const bool is_tied = channel % layout.head_size < tied;
        if (state.order[index] / layout.head_size != channel / layout.head_size)
            fail("the order moves a channel into another attention head");
        if (is_tied && (state.order[index] != channel || state.scale[index] != state.scale[index / 2 * 2]))
            fail("a pair of channels that positions turn is reordered, or scaled by two factors");
    }
    if (layout.head_size % 2 != 0 && state.rotates())
        fail("channels of different attention heads are rotated into each other");
}

void check_norms(const NormScales &norms, const LayerShape &shape) {
    if (norms.empty())
        return;
    if (std::cmp_not_equal(norms.size(), shape.norms))
        fail("the layer has factors for {} norms, the model for {}", norms.size(), shape.norms);
    for (const auto &factors : norms) {
        if (std::cmp_not_equal(factors.size(), shape.channels))
            fail("a norm has {} factors for {} channels", factors.size(), shape.channels);
        if (!std::ranges::all_of(factors, [](float factor) { return std::isfinite(factor) && factor > 0; }))
            fail("a norm's factor is not a positive number");
    }
}

} // namespace

void add_attention_moves(const AttentionLayout &layout, InvarianceExactness &exactness) {
    const auto allow = [&](Invariance invariance, bool allowed) {
        exactness[invariance] = allowed ? Exactness::exact : Exactness::none;
    };
    const bool pairs = layout.head_size % 2 == 0;
    allow(Invariance::residual_permutation, true);
    allow(Invariance::value_permutation, true);
    allow(Invariance::value_scaling, true);
    allow(Invariance::value_rotation, pairs);
    allow(Invariance::key_permutation, layout.head_norms.empty() && layout.rotary_size + 1 < layout.head_size);
    allow(Invariance::key_scaling, layout.head_norms.empty());
    allow(Invariance::key_rotation, layout.head_norms.empty() && pairs);
}

void give_norms(LayerState &state, const LayerShape &shape) {
    if (state.norms.empty())
        state.norms.assign(static_cast<std::size_t>(shape.norms),
                           std::vector<float>(static_cast<std::size_t>(shape.channels), 1));
}

void check(const LayerState &state, const LayerShape &shape) {
    check(state.ffn, shape.neurons);
    check_heads(state.value, shape.attention, 0);
    check_heads(state.key, shape.attention, shape.attention.rotary_size);
    check_norms(state.norms, shape);
}

} // namespace invar
