// SPDX-License-Identifier: GPL-3.0-or-later
// One move of all layers at once. What a gradient foretells of different layers adds up as what it foretells of
// different pieces does, and one evaluation tells whether it holds: a step of descent in the space of invariances.
#include "core/search/composing.h"
#include "core/search/gradient_age.h"
#include "core/search/norm_walk.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>

namespace invar {
namespace {

SearchSettings without_norms(SearchSettings settings) {
    settings.invariances.norm_scaling = false;
    return settings;
}

class SweepPolicy final : public MovePolicy {
public:
    SweepPolicy(SearchSettings settings, const MoveSpace &space)
        : settings_(std::move(settings)), drawn_(without_norms(settings_)), space_(space),
          age_(settings_.gradient_age) {}

    PolicyInfo info() const override {
        return {.name = "sweep",
                .title = "All layers at once",
                .description = "Puts the best of many draws together in every layer by the loss's gradient, and tries "
                               "it all as one move; how far it goes depends on how much the loss curves there, and on "
                               "how well the last one was foretold. Where norms move, they take turns with that, each "
                               "channel as far as the gradient is sure of it.",
                .screens = true,
                .moves_all_layers = true,
                .walks_norms = true};
    }

    std::vector<Proposal> propose(const std::vector<LayerState> &accepted, std::int64_t step) override {
        (void)step;
        const auto moved = turn_ == Turn::norms ? only(Invariance::norm_scaling) : drawn_.invariances;
        return {{.layer = -1, .moved = moved, .all_states = accepted}};
    }

    Proposal choose(std::vector<Proposal> proposals, const Foresight &foresight, std::int64_t step) const override {
        auto whole = std::move(proposals.front());
        if (whole.moved.norm_scaling)
            return walk_norms(std::move(whole), foresight, space_.shape,
                              {.steps = steps_of_walk(), .first_part = step, .stride = stride_, .chance = chance()});
        draw_rounds(whole, foresight, step);
        return whole;
    }

    /// Norms' slopes need none.
    bool wants_gradient() const override { return age_.is_over() && turn_ == Turn::draws; }
    bool gradient_is_over() const override { return age_.is_over(); }
    void learn_of_moved_stream() override { age_.end(); }

    GradientNeeds gradient_needs() const override { return {.share = share_, .curvature = true, .norms = false}; }

    void learn(const StepRecord &record, double previous_best) override {
        if (record.moved.norm_scaling)
            learn_stride(record.accepted);
        else
            learn_from_draws(record, previous_best);
        if (settings_.invariances.norm_scaling && !drawn_.invariances.empty())
            take_turns(record.accepted ? std::optional(previous_best - record.loss) : std::nullopt);
    }

private:
    enum class Turn { draws, norms };

    struct Round {
        MoveSizes sizes;
        std::int64_t step;
        std::uint64_t number;
    };

    void draw_rounds(Proposal &whole, const Foresight &foresight, std::int64_t step) const {
        constexpr double most_rounds = 4;
        constexpr double fewest_rounds = 2;
        const auto plan = plan_composing(settings_, whole.all_states.front().ffn.neurons(), 1, most_rounds);
        const auto rounds = std::max(fewest_rounds, std::ceil(plan.rounds));
        for (std::uint64_t round = 0; static_cast<double>(round) < rounds; ++round)
            compose_round(whole, foresight, {plan.sizes, step, round});
    }

    /// Of the calibration set, for the first gradients. One of all costs several evaluations of all and serves one or
    /// two accepted moves, and an evaluation of all follows whatever part it was taken on: a part does until that
    /// deceives.
    [[nodiscard]] double first_share() const {
        constexpr double least = 0.25;
        constexpr double tokens_enough = 4096;
        const auto tokens = static_cast<double>(settings_.sequences * settings_.sequence_length);
        return std::clamp(tokens_enough / tokens, least, 1.0);
    }

    /// As many as see enough sequences each, and few enough to be worth an evaluation.
    std::int64_t steps_of_walk() const {
        constexpr std::int64_t sequences_enough = 4;
        constexpr std::int64_t most = 8;
        return std::clamp<std::int64_t>(settings_.sequences / sequences_enough, 1, most);
    }

    /// More after each walk that was accepted: the next one comes back to the same text.
    double chance() const {
        constexpr double more_each_time = 0.15;
        constexpr double most = 0.4;
        return std::min(most, more_each_time * walks_);
    }

    void compose_round(Proposal &whole, const Foresight &foresight, const Round &round) const {
        const auto layers = whole.all_states.size();
        double predicted = 0;
        for (std::size_t layer = 0; layer < layers; ++layer) {
            const auto draws = draw_in_pieces(drawn_, space_, round.sizes, round.step, round.number * layers + layer,
                                              {.layer = static_cast<int>(layer),
                                               .state = std::move(whole.all_states[layer]),
                                               .moved = settings_.invariances});
            const auto [before, choices] = rank(draws, foresight, caution_);
            auto moved = put_together(draws, before, choices);
            predicted += *moved.predicted;
            whole.all_states[layer] = std::move(moved.state);
        }
        whole.predicted = predicted;
    }

    void learn_from_draws(const StepRecord &record, double previous_best) {
        age_.add(record.accepted ? space_.layers : 0);
        const bool was_old = age_.accepted() > 0;
        if (record.accepted || (!was_old && share_ == 1)) {
            learn_caution(record.predicted.value_or(0), record.loss - previous_best);
            return;
        }
        age_.end(); // it was not the move that was too bold, but the gradient that was old, or of too little text
        if (!was_old)
            share_ = 1;
    }

    /// Of a turn, in evaluations of the whole calibration set.
    [[nodiscard]] double work_of(Turn turn) const {
        constexpr double forward_and_back = 3;
        constexpr double drawing = 0.25;
        if (turn == Turn::norms)
            return forward_and_back + 1;
        const auto gradient = age_.is_over() ? share_ * forward_and_back : 0;
        return gradient + drawing + 1;
    }

    /// Whichever of the two promises more for its work goes next: as much as it gained last, half of that for each time
    /// that it gained nothing since, and a little more for each turn of the other.
    void take_turns(std::optional<double> gain) {
        constexpr double more = 1.1;
        const auto other = turn_ == Turn::norms ? Turn::draws : Turn::norms;
        auto &own = expected_of(turn_);
        own = gain.value_or(own / 2);
        expected_of(other) *= more;
        if (expected_of(other) / work_of(other) > own / work_of(turn_))
            turn_ = other;
    }

    double &expected_of(Turn turn) { return turn == Turn::norms ? expected_of_norms_ : expected_of_draws_; }

    void learn_stride(bool accepted) {
        constexpr double longer = 1.1;
        constexpr double shorter = 0.5;
        constexpr double longest = 0.1;
        walks_ += accepted ? 1 : 0;
        stride_ = std::min(longest, stride_ * (accepted ? longer : shorter));
        if (accepted)
            age_.end(); // draws were foretold where norms are not any more
    }

    /// As Levenberg and Marquardt damp a step: more where little of what was foretold came true, less where most did,
    /// or much more than that.
    void learn_caution(double predicted, double measured) {
        struct Lesson {
            double kept; ///< of the promise, at least
            double factor;
        };
        constexpr std::array lessons{Lesson{1.5, 0.125}, Lesson{0.8, 0.5}, Lesson{0.2, 1}, Lesson{0, 2}, Lesson{-1, 4}};
        constexpr double too_careful = 0.5; // nothing was to be gained
        constexpr double failed = 16;       // also where the loss is no number
        constexpr double least = 1.0 / 64;
        constexpr double most = 65536;
        const auto lesson = std::ranges::find_if(
            lessons, [kept = measured / predicted](const Lesson &one) { return kept >= one.kept; });
        const auto learnt = lesson == lessons.end() ? failed : lesson->factor;
        caution_ = std::clamp(caution_ * (predicted >= 0 ? too_careful : learnt), least, most);
    }

    SearchSettings settings_;
    SearchSettings drawn_; ///< the same without norms, which follow their slopes
    MoveSpace space_;
    Turn turn_ = settings_.invariances.norm_scaling ? Turn::norms : Turn::draws;
    double expected_of_norms_ = 0.02; ///< by how much their next turn is thought to lower the loss
    double expected_of_draws_ = 0.01;
    double stride_ = 0.04;         ///< see NormWalk
    int walks_ = 0;                ///< accepted
    double share_ = first_share(); ///< of the calibration set that a gradient is taken on
    double caution_ = 1;           ///< what the foretold curvature counts for
    GradientAge age_;
};

} // namespace

std::unique_ptr<MovePolicy> make_sweep_policy(const SearchSettings &settings, const MoveSpace &space) {
    return std::make_unique<SweepPolicy>(settings, space);
}

} // namespace invar
