// SPDX-License-Identifier: GPL-3.0-or-later
// Rounding one group of weights to its grid, weight by weight: reference-algorithm.md; AWQ's pseudo_quantize_tensor for
// the symmetric form; XNOR-Net (arXiv 1603.05279) for one symmetric bit. Half to even, divisions as written.
#pragma once

#include "core/kernels/host_device.h"

#include <cmath>
#include <cstdint>
#include <cstring>

namespace invar {

enum class GridForm { asymmetric, symmetric, sign };

/// A Grid as the loops need it.
struct GridConstants {
    GridForm form = GridForm::asymmetric;
    float top = 3;            ///< highest code, 2^bits - 1
    float middle = 2;         ///< zero point of the symmetric form, 2^(bits - 1)
    bool half_scales = false; ///< scales are float16 numbers
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

/// The nearest float16 number, half to even, of a value from 0 to the largest float16.
INVAR_HOST_DEVICE float rounded_to_half(float value) {
    constexpr float least_normal = 6.103515625e-5F; // 2^-14; below it float16 numbers are 2^-24 apart
    constexpr float largest = 65504.0F;
    if (value < least_normal)
        return rintf(value * 16777216.0F) / 16777216.0F;
    std::uint32_t bits = 0;
    memcpy(&bits, &value, sizeof bits);
    bits = (bits + 0xFFFU + ((bits >> 13U) & 1U)) & ~0x1FFFU;
    memcpy(&value, &bits, sizeof bits);
    return value > largest ? largest : value;
}

INVAR_HOST_DEVICE float stored_scale(float scale, const GridConstants &grid) {
    return grid.half_scales ? rounded_to_half(scale) : scale;
}

INVAR_HOST_DEVICE GroupScale group_scale(const GroupRange &range, const GridConstants &grid) {
    constexpr float least_range = 1e-5F;
    if (grid.form == GridForm::asymmetric) {
        const float scale = stored_scale(at_least(range.high - range.low, least_range) / grid.top, grid);
        return {scale, clamp_code(-rintf(range.low / scale), grid.top)};
    }
    if (grid.form == GridForm::symmetric) {
        const float reach = range.high > -range.low ? range.high : -range.low;
        return {stored_scale(at_least(reach, least_range) / (grid.middle - 1.0F), grid), grid.middle};
    }
    return {stored_scale(at_least(range.magnitude, least_range) * 2.0F, grid), 0.5F};
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
