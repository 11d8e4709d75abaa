// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/search/proposal.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>
#include <utility>

namespace invar {
namespace {

std::uint64_t mixed(std::uint64_t value) {
    value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9ULL;
    value = (value ^ (value >> 27)) * 0x94d049bb133111ebULL;
    return value ^ (value >> 31);
}

/// The neurons of `pairs` randomly chosen adjacent pairs, in random order.
std::vector<std::size_t> choose_neurons(StepRandom &random, std::size_t all_pairs, std::size_t pairs) {
    std::vector<std::size_t> order(all_pairs);
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::vector<std::size_t> neurons;
    neurons.reserve(2 * pairs);
    for (std::size_t i = 0; i < pairs; ++i) { // the first steps of a Fisher-Yates shuffle
        std::swap(order[i], order[i + random.below(all_pairs - i)]);
        neurons.push_back(2 * order[i]);
        neurons.push_back(2 * order[i] + 1);
    }
    for (std::size_t i = neurons.size(); i > 1; --i)
        std::swap(neurons[i - 1], neurons[random.below(i)]);
    return neurons;
}

} // namespace

StepRandom::StepRandom(std::uint64_t seed, std::int64_t step)
    : state_(mixed(mixed(seed + 0x9e3779b97f4a7c15ULL) + static_cast<std::uint64_t>(step))) {}

std::uint64_t StepRandom::next() {
    state_ += 0x9e3779b97f4a7c15ULL;
    return mixed(state_);
}

std::uint64_t StepRandom::below(std::uint64_t bound) {
    const auto limit = bound * (~std::uint64_t{0} / bound); // reject the uneven rest
    auto value = next();
    while (value >= limit)
        value = next();
    return value % bound;
}

double StepRandom::uniform() { return (static_cast<double>(next() >> 11) + 0.5) * 0x1p-53; }

double StepRandom::normal() {
    const auto radius = std::sqrt(-2 * std::log(uniform()));
    return radius * std::cos(2 * std::numbers::pi * uniform());
}

Proposal make_move(StepRandom &random, int layer, const FfnState &accepted, const InvarianceSet &moved,
                   const MoveSizes &sizes) {
    Proposal proposal{.layer = layer, .state = accepted, .moved = moved};
    auto &state = proposal.state;
    const auto touched = std::llround(static_cast<double>(state.neurons()) * sizes.swap_fraction);
    const auto pairs = std::max<std::size_t>(1, static_cast<std::size_t>(touched) / 2);
    const auto neurons = choose_neurons(random, state.order.size() / 2, pairs);
    if (moved.rotation)
        for (const auto neuron : neurons)
            if (neuron % 2 == 0)
                state.rotation[neuron / 2] += static_cast<float>(sizes.rotation_std * random.normal());
    if (moved.scaling)
        for (const auto neuron : neurons) {
            const auto scale = state.scale[neuron] + static_cast<float>(sizes.scale_std * random.normal());
            if (scale > 0) // positive scales alone commute with ReLU
                state.scale[neuron] = scale;
        }
    if (moved.permutation) {
        const auto last = state.order[neurons.back()];
        for (std::size_t i = neurons.size() - 1; i > 0; --i)
            state.order[neurons[i]] = state.order[neurons[i - 1]];
        state.order[neurons.front()] = last;
    }
    return proposal;
}

} // namespace invar
