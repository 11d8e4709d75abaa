// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/search/policies.h"

#include "core/base/error.h"
#include "core/search/policy.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <array>

namespace invar {

std::unique_ptr<MovePolicy> make_published_policy(const SearchSettings &settings, const MoveSpace &space);
std::unique_ptr<MovePolicy> make_single_policy(const SearchSettings &settings, const MoveSpace &space);
std::unique_ptr<MovePolicy> make_adaptive_policy(const SearchSettings &settings, const MoveSpace &space);
std::unique_ptr<MovePolicy> make_bandit_policy(const SearchSettings &settings, const MoveSpace &space);
std::unique_ptr<MovePolicy> make_screened_policy(const SearchSettings &settings, const MoveSpace &space);
std::unique_ptr<MovePolicy> make_composed_policy(const SearchSettings &settings, const MoveSpace &space);
std::unique_ptr<MovePolicy> make_sweep_policy(const SearchSettings &settings, const MoveSpace &space);

namespace {

/// Every policy: one line each.
constexpr std::array registrations{
    &make_published_policy, &make_single_policy,   &make_adaptive_policy, &make_bandit_policy,
    &make_screened_policy,  &make_composed_policy, &make_sweep_policy,
};

} // namespace

Proposal MovePolicy::choose(std::vector<Proposal> proposals, const Foresight &foresight, std::int64_t step) const {
    (void)step;
    if (proposals.size() == 1)
        return std::move(proposals.front());
    const auto changes = foresight.predicted_changes(proposals);
    const auto best = std::ranges::min_element(changes);
    auto chosen = std::move(proposals[static_cast<std::size_t>(best - changes.begin())]);
    chosen.predicted = *best;
    return chosen;
}

const std::vector<PolicyInfo> &move_policies() {
    static const auto policies = [] {
        std::vector<PolicyInfo> infos;
        for (const auto make : registrations)
            infos.push_back(make({}, {})->info());
        return infos;
    }();
    return policies;
}

const PolicyInfo *find_policy(std::string_view name) {
    const auto policy = std::ranges::find(move_policies(), name, &PolicyInfo::name);
    return policy == move_policies().end() ? nullptr : &*policy;
}

std::unique_ptr<MovePolicy> make_policy(const SearchSettings &settings, const MoveSpace &space) {
    if (settings.invariances.residual_permutation) {
        auto in_layers = settings;
        in_layers.invariances.residual_permutation = false;
        return with_residual_moves(settings, space, make_policy(in_layers, space));
    }
    std::vector<std::string> known;
    for (const auto make : registrations) {
        auto policy = make(settings, space);
        if (policy->info().name == settings.policy)
            return policy;
        known.push_back(policy->info().name);
    }
    fail("the move policy \"{}\" is not known here; known: {}", settings.policy, fmt::join(known, ", "));
}

} // namespace invar
