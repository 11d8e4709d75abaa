// SPDX-License-Identifier: GPL-3.0-or-later
// How a number lies in memory: float, Bfloat16 or Float16. Arithmetic is always float32.
#pragma once

#include "core/kernels/bfloat16.h"

#include <bit>
#include <cstdint>

namespace invar::cuda {

/// An IEEE half float in memory.
struct Float16 {
    std::uint16_t bits = 0;
};

INVAR_HOST_DEVICE float to_float(Float16 value) {
#ifdef __CUDA_ARCH__
    float result = 0;
    asm("cvt.f32.f16 %0, %1;" : "=f"(result) : "h"(value.bits));
    return result;
#else
    const std::uint32_t sign = static_cast<std::uint32_t>(value.bits & 0x8000U) << 16;
    const std::uint32_t magnitude = value.bits & 0x7FFFU;
    if (magnitude < 0x0400U) { // subnormal: whole units of 2^-24
        const float small = static_cast<float>(magnitude) * 0x1p-24F;
        return std::bit_cast<float>(std::bit_cast<std::uint32_t>(small) | sign);
    }
    const std::uint32_t exponent_shift = magnitude >= 0x7C00U ? 224U << 23 : 112U << 23;
    return std::bit_cast<float>(((magnitude << 13) + exponent_shift) | sign);
#endif
}

/// To nearest, half to even; infinite from 65520 on. Not for NaN.
INVAR_HOST_DEVICE void store(float value, Float16 &out) {
#ifdef __CUDA_ARCH__
    asm("cvt.rn.f16.f32 %0, %1;" : "=h"(out.bits) : "f"(value));
#else
    const auto all = std::bit_cast<std::uint32_t>(value);
    const std::uint32_t sign = (all >> 16) & 0x8000U;
    const std::uint32_t magnitude = all & 0x7FFFFFFFU;
    std::uint32_t half = 0;
    if (magnitude >= 0x477FF000U)
        half = 0x7C00U;
    else if (magnitude < 0x38800000U) // below 2^-14: adding 1/2 leaves whole units of 2^-24 in the lowest bits
        half = std::bit_cast<std::uint32_t>(std::bit_cast<float>(magnitude) + 0.5F) - 0x3F000000U;
    else
        half = (magnitude - (112U << 23) + 0xFFFU + ((magnitude >> 13) & 1U)) >> 13;
    out.bits = static_cast<std::uint16_t>(half | sign);
#endif
}

using invar::store;
using invar::to_float;

} // namespace invar::cuda
