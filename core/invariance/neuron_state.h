// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <vector>

namespace invar {

/// The invariances applied to n neurons (an FFN's, or the channels of attention heads): first a rotation by
/// `rotation[k]` in each pair of neurons (2k, 2k+1) (the last of an odd number is alone), then a division of each
/// neuron by `scale`, then the reordering: new neuron i is old neuron `order[i]`.
struct NeuronState {
    std::vector<float> rotation;     ///< n / 2 angles in radians; 0: none
    std::vector<float> scale;        ///< n factors; 1: none
    std::vector<std::int64_t> order; ///< a permutation of 0 … n-1

    [[nodiscard]] static NeuronState identity(std::int64_t neurons);
    [[nodiscard]] std::int64_t neurons() const { return static_cast<std::int64_t>(order.size()); }
    [[nodiscard]] bool rotates() const;
    [[nodiscard]] bool scales() const;
    bool operator==(const NeuronState &) const = default;
};

/// Throws Error when sizes disagree, a value is not finite, a scale is zero, or `order` is no permutation.
void check(const NeuronState &state, std::int64_t neurons);

} // namespace invar
