// SPDX-License-Identifier: GPL-3.0-or-later
// Rounding one group of weights to its grid, weight by weight: reference-algorithm.md; AWQ's pseudo_quantize_tensor for
// the symmetric form; XNOR-Net (arXiv 1603.05279) for one symmetric bit. Half to even, divisions as written.
#pragma once

#include "core/kernels/host_device.h"

#include <cmath>

namespace invar {

enum class GridForm { asymmetric, symmetric, sign };

/// A Grid as the loops need it.
struct GridConstants {
    GridForm form = GridForm::asymmetric;
    float top = 3;    ///< highest code, 2^bits - 1
    float middle = 2; ///< zero point of the symmetric form, 2^(bits - 1)
};

/// What a group has to be looked through for before its weights can be rounded.
struct GroupRange {
    float low = 0;       ///< least weight
    float high = 0;      ///< greatest weight
    float magnitude = 0; ///< mean absolute value; needed by the sign form alone
};

/// w_q = scale * (code - zero).
struct GroupScale {
    float scale = 1;
    float zero = 0;
};

INVAR_HOST_DEVICE float at_least(float value, float least) { return value < least ? least : value; }
INVAR_HOST_DEVICE float clamp_code(float code, float top) {
    const float raised = code < 0.0F ? 0.0F : code;
    return raised > top ? top : raised;
}

INVAR_HOST_DEVICE GroupScale group_scale(const GroupRange &range, const GridConstants &grid) {
    constexpr float least_range = 1e-5F;
    if (grid.form == GridForm::asymmetric) {
        const float scale = at_least(range.high - range.low, least_range) / grid.top;
        return {scale, clamp_code(-rintf(range.low / scale), grid.top)};
    }
    if (grid.form == GridForm::symmetric) {
        const float reach = range.high > -range.low ? range.high : -range.low;
        return {at_least(reach, least_range) / (grid.middle - 1.0F), grid.middle};
    }
    return {at_least(range.magnitude, least_range) * 2.0F, 0.5F};
}

INVAR_HOST_DEVICE float rounded_code(float weight, const GroupScale &group, float top) {
    return clamp_code(rintf(weight / group.scale) + group.zero, top);
}

INVAR_HOST_DEVICE float group_code(float weight, const GroupScale &group, const GridConstants &grid) {
    if (grid.form == GridForm::sign)
        return weight >= 0.0F ? 1.0F : 0.0F;
    return rounded_code(weight, group, grid.top);
}

INVAR_HOST_DEVICE float group_value(float code, const GroupScale &group) { return (code - group.zero) * group.scale; }

} // namespace invar
