// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/search/racing.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace invar {

void RaceState::add(double difference) {
    ++blocks;
    sum += difference;
    sum_of_squares += difference * difference;
}

bool is_hopeless(const RaceState &race, std::int64_t all, const RacingRule &rule) {
    constexpr std::int64_t fewest_blocks = 4;
    if (race.blocks < fewest_blocks || race.blocks >= all)
        return false;
    const auto n = static_cast<double>(race.blocks);
    const auto mean = race.sum / n;
    const auto variance = std::max(0.0, (race.sum_of_squares - n * mean * mean) / (n - 1));
    const auto unseen = 1 - n / static_cast<double>(all);
    return mean > 0 && mean > upper_quantile(rule.error) * std::sqrt(variance / n * unseen);
}

double upper_quantile(double p) {
    double low = 0;
    double high = 40; // beyond it P(Z > z) is 0 in float64
    for (int halving = 0; halving < 64; ++halving) {
        const auto middle = (low + high) / 2;
        (std::erfc(middle / std::numbers::sqrt2) / 2 > p ? low : high) = middle;
    }
    return low;
}

} // namespace invar
