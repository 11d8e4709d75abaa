// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/invariance/neuron_map.h"

#include "core/invariance/neuron_state.h"

#include <algorithm>
#include <cmath>

namespace invar {

NeuronMap NeuronMap::of(const NeuronState &state) {
    NeuronMap map;
    for (const auto neuron : state.order) {
        const auto index = static_cast<std::size_t>(neuron);
        const bool paired = index / 2 < state.rotation.size(); // the last of an odd number is alone
        const float angle = paired ? state.rotation[index / 2] : 0;
        const bool first = index % 2 == 0;
        map.source.push_back(static_cast<std::int32_t>(index));
        map.partner.push_back(static_cast<std::int32_t>(!paired ? index : first ? index + 1 : index - 1));
        map.own.push_back(std::cos(angle));
        map.mixed.push_back(first ? std::sin(angle) : -std::sin(angle));
        map.scale.push_back(state.scale[index]);
    }
    return map;
}

NeuronMapView NeuronMap::view() const {
    return {source.data(), partner.data(), own.data(), mixed.data(), scale.data()};
}

bool NeuronMap::mixes() const {
    return std::ranges::any_of(mixed, [](float sine) { return sine != 0; });
}

NeuronMap NeuronMap::order_alone() const {
    const auto n = source.size();
    return {source, partner, std::vector<float>(n, 1.0F), std::vector<float>(n, 0.0F), std::vector<float>(n, 1.0F)};
}

std::vector<std::int32_t> NeuronChange::touched_groups(std::int64_t neurons, std::int64_t group) const {
    std::vector<bool> touched(static_cast<std::size_t>(neurons / group), false);
    for (const auto neuron : reshaped)
        touched[static_cast<std::size_t>(neuron / group)] = true;
    for (const auto &move : moved)
        touched[static_cast<std::size_t>(move.to / group)] = true;
    std::vector<std::int32_t> groups;
    for (std::size_t index = 0; index < touched.size(); ++index)
        if (touched[index])
            groups.push_back(static_cast<std::int32_t>(index));
    return groups;
}

NeuronChange change_between(const NeuronMap &before, const NeuronMap &after) {
    std::vector<std::int32_t> position(before.source.size());
    for (std::size_t i = 0; i < position.size(); ++i)
        position[static_cast<std::size_t>(before.source[i])] = static_cast<std::int32_t>(i);
    NeuronChange change;
    for (std::size_t to = 0; to < after.source.size(); ++to) {
        const auto from = static_cast<std::size_t>(position[static_cast<std::size_t>(after.source[to])]);
        const bool equal = before.own[from] == after.own[to] && before.mixed[from] == after.mixed[to] &&
                           before.scale[from] == after.scale[to];
        if (!equal)
            change.reshaped.push_back(static_cast<std::int32_t>(to));
        else if (from != to)
            change.moved.push_back({static_cast<std::int32_t>(from), static_cast<std::int32_t>(to)});
    }
    return change;
}

} // namespace invar
