// SPDX-License-Identifier: GPL-3.0-or-later
// Moves put together from the best pieces of many draws. To first order the changes of disjoint groups add up, so that
// the best of K draws in each of n pieces foretells about sqrt(n) times the gain of the best of K whole moves, for the
// same number of changed neurons and at the same cost.
#include "core/search/composing.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace invar {
namespace {

using Positions = std::vector<std::size_t>;

/// Neurons' positions in pieces of two random groups each (an odd one joins another piece): moves inside a piece leave
/// all others as they are.
std::vector<Positions> draw_pieces(StepRandom &random, std::size_t neurons, std::size_t group) {
    std::vector<std::size_t> groups(neurons / group);
    std::iota(groups.begin(), groups.end(), std::size_t{0});
    for (auto i = groups.size(); i > 1; --i)
        std::swap(groups[i - 1], groups[random.below(i)]);
    std::vector<Positions> pieces(std::max<std::size_t>(1, groups.size() / 2));
    for (std::size_t i = 0; i < groups.size(); ++i)
        for (std::size_t offset = 0; offset < group; ++offset)
            pieces[(i / 2) % pieces.size()].push_back(groups[i] * group + offset);
    return pieces;
}

/// A published move confined to a piece: swap_fraction of its neurons (at least two) change places in a cycle, are
/// scaled, and turned in the pairs that lie in the piece.
void move_piece(StepRandom &random, NeuronState &state, Positions piece, const PartMoves &moves,
                const MoveSizes &sizes) {
    const auto wanted = std::llround(static_cast<double>(piece.size()) * sizes.swap_fraction);
    const auto count = std::min(piece.size(), std::max<std::size_t>(2, static_cast<std::size_t>(wanted)));
    std::vector<bool> inside(moves.rotation ? state.order.size() : 0, false);
    for (const auto position : moves.rotation ? piece : Positions())
        inside[static_cast<std::size_t>(state.order[position])] = true;
    for (std::size_t i = 0; i < count; ++i) // the first steps of a Fisher-Yates shuffle
        std::swap(piece[i], piece[i + random.below(piece.size() - i)]);
    piece.resize(count);
    for (const auto position : piece) {
        const auto neuron = static_cast<std::size_t>(state.order[position]);
        const auto other = neuron ^ 1U; // of its pair; the last of an odd number has none
        if (other < inside.size() && inside[other])
            state.rotation[neuron / 2] += static_cast<float>(sizes.rotation_std * random.normal());
        if (!moves.scaling)
            continue;
        const auto scale = state.scale[neuron] + static_cast<float>(sizes.scale_std * random.normal());
        if (scale > 0)
            state.scale[neuron] = scale;
    }
    if (!moves.permutation)
        return;
    const auto last = state.order[piece.back()];
    for (auto i = count - 1; i > 0; --i)
        state.order[piece[i]] = state.order[piece[i - 1]];
    state.order[piece.front()] = last;
}

/// Puts one piece of `from` in the place of `into`'s; both hold the same neurons there.
void take_piece(NeuronState &into, const NeuronState &from, const Positions &piece) {
    for (const auto position : piece) {
        const auto neuron = static_cast<std::size_t>(from.order[position]);
        into.order[position] = from.order[position];
        into.scale[neuron] = from.scale[neuron];
        if (neuron / 2 < from.rotation.size()) // the last of an odd number is alone
            into.rotation[neuron / 2] = from.rotation[neuron / 2];
    }
}

LossChange sum_over(const std::vector<LossChange> &by_group, const Positions &piece, std::size_t group) {
    LossChange sum;
    for (std::size_t i = 0; i < piece.size(); i += group)
        sum += by_group[piece[i] / group];
    return sum;
}

/// Several rounds of few draws gain more than one of many in the same time.
int draws_of_a_round(const SearchSettings &settings) {
    constexpr int rounds = 4;
    return std::max(1, settings.draws / rounds);
}

} // namespace

ComposingPlan plan_composing(const SearchSettings &settings, std::int64_t neurons, double size, double most_rounds) {
    constexpr double fewest = 2; // neurons of a piece
    const auto piece = static_cast<double>(std::min(neurons, 2 * settings.grid.group_of(neurons)));
    const auto touched = settings.swap_fraction * size * piece;
    const auto rounds = std::min(most_rounds, touched / fewest);
    auto sizes = move_sizes(settings);
    sizes.swap_fraction = std::min(1.0, touched / rounds / piece);
    return {rounds, sizes};
}

Draws draw_in_pieces(const SearchSettings &settings, const MoveSpace &space, const MoveSizes &sizes, std::int64_t step,
                     std::uint64_t round, Proposal from) {
    constexpr std::uint64_t streams = 0x6a09e667f3bcc909ULL; // one for each round
    StepRandom random(settings.seed ^ (streams * (round + 1)), step);
    Draws draws;
    const auto neurons = from.state.ffn.neurons();
    draws.group = static_cast<std::size_t>(settings.grid.group_of(neurons));
    const auto &moved = settings.invariances;
    if (moved.moves(MovedPart::ffn))
        draws.pieces = draw_pieces(random, static_cast<std::size_t>(neurons), draws.group);
    auto of_attention = moved; // and of norms
    for (const auto invariance : {Invariance::permutation, Invariance::scaling, Invariance::rotation})
        of_attention.set(invariance, false);
    draws.proposals.push_back(std::move(from));
    for (int i = 0; i < draws_of_a_round(settings); ++i) {
        auto proposal = draws.proposals.front();
        for (const auto &piece : draws.pieces)
            move_piece(random, proposal.state.ffn, piece, moves_of(moved, MovedPart::ffn), sizes);
        if (!of_attention.empty())
            proposal.state = make_move(random, proposal.layer, proposal.state, of_attention, sizes, space.shape).state;
        draws.proposals.push_back(std::move(proposal));
    }
    return draws;
}

RankedDraws rank(const Draws &draws, const Foresight &foresight, double curvature_weight) {
    const auto changes = foresight.predicted_changes_by_part(draws.proposals, static_cast<std::int64_t>(draws.group));
    const auto weighed = [&](const LossChange &change) { return change.slope + curvature_weight * change.curvature; };
    RankedDraws ranked;
    const auto choose_best = [&](MovedPart part, std::size_t piece, auto &&change_of) {
        const auto before = weighed(change_of(changes[0]));
        ranked.before += before;
        PieceChoice best{.part = part, .piece = piece};
        for (std::size_t draw = 1; draw < changes.size(); ++draw)
            if (const auto gain = before - weighed(change_of(changes[draw])); gain > best.gain)
                best = {part, piece, draw, gain};
        if (best.gain > 0)
            ranked.choices.push_back(best);
    };
    for (std::size_t piece = 0; piece < draws.pieces.size(); ++piece)
        choose_best(MovedPart::ffn, piece,
                    [&](const PartChanges &change) { return sum_over(change.ffn, draws.pieces[piece], draws.group); });
    choose_best(MovedPart::value, 0, [](const PartChanges &change) { return change.attention; });
    choose_best(MovedPart::norms, 0, [](const PartChanges &change) { return change.norms; });
    std::ranges::stable_sort(ranked.choices, std::ranges::greater(), &PieceChoice::gain);
    return ranked;
}

Proposal put_together(const Draws &draws, double before, const std::vector<PieceChoice> &choices) {
    auto composed = draws.proposals.front();
    auto predicted = before;
    for (const auto &choice : choices) {
        const auto &from = draws.proposals[choice.draw].state;
        if (choice.part == MovedPart::ffn) {
            take_piece(composed.state.ffn, from.ffn, draws.pieces[choice.piece]);
        } else if (choice.part == MovedPart::norms) {
            composed.state.norms = from.norms;
        } else {
            composed.state.value = from.value;
            composed.state.key = from.key;
        }
        predicted -= choice.gain;
    }
    composed.predicted = predicted;
    return composed;
}

} // namespace invar
