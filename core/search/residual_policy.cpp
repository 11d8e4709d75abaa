// SPDX-License-Identifier: GPL-3.0-or-later
// Moves of the residual stream among those of any policy: the stream counts as one more layer.
#include "core/search/policy.h"

namespace invar {
namespace {

class WithResidualMoves final : public MovePolicy {
public:
    WithResidualMoves(SearchSettings settings, const MoveSpace &space, std::unique_ptr<MovePolicy> inner)
        : settings_(std::move(settings)), space_(space), inner_(std::move(inner)) {}

    PolicyInfo info() const override { return inner_->info(); }

    std::vector<Proposal> propose(const std::vector<LayerState> &accepted, std::int64_t step) override {
        constexpr std::uint64_t other_stream = 0x5eed0f0e51d0a1ULL; // not the draws that the inner policy makes
        StepRandom random(settings_.seed ^ other_stream, step);
        const bool alone = members_of(settings_.invariances).size() == 1;
        if (alone || random.below(static_cast<std::uint64_t>(space_.layers) + 1) == 0)
            return {make_residual_move(random, space_.shape.channels, move_sizes(settings_))};
        return inner_->propose(accepted, step);
    }

    Proposal choose(std::vector<Proposal> proposals, const Foresight &foresight, std::int64_t step) const override {
        return proposals.front().moves_stream() ? std::move(proposals.front())
                                                : inner_->choose(std::move(proposals), foresight, step);
    }

    bool wants_gradient() const override { return inner_->wants_gradient(); }
    bool gradient_is_over() const override { return inner_->gradient_is_over(); }
    GradientNeeds gradient_needs() const override { return inner_->gradient_needs(); }

    void learn(const StepRecord &record, double previous_best) override {
        if (!record.moves_stream())
            inner_->learn(record, previous_best);
        else if (record.accepted)
            inner_->learn_of_moved_stream();
    }

private:
    SearchSettings settings_;
    MoveSpace space_;
    std::unique_ptr<MovePolicy> inner_;
};

} // namespace

std::unique_ptr<MovePolicy> with_residual_moves(const SearchSettings &settings, const MoveSpace &space,
                                                std::unique_ptr<MovePolicy> inner) {
    return std::make_unique<WithResidualMoves>(settings, space, std::move(inner));
}

} // namespace invar
