// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/search/norm_walk.h"

#include <algorithm>
#include <cmath>

namespace invar {
namespace {

/// Calls `visit(layer, norm, channel)` for every factor.
template <typename Visit> void for_each_factor(const std::vector<NormScales> &factors, Visit &&visit) {
    for (std::size_t layer = 0; layer < factors.size(); ++layer)
        for (std::size_t norm = 0; norm < factors[layer].size(); ++norm)
            for (std::size_t channel = 0; channel < factors[layer][norm].size(); ++channel)
                visit(layer, norm, channel);
}

/// Slopes of this step and of those before it.
class Memory {
public:
    void add(const NormSlopes &slopes) {
        if (sums_.mean.empty()) {
            sums_ = slopes;
            return;
        }
        constexpr float kept = 0.75F;
        for_each_factor(slopes.mean, [&](auto layer, auto norm, auto channel) {
            const auto add_to = [&](auto &sums, const auto &values) {
                auto &sum = sums[layer][norm][channel];
                sum = kept * sum + values[layer][norm][channel];
            };
            add_to(sums_.mean, slopes.mean);
            add_to(sums_.mean_square, slopes.mean_square);
        });
        weight_ = kept * weight_ + 1;
    }

    /// In [-1, 1].
    [[nodiscard]] float trend(std::size_t layer, std::size_t norm, std::size_t channel) const {
        constexpr float no_division_by_zero = 1e-30F;
        return sums_.mean[layer][norm][channel] /
               std::sqrt(sums_.mean_square[layer][norm][channel] * weight_ + no_division_by_zero);
    }

private:
    NormSlopes sums_;
    float weight_ = 1;
};

float beyond(float chance, float trend) {
    return std::copysign(std::max(0.0F, std::abs(trend) - chance), trend) / (1 - chance);
}

} // namespace

Proposal walk_norms(Proposal whole, const Foresight &foresight, const LayerShape &shape, const NormWalk &walk) {
    constexpr double last_stride = 0.25;
    for (auto &state : whole.all_states)
        give_norms(state, shape);
    Memory memory;
    double predicted = 0;
    for (std::int64_t step = 0; step < walk.steps; ++step) {
        const auto slopes = foresight.norm_slopes(
            whole.all_states, {.index = (walk.first_part + step) % walk.steps, .count = walk.steps});
        memory.add(slopes);
        const auto done = walk.steps > 1 ? static_cast<double>(step) / static_cast<double>(walk.steps - 1) : 0;
        const auto stride = static_cast<float>(walk.stride * (1 - (1 - last_stride) * done));
        for_each_factor(slopes.mean, [&](auto layer, auto norm, auto channel) {
            const auto change = -stride * beyond(static_cast<float>(walk.chance), memory.trend(layer, norm, channel));
            whole.all_states[layer].norms[norm][channel] *= std::exp(change);
            predicted += slopes.mean[layer][norm][channel] * change;
        });
    }
    whole.predicted = predicted;
    return whole;
}

} // namespace invar
