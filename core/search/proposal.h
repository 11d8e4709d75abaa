// SPDX-License-Identifier: GPL-3.0-or-later
// For core only: includes LibTorch through FfnState.
#pragma once

#include "core/invariance/ffn_state.h"
#include "core/search/settings.h"

#include <cstdint>
#include <vector>

namespace invar {

/// Random numbers that depend on the run's seed and the step alone, so that a resumed run goes on as if it had never
/// stopped. SplitMix64 (Steele, Lea, Flood, OOPSLA 2014); the same on every platform.
class StepRandom {
public:
    StepRandom(std::uint64_t seed, std::int64_t step);

    /// Uniform in [0, bound).
    [[nodiscard]] std::uint64_t below(std::uint64_t bound);
    /// Normal with mean 0 and variance 1 (Box-Muller).
    [[nodiscard]] double normal();

private:
    [[nodiscard]] std::uint64_t next();

    std::uint64_t state_;
};

/// A candidate: one layer and the whole state that its FFN would have.
struct Proposal {
    int layer = 0;
    FfnState state;
};

/// The published proposal (reference-algorithm.md): a layer uniformly at random; swap_fraction of its neurons, as
/// adjacent pairs without replacement, shuffled; every enabled invariance moves on them at once: angles and scales by a
/// normal step, the order by a cyclic shift.
[[nodiscard]] Proposal propose(const SearchSettings &settings, const std::vector<FfnState> &accepted,
                               std::int64_t step);

} // namespace invar
