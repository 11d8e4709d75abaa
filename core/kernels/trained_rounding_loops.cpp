// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kernels/trained_rounding_loops.h"

#include <algorithm>

namespace invar {
namespace {

struct Ends {
    std::int64_t least = 0;    ///< index of the least weight
    std::int64_t greatest = 0; ///< index of the greatest weight
};

Ends ends_of(const TrainedGroup &group) {
    float low = group.weights[0];
    float high = group.weights[0];
    for (std::int64_t i = 1; i < group.size; ++i) {
        low = std::min(low, group.weights[i]);
        high = std::max(high, group.weights[i]);
    }
    return {std::find(group.weights, group.weights + group.size, low) - group.weights,
            std::find(group.weights, group.weights + group.size, high) - group.weights};
}

GroupRange range_of(const TrainedGroup &group, const Ends &ends, const GridConstants &grid) {
    const float low = group.weights[ends.least];
    const float high = group.weights[ends.greatest];
    if (grid.form == GridForm::asymmetric)
        return {low * group.low_factor, high * group.high_factor, 0};
    return {low * group.high_factor, high * group.high_factor, 0};
}

float offset_of(const TrainedGroup &group, std::int64_t i) { return group.offsets ? group.offsets[i] : 0.0F; }

/// On a symmetric grid code 0, beyond the range that the scale was taken of, is not used.
float lowest_code(const GridConstants &grid) { return grid.form == GridForm::symmetric ? 1.0F : 0.0F; }

} // namespace

GroupScale trained_scale(const TrainedGroup &group, const GridConstants &grid) {
    return group_scale(range_of(group, ends_of(group), grid), grid);
}

void round_trained(const TrainedGroup &group, const GridConstants &grid, float *out, std::uint8_t *codes) {
    const auto scale = trained_scale(group, grid);
    const float lowest = lowest_code(grid);
    for (std::int64_t i = 0; i < group.size; ++i) {
        const float raised = rintf(group.weights[i] / scale.scale + offset_of(group, i)) + scale.zero;
        const float code = std::min(std::max(raised, lowest), grid.top);
        out[i] = group_value(code, scale);
        if (codes)
            codes[i] = static_cast<std::uint8_t>(code);
    }
}

void trained_gradient(const TrainedGroup &group, const GridConstants &grid, const float *out_gradient,
                      TrainedGroupGradient &gradient) {
    const auto ends = ends_of(group);
    const auto range = range_of(group, ends, grid);
    const auto scale = group_scale(range, grid);
    const bool asymmetric = grid.form == GridForm::asymmetric;
    const float lowest = lowest_code(grid);
    const float beyond = asymmetric ? range.low / scale.scale : 0.0F; // of a clamped weight: its code stays, z moves
    float by_scale = 0;
    float clamped = 0;
    for (std::int64_t i = 0; i < group.size; ++i) {
        const float exact = group.weights[i] / scale.scale;
        const float raised = rintf(exact + offset_of(group, i)) + scale.zero;
        const float code = std::min(std::max(raised, lowest), grid.top);
        const bool inside = code == raised;
        const float slope = out_gradient[i];
        by_scale += slope * (code - scale.zero - (inside ? exact : beyond));
        clamped += inside ? 0.0F : slope;
        if (gradient.weights)
            gradient.weights[i] = inside ? slope : 0.0F;
        if (gradient.offsets)
            gradient.offsets[i] = inside ? slope * scale.scale : 0.0F;
    }
    const float low = group.weights[ends.least];
    const float high = group.weights[ends.greatest];
    if (asymmetric) {
        const float by_high = by_scale / grid.top;
        const float by_low = clamped - by_high;
        gradient.low_factor = by_low * low;
        gradient.high_factor = by_high * high;
        if (gradient.weights) {
            gradient.weights[ends.least] += by_low * group.low_factor;
            gradient.weights[ends.greatest] += by_high * group.high_factor;
        }
        return;
    }
    const bool positive = high > -low;
    const float by_reach = by_scale / (grid.middle - 1.0F);
    gradient.low_factor = 0;
    gradient.high_factor = by_reach * (positive ? high : -low);
    if (gradient.weights)
        gradient.weights[positive ? ends.greatest : ends.least] +=
            by_reach * group.high_factor * (positive ? 1.0F : -1.0F);
}

} // namespace invar
