// SPDX-License-Identifier: GPL-3.0-or-later
// Rounding whose offsets and ranges can be learned, and its straight-through gradient: what round() gives counts as
// what it was given (AutoRound, arXiv 2309.05516, intel/auto-round; OmniQuant's learned clipping, arXiv 2308.13137).
#pragma once

#include "core/kernels/group_arithmetic.h"

#include <cstdint>

namespace invar {

/// One group of weights with what is learned of it.
struct TrainedGroup {
    const float *weights;
    const float *offsets; ///< in codes, added before rounding; null: none
    float low_factor;     ///< of the least weight; unused by symmetric grids
    float high_factor;    ///< of the greatest weight, or of the largest magnitude
    std::int64_t size;
};

/// Where a gradient goes; null: nowhere.
struct TrainedGroupGradient {
    float *weights;
    float *offsets;
    float low_factor;
    float high_factor;
};

/// The grid of the group's narrowed range. Not for the sign form.
[[nodiscard]] GroupScale trained_scale(const TrainedGroup &group, const GridConstants &grid);

/// s * (clamp(round(w / s + v) + z) - z); `codes` may be null.
void round_trained(const TrainedGroup &group, const GridConstants &grid, float *out, std::uint8_t *codes);

/// From the gradient with respect to what round_trained() gave.
void trained_gradient(const TrainedGroup &group, const GridConstants &grid, const float *out_gradient,
                      TrainedGroupGradient &gradient);

} // namespace invar
