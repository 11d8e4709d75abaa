// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/invariance/neuron_state.h"

#include "core/base/error.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace invar {

NeuronState NeuronState::identity(std::int64_t neurons) {
    const auto n = static_cast<std::size_t>(neurons);
    NeuronState state{.rotation = std::vector<float>(n / 2, 0.0F), .scale = std::vector<float>(n, 1.0F), .order = {}};
    state.order.resize(n);
    std::iota(state.order.begin(), state.order.end(), std::int64_t{0});
    return state;
}

bool NeuronState::rotates() const {
    return std::ranges::any_of(rotation, [](float angle) { return angle != 0; });
}

bool NeuronState::scales() const {
    return std::ranges::any_of(scale, [](float factor) { return factor != 1; });
}

void check(const NeuronState &state, std::int64_t neurons) {
    const auto n = static_cast<std::size_t>(neurons);
    if (state.order.size() != n || state.scale.size() != n || state.rotation.size() != n / 2)
        fail("the invariances are for {} neurons, the model has {}", state.order.size(), neurons);
    if (!std::ranges::all_of(state.rotation, [](float angle) { return std::isfinite(angle); }))
        fail("a rotation angle is not finite");
    if (!std::ranges::all_of(state.scale, [](float scale) { return std::isfinite(scale) && scale != 0; }))
        fail("a scale is zero or not finite");
    std::vector<bool> seen(n, false);
    for (const auto neuron : state.order) {
        if (neuron < 0 || neuron >= neurons || seen[static_cast<std::size_t>(neuron)])
            fail("the order is not a permutation of {} neurons", neurons);
        seen[static_cast<std::size_t>(neuron)] = true;
    }
}

} // namespace invar
