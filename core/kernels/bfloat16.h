// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/kernels/host_device.h"

#include <bit>
#include <cstdint>

namespace invar {

/// A brain float in memory: the upper half of a float32.
struct Bfloat16 {
    std::uint16_t bits = 0;
};

INVAR_HOST_DEVICE float to_float(float value) { return value; }
INVAR_HOST_DEVICE float to_float(Bfloat16 value) {
    return std::bit_cast<float>(static_cast<std::uint32_t>(value.bits) << 16);
}

/// To nearest, half to even. Not for NaN.
INVAR_HOST_DEVICE void store(float value, float &out) { out = value; }
INVAR_HOST_DEVICE void store(float value, Bfloat16 &out) {
    const auto bits = std::bit_cast<std::uint32_t>(value);
    out.bits = static_cast<std::uint16_t>((bits + 0x7FFFU + ((bits >> 16) & 1U)) >> 16);
}

} // namespace invar
