// SPDX-License-Identifier: GPL-3.0-or-later
// Moves put together from the best pieces of many draws. To first order the changes of disjoint groups add up, so that
// the best of K draws in each of n pieces foretells about sqrt(n) times the gain of the best of K whole moves, for the
// same number of changed neurons and at the same cost.
#include "core/search/policy.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <optional>

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
        if (moves.rotation && inside[neuron ^ 1U])
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
        into.rotation[neuron / 2] = from.rotation[neuron / 2];
    }
}

double sum_over(const std::vector<double> &by_group, const Positions &piece, std::size_t group) {
    double sum = 0;
    for (std::size_t i = 0; i < piece.size(); i += group)
        sum += by_group[piece[i] / group];
    return sum;
}

class ComposedPolicy final : public MovePolicy {
public:
    ComposedPolicy(SearchSettings settings, const MoveSpace &space)
        : settings_(std::move(settings)), space_(space), sizes_(static_cast<std::size_t>(space.layers), 1) {}

    PolicyInfo info() const override {
        return {.name = "composed",
                .title = "Composed by gradient",
                .description = "Draws many moves inside each pair of groups of one layer, puts the best of each "
                               "together by the loss's gradient, and tries the whole; how many times over depends on "
                               "how well the gradient foretold the last ones.",
                .screens = true};
    }

    std::vector<Proposal> propose(const std::vector<LayerState> &accepted, std::int64_t step) override {
        StepRandom random(settings_.seed, step);
        const auto layer = random.below(accepted.size());
        return draw(step, 0,
                    {.layer = static_cast<int>(layer), .state = accepted[layer], .moved = settings_.invariances})
            .proposals;
    }

    Proposal choose(std::vector<Proposal> proposals, const Foresight &foresight, std::int64_t step) const override {
        auto chosen = proposals.front();
        auto left = plan_of(chosen).rounds;
        std::uint64_t round = 0;
        while (left > 0) {
            chosen = compose(draw(step, round, std::move(chosen)), foresight, std::min(1.0, left));
            left -= 1;
            ++round;
        }
        return chosen;
    }

    bool wants_gradient() const override { return stale_; }

    void learn(const StepRecord &record, double previous_best) override {
        if (stale_) {
            stale_ = false;
            accepted_since_ = 0;
        }
        accepted_since_ += record.accepted ? 1 : 0;
        stale_ = accepted_since_ >= settings_.gradient_age;
        if (record.predicted && *record.predicted < 0)
            learn_size(static_cast<std::size_t>(record.layer), (record.loss - previous_best) / *record.predicted);
    }

private:
    /// Draws from one state; the first proposal is that state itself.
    struct Draws {
        std::vector<Proposal> proposals;
        std::vector<Positions> pieces; ///< none where the FFN does not move
        std::size_t group = 1;
    };

    struct Plan {
        double rounds; ///< of drawing and composing; the last one's fraction: of the pieces
        MoveSizes sizes;
    };

    /// How a move of the layer's size is made. Of as many changed neurons the gradient picks the better the fewer are
    /// drawn at once; but each round takes its time.
    [[nodiscard]] Plan plan_of(const Proposal &proposal) const {
        constexpr double most_rounds = 12;
        constexpr double fewest = 2; // neurons of a piece
        const auto neurons = proposal.state.ffn.neurons();
        const auto piece = static_cast<double>(std::min(neurons, 2 * settings_.grid.group_of(neurons)));
        const auto touched = settings_.swap_fraction * sizes_[static_cast<std::size_t>(proposal.layer)] * piece;
        const auto rounds = std::min(most_rounds, touched / fewest);
        auto sizes = move_sizes(settings_);
        sizes.swap_fraction = std::min(1.0, touched / rounds / piece);
        return {rounds, sizes};
    }

    /// Several rounds of few draws gain more than one of many in the same time.
    [[nodiscard]] int draws_of_a_round() const {
        constexpr int rounds = 4;
        return std::max(1, settings_.draws / rounds);
    }

    /// The same draws for the same arguments.
    [[nodiscard]] Draws draw(std::int64_t step, std::uint64_t round, Proposal from) const {
        constexpr std::uint64_t streams = 0x6a09e667f3bcc909ULL; // one for each round
        StepRandom random(settings_.seed ^ (streams * (round + 1)), step);
        Draws draws;
        const auto neurons = from.state.ffn.neurons();
        draws.group = static_cast<std::size_t>(settings_.grid.group_of(neurons));
        const auto &moved = settings_.invariances;
        if (moved.moves(MovedPart::ffn))
            draws.pieces = draw_pieces(random, static_cast<std::size_t>(neurons), draws.group);
        auto of_attention = moved;
        for (const auto invariance : {Invariance::permutation, Invariance::scaling, Invariance::rotation})
            of_attention.set(invariance, false);
        const auto sizes = plan_of(from).sizes;
        draws.proposals.push_back(std::move(from));
        for (int i = 0; i < draws_of_a_round(); ++i) {
            auto proposal = draws.proposals.front();
            for (const auto &piece : draws.pieces)
                move_piece(random, proposal.state.ffn, piece, moves_of(moved, MovedPart::ffn), sizes);
            if (of_attention.moves_attention())
                proposal.state =
                    make_move(random, proposal.layer, proposal.state, of_attention, sizes, space_.attention).state;
            draws.proposals.push_back(std::move(proposal));
        }
        return draws;
    }

    /// The best of each piece where it is better than what was there; of those only the `share` that gains most.
    [[nodiscard]] static Proposal compose(const Draws &draws, const Foresight &foresight, double share) {
        const auto changes =
            foresight.predicted_changes_by_part(draws.proposals, static_cast<std::int64_t>(draws.group));
        struct Choice {
            std::optional<std::size_t> piece; ///< none: attention
            std::size_t draw = 0;
            double gain = 0;
        };
        std::vector<Choice> choices;
        const auto choose_best = [&](std::optional<std::size_t> piece, auto &&change_of) {
            Choice best{.piece = piece};
            for (std::size_t draw = 1; draw < changes.size(); ++draw)
                if (const auto gain = change_of(changes[0]) - change_of(changes[draw]); gain > best.gain)
                    best = {piece, draw, gain};
            if (best.gain > 0)
                choices.push_back(best);
        };
        for (std::size_t piece = 0; piece < draws.pieces.size(); ++piece)
            choose_best(piece, [&](const PartChanges &change) {
                return sum_over(change.ffn, draws.pieces[piece], draws.group);
            });
        choose_best({}, [](const PartChanges &change) { return change.attention; });
        std::ranges::stable_sort(choices, std::ranges::greater(), &Choice::gain);
        const auto wanted = std::ceil(share * static_cast<double>(draws.pieces.size() + 1));
        if (static_cast<double>(choices.size()) > wanted)
            choices.resize(static_cast<std::size_t>(wanted));

        auto composed = draws.proposals.front();
        double predicted = std::accumulate(changes[0].ffn.begin(), changes[0].ffn.end(), changes[0].attention);
        for (const auto &choice : choices) {
            const auto &from = draws.proposals[choice.draw].state;
            if (choice.piece) {
                take_piece(composed.state.ffn, from.ffn, draws.pieces[*choice.piece]);
            } else {
                composed.state.value = from.value;
                composed.state.key = from.key;
            }
            predicted -= choice.gain;
        }
        composed.predicted = predicted;
        return composed;
    }

    /// Of a quadratic whose slope is foretold, the best step is the one that gains half of what the slope promises.
    void learn_size(std::size_t layer, double kept_promise) {
        constexpr double growth = 1.4;
        constexpr double best_share = 0.5;
        constexpr double own = 0.7; // of what is learnt in one layer the others take the rest
        constexpr double farthest = 64;
        const auto factor = kept_promise > best_share ? growth : 1 / growth;
        for (std::size_t other = 0; other < sizes_.size(); ++other)
            sizes_[other] =
                std::clamp(sizes_[other] * std::pow(factor, other == layer ? 1 : 1 - own), 1 / farthest, farthest);
    }

    SearchSettings settings_;
    MoveSpace space_;
    std::vector<double> sizes_; ///< [layer] of a move, as factors of swap_fraction
    bool stale_ = true;         ///< the gradient, or not taken yet
    int accepted_since_ = 0;
};

} // namespace

std::unique_ptr<MovePolicy> make_composed_policy(const SearchSettings &settings, const MoveSpace &space) {
    return std::make_unique<ComposedPolicy>(settings, space);
}

} // namespace invar
