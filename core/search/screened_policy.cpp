// SPDX-License-Identifier: GPL-3.0-or-later
// Many published moves are drawn, the loss's gradient ranks them, the best is evaluated: see LossGradient.
#include "core/search/gradient_age.h"
#include "core/search/policy.h"

namespace invar {
namespace {

class ScreenedPolicy final : public MovePolicy {
public:
    ScreenedPolicy(SearchSettings settings, const MoveSpace &space)
        : settings_(std::move(settings)), space_(space), age_(settings_.gradient_age) {}

    PolicyInfo info() const override {
        return {.name = "screened",
                .title = "Screened by gradient",
                .description = "Draws many moves of one layer as published and tries the one that lowers the loss most "
                               "to first order, by the gradient at the accepted model.",
                .screens = true};
    }

    std::vector<Proposal> propose(const std::vector<LayerState> &accepted, std::int64_t step) override {
        StepRandom random(settings_.seed, step);
        const auto layer = random.below(accepted.size());
        std::vector<Proposal> proposals;
        for (int draw = 0; draw < settings_.draws; ++draw)
            proposals.push_back(make_move(random, static_cast<int>(layer), accepted[layer], settings_.invariances,
                                          move_sizes(settings_), space_.shape));
        return proposals;
    }

    bool wants_gradient() const override { return age_.is_over(); }
    void learn_of_moved_stream() override { age_.end(); }

    void learn(const StepRecord &record, double previous_best) override {
        (void)previous_best;
        age_.add(record.accepted ? 1 : 0);
    }

private:
    SearchSettings settings_;
    MoveSpace space_;
    GradientAge age_;
};

} // namespace

std::unique_ptr<MovePolicy> make_screened_policy(const SearchSettings &settings, const MoveSpace &space) {
    return std::make_unique<ScreenedPolicy>(settings, space);
}

} // namespace invar
