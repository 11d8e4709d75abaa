// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/search/policy.h"

namespace invar::test {

/// What the published policy tries at a step.
inline Proposal propose_published(const SearchSettings &settings, const std::vector<LayerState> &accepted,
                                  std::int64_t step) {
    return make_policy(settings, {.layers = static_cast<int>(accepted.size()), .shape = {}})
        ->propose(accepted, step)
        .front();
}

} // namespace invar::test
