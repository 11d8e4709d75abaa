// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/kernels/lanes.h"

namespace invar {

/// e^x for x <= 0, to about 2 units in the last place: Cody and Waite's reduction, then Cephes' expf polynomial.
INVAR_HOST_DEVICE void exp_of_negative(const Lanes &x, Lanes &result) {
    constexpr float least = -87.0F; // e^-87 still is a normal number
    constexpr float log2_e = 1.44269504F;
    constexpr float ln2_high = 0.693359375F;
    constexpr float ln2_low = -2.12194440e-4F;
    constexpr float rounder = 12582912.0F; // 1.5 * 2^23: adding it rounds to a whole number
    const Lanes whole = (x * log2_e + rounder) - rounder;
    const Lanes r = (x - whole * ln2_high) - whole * ln2_low;
    Lanes p = r * 1.9875691500e-4F + 1.3981999507e-3F;
    p = p * r + 8.3334519073e-3F;
    p = p * r + 4.1665795894e-2F;
    p = p * r + 1.6666665459e-1F;
    p = p * r + 5.0000001201e-1F;
    p = p * r * r + r + 1.0F;
    const IntegerLanes exponent = (__builtin_convertvector(whole, IntegerLanes) + 127) << 23;
    Lanes power;
    std::memcpy(&power, &exponent, sizeof(power));
    result = x < least ? Lanes{} : p * power;
}

INVAR_HOST_DEVICE float exp_of_negative(float x) {
    Lanes all;
    fill_lanes(x, all);
    exp_of_negative(all, all);
    return all[0];
}

} // namespace invar
