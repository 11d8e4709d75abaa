// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <span>

namespace invar {

/// A sequential paired test: candidate and accepted model are scored on the same tokens, so their difference settles
/// long before either loss does. After each look at a growing part of the calibration set, a candidate is dropped when
/// the mean difference so far is positive by more than chance allows. Only a whole set can accept.
struct RacingRule {
    double error = 0.1; ///< chance, at each look, to drop a candidate that would just have tied; in (0, 0.5]
};

/// Differences of loss (candidate minus accepted) per block of tokens, so far.
struct RaceState {
    std::int64_t blocks = 0;
    double sum = 0;
    double sum_of_squares = 0;

    void add(double difference);
};

/// Whether the blocks seen out of `all` are enough to drop the candidate: mean > z(error) * standard error, with the
/// correction for drawing from a finite set without replacement. Never before four blocks.
[[nodiscard]] bool is_hopeless(const RaceState &race, std::int64_t all, const RacingRule &rule);

/// z with P(Z > z) = p for a standard normal Z, p in (0, 0.5].
[[nodiscard]] double upper_quantile(double p);

} // namespace invar
