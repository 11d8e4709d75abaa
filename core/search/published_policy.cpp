// SPDX-License-Identifier: GPL-3.0-or-later
// The published proposal (reference-algorithm.md) and its one-at-a-time variant.
#include "core/search/policy.h"

namespace invar {
namespace {

class PublishedPolicy final : public MovePolicy {
public:
    PublishedPolicy(SearchSettings settings, const MoveSpace &space) : settings_(std::move(settings)), space_(space) {}

    PolicyInfo info() const override {
        return {.name = "published",
                .title = "As published",
                .description = "Any layer, each as often; all chosen invariances move the same neurons at once."};
    }
    std::vector<Proposal> propose(const std::vector<LayerState> &accepted, std::int64_t step) override {
        StepRandom random(settings_.seed, step);
        const auto layer = random.below(accepted.size());
        return {make_move(random, static_cast<int>(layer), accepted[layer], settings_.invariances,
                          move_sizes(settings_), space_.shape)};
    }

private:
    SearchSettings settings_;
    MoveSpace space_;
};

class SinglePolicy final : public MovePolicy {
public:
    SinglePolicy(SearchSettings settings, const MoveSpace &space) : settings_(std::move(settings)), space_(space) {}

    PolicyInfo info() const override {
        return {.name = "single",
                .title = "One invariance at a time",
                .description = "Any layer, each as often; one of the chosen invariances, each as often, so that its "
                               "share of the gain can be told."};
    }
    std::vector<Proposal> propose(const std::vector<LayerState> &accepted, std::int64_t step) override {
        StepRandom random(settings_.seed, step);
        const auto layer = random.below(accepted.size());
        const auto chosen = members_of(settings_.invariances);
        return {make_move(random, static_cast<int>(layer), accepted[layer], only(chosen[random.below(chosen.size())]),
                          move_sizes(settings_), space_.shape)};
    }

private:
    SearchSettings settings_;
    MoveSpace space_;
};

} // namespace

std::unique_ptr<MovePolicy> make_published_policy(const SearchSettings &settings, const MoveSpace &space) {
    return std::make_unique<PublishedPolicy>(settings, space);
}

std::unique_ptr<MovePolicy> make_single_policy(const SearchSettings &settings, const MoveSpace &space) {
    return std::make_unique<SinglePolicy>(settings, space);
}

} // namespace invar
