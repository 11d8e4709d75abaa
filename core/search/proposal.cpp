// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/search/proposal.h"

#include <algorithm>
#include <cmath>
#include <iterator>
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

/// What a move must respect. An FFN is one head of which nothing is tied.
struct Bounds {
    std::int64_t head_size; ///< neurons change places only among so many
    std::int64_t tied = 0;  ///< of each head's first ones: pairs share one factor and keep their places

    [[nodiscard]] bool is_tied(std::size_t neuron) const {
        return static_cast<std::int64_t>(neuron) % head_size < tied;
    }
    [[nodiscard]] std::int64_t head_of(std::size_t neuron) const {
        return static_cast<std::int64_t>(neuron) / head_size;
    }
};

/// The neurons of `pairs` of the given adjacent pairs, randomly chosen, in random order.
std::vector<std::size_t> choose_neurons(StepRandom &random, std::vector<std::size_t> order, std::size_t pairs) {
    std::vector<std::size_t> neurons;
    neurons.reserve(2 * pairs);
    for (std::size_t i = 0; i < pairs; ++i) { // the first steps of a Fisher-Yates shuffle
        std::swap(order[i], order[i + random.below(order.size() - i)]);
        neurons.push_back(2 * order[i]);
        neurons.push_back(2 * order[i] + 1);
    }
    for (std::size_t i = neurons.size(); i > 1; --i)
        std::swap(neurons[i - 1], neurons[random.below(i)]);
    return neurons;
}

/// Each of the neurons takes the place of the one before it in its head, the first that of the last.
void shift(std::vector<std::int64_t> &order, const std::vector<std::size_t> &neurons) {
    if (neurons.empty())
        return;
    const auto last = order[neurons.back()];
    for (std::size_t i = neurons.size() - 1; i > 0; --i)
        order[neurons[i]] = order[neurons[i - 1]];
    order[neurons.front()] = last;
}

void move(StepRandom &random, NeuronState &state, const Bounds &bounds, const PartMoves &moves,
          const MoveSizes &sizes) {
    std::vector<std::size_t> candidates;
    for (std::size_t pair = 0; pair < state.order.size() / 2; ++pair)
        if (moves.scaling || moves.rotation || !bounds.is_tied(2 * pair))
            candidates.push_back(pair);
    const auto touched = std::llround(static_cast<double>(state.neurons()) * sizes.swap_fraction);
    const auto pairs = std::min(candidates.size(), std::max<std::size_t>(1, static_cast<std::size_t>(touched) / 2));
    const auto neurons = choose_neurons(random, std::move(candidates), pairs);
    if (moves.rotation)
        for (const auto neuron : neurons)
            if (neuron % 2 == 0)
                state.rotation[neuron / 2] += static_cast<float>(sizes.rotation_std * random.normal());
    if (moves.scaling)
        for (const auto neuron : neurons) {
            if (bounds.is_tied(neuron) && neuron % 2 != 0)
                continue; // moved with the other of its pair
            const auto scale = state.scale[neuron] + static_cast<float>(sizes.scale_std * random.normal());
            if (scale <= 0) // positive scales alone commute with ReLU
                continue;
            state.scale[neuron] = scale;
            if (bounds.is_tied(neuron))
                state.scale[neuron + 1] = scale;
        }
    if (moves.permutation)
        for (std::int64_t head = 0; head * bounds.head_size < state.neurons(); ++head) {
            std::vector<std::size_t> movable;
            std::ranges::copy_if(neurons, std::back_inserter(movable), [&](std::size_t neuron) {
                return bounds.head_of(neuron) == head && !bounds.is_tied(neuron);
            });
            shift(state.order, movable);
        }
}

/// swap_fraction of each norm's channels, at least one.
void scale_norms(StepRandom &random, NormScales &norms, const LayerShape &shape, const MoveSizes &sizes) {
    const auto channels = static_cast<std::size_t>(shape.channels);
    const auto touched = std::max(1LL, std::llround(static_cast<double>(channels) * sizes.swap_fraction));
    for (auto &factors : norms)
        for (auto i = touched; i > 0; --i) {
            auto &factor = factors[random.below(channels)];
            const auto moved = factor + static_cast<float>(sizes.scale_std * random.normal());
            if (moved > 0)
                factor = moved;
        }
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

Proposal make_move(StepRandom &random, int layer, const LayerState &accepted, const InvarianceSet &moved,
                   const MoveSizes &sizes, const LayerShape &shape) {
    Proposal proposal{.layer = layer, .state = accepted, .moved = moved};
    auto &state = proposal.state;
    if (moved.moves(MovedPart::ffn))
        move(random, state.ffn, {.head_size = state.ffn.neurons()}, moves_of(moved, MovedPart::ffn), sizes);
    for (const auto part : {MovedPart::value, MovedPart::key}) {
        if (!moved.moves(part))
            continue;
        auto &channels = part == MovedPart::value ? state.value : state.key;
        if (channels.neurons() == 0)
            channels = NeuronState::identity(shape.attention.channels());
        const auto tied = part == MovedPart::value ? 0 : shape.attention.rotary_size;
        move(random, channels, {.head_size = shape.attention.head_size, .tied = tied}, moves_of(moved, part), sizes);
    }
    if (moved.norm_scaling) {
        give_norms(state, shape);
        scale_norms(random, state.norms, shape, sizes);
    }
    return proposal;
}

Proposal make_residual_move(StepRandom &random, std::int64_t hidden_size, const MoveSizes &sizes) {
    auto channels = NeuronState::identity(hidden_size);
    move(random, channels, {.head_size = hidden_size}, {.permutation = true, .scaling = false, .rotation = false},
         sizes);
    return {.layer = -1, .moved = only(Invariance::residual_permutation), .residual_move = std::move(channels.order)};
}

} // namespace invar
