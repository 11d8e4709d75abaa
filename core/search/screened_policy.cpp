// SPDX-License-Identifier: GPL-3.0-or-later
// Many published moves are drawn, the loss's gradient ranks them, the best is evaluated: see LossGradient.
#include "core/search/policy.h"

namespace invar {
namespace {

class ScreenedPolicy final : public MovePolicy {
public:
    ScreenedPolicy(SearchSettings settings, const MoveSpace &space) : settings_(std::move(settings)), space_(space) {}

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
                                          move_sizes(settings_), space_.attention));
        return proposals;
    }

    bool wants_gradient() const override { return stale_; }

    /// A gradient ages by what is accepted after it was taken, not by what is rejected.
    void learn(const StepRecord &record, double previous_best) override {
        (void)previous_best;
        if (stale_) { // it was taken anew before this step
            stale_ = false;
            accepted_since_ = 0;
        }
        accepted_since_ += record.accepted ? 1 : 0;
        stale_ = accepted_since_ >= settings_.gradient_age;
    }

private:
    SearchSettings settings_;
    MoveSpace space_;
    bool stale_ = true; ///< or not taken yet
    int accepted_since_ = 0;
};

} // namespace

std::unique_ptr<MovePolicy> make_screened_policy(const SearchSettings &settings, const MoveSpace &space) {
    return std::make_unique<ScreenedPolicy>(settings, space);
}

} // namespace invar
