// SPDX-License-Identifier: GPL-3.0-or-later
// Moves of one layer put together from the best pieces of many draws: see core/search/composing.h.
#include "core/search/composing.h"
#include "core/search/gradient_age.h"

#include <algorithm>
#include <cmath>

namespace invar {
namespace {

class ComposedPolicy final : public MovePolicy {
public:
    ComposedPolicy(SearchSettings settings, const MoveSpace &space)
        : settings_(std::move(settings)), space_(space), sizes_(static_cast<std::size_t>(space.layers), 1),
          age_(settings_.gradient_age) {}

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
        return {{.layer = static_cast<int>(layer), .state = accepted[layer], .moved = settings_.invariances}};
    }

    Proposal choose(std::vector<Proposal> proposals, const Foresight &foresight, std::int64_t step) const override {
        constexpr double most_rounds = 12;
        auto chosen = std::move(proposals.front());
        const auto plan = plan_composing(settings_, chosen.state.ffn.neurons(),
                                         sizes_[static_cast<std::size_t>(chosen.layer)], most_rounds);
        for (std::uint64_t round = 0; static_cast<double>(round) < plan.rounds; ++round) {
            const auto share = std::min(1.0, plan.rounds - static_cast<double>(round));
            const auto draws = draw_in_pieces(settings_, space_, plan.sizes, step, round, std::move(chosen));
            auto [before, choices] = rank(draws, foresight);
            const auto wanted = std::ceil(share * static_cast<double>(draws.pieces.size() + 1));
            if (static_cast<double>(choices.size()) > wanted)
                choices.resize(static_cast<std::size_t>(wanted));
            chosen = put_together(draws, before, choices);
        }
        return chosen;
    }

    bool wants_gradient() const override { return age_.is_over(); }
    void learn_of_moved_stream() override { age_.end(); }

    void learn(const StepRecord &record, double previous_best) override {
        age_.add(record.accepted ? 1 : 0);
        if (record.predicted && *record.predicted < 0)
            learn_size(static_cast<std::size_t>(record.layer), (record.loss - previous_best) / *record.predicted);
    }

private:
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
    GradientAge age_;
};

} // namespace

std::unique_ptr<MovePolicy> make_composed_policy(const SearchSettings &settings, const MoveSpace &space) {
    return std::make_unique<ComposedPolicy>(settings, space);
}

} // namespace invar
