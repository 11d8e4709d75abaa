// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/kernels/neuron_arithmetic.h"

#include <cstdint>
#include <vector>

namespace invar {

struct NeuronState;

/// An NeuronState resolved neuron by neuron: what each new neuron is made of. See NeuronMapView for the members.
struct NeuronMap {
    std::vector<std::int32_t> source, partner;
    std::vector<float> own, mixed, scale;

    [[nodiscard]] static NeuronMap of(const NeuronState &state);
    [[nodiscard]] NeuronMapView view() const;
    [[nodiscard]] std::int64_t neurons() const { return static_cast<std::int64_t>(source.size()); }
    [[nodiscard]] bool mixes() const;
    /// The same order, without mixing or scaling: what a gate that shares the neurons takes.
    [[nodiscard]] NeuronMap order_alone() const;
};

/// How one map comes from another: the least that has to be done again.
struct NeuronChange {
    struct Move {
        std::int32_t from, to; ///< positions before and after
    };
    std::vector<std::int32_t> reshaped; ///< new neurons that no old one equals, ascending
    std::vector<Move> moved;            ///< new neurons that an old one elsewhere equals, by ascending `to`

    /// Groups of `group` consecutive neurons that hold a changed one, ascending.
    [[nodiscard]] std::vector<std::int32_t> touched_groups(std::int64_t neurons, std::int64_t group) const;
};

[[nodiscard]] NeuronChange change_between(const NeuronMap &before, const NeuronMap &after);

} // namespace invar
