// SPDX-License-Identifier: GPL-3.0-or-later
// Loops over a row, sixteen elements at a time, and reductions in a fixed order whatever the instruction set: lane i
// takes elements i, i + 16, i + 32, …, each in ascending order, then the lanes are folded in ascending order.
#pragma once

#include "core/kernels/bfloat16.h"
#include "core/kernels/group_arithmetic.h"

#include <cstdint>
#include <cstring>

namespace invar {

inline constexpr std::int64_t lane_count = 16;

/// Sixteen numbers in whatever registers the machine has (a vector extension of GCC and Clang). Passed by reference
/// only: by value their calling convention would depend on the instruction set.
using Lanes = float __attribute__((vector_size(64)));
using IntegerLanes = std::int32_t __attribute__((vector_size(64)));

INVAR_HOST_DEVICE void fill_lanes(float value, Lanes &out) { out = Lanes{} + value; }

INVAR_HOST_DEVICE void load_lanes(const float *from, Lanes &out) { std::memcpy(&out, from, sizeof(out)); }
INVAR_HOST_DEVICE void load_lanes(const Bfloat16 *from, Lanes &out) {
    std::uint16_t halves __attribute__((vector_size(32)));
    std::memcpy(&halves, from, sizeof(halves));
    using Words = std::uint32_t __attribute__((vector_size(64)));
    const Words words = __builtin_convertvector(halves, Words) << 16;
    std::memcpy(&out, &words, sizeof(out));
}

/// The last, partial piece of a row; the lanes after it take `filler`.
template <typename T> INVAR_HOST_DEVICE void load_tail(const T *from, std::int64_t count, float filler, Lanes &out) {
    fill_lanes(filler, out);
    for (std::int64_t lane = 0; lane < count; ++lane)
        out[lane] = to_float(from[lane]);
}

INVAR_HOST_DEVICE float sum_of(const Lanes &lanes) {
    float sum = lanes[0];
    for (std::int64_t lane = 1; lane < lane_count; ++lane)
        sum += lanes[lane];
    return sum;
}
INVAR_HOST_DEVICE float least_of(const Lanes &lanes) {
    float least = lanes[0];
    for (std::int64_t lane = 1; lane < lane_count; ++lane)
        least = lanes[lane] < least ? lanes[lane] : least;
    return least;
}
INVAR_HOST_DEVICE float greatest_of(const Lanes &lanes) {
    float greatest = lanes[0];
    for (std::int64_t lane = 1; lane < lane_count; ++lane)
        greatest = lanes[lane] > greatest ? lanes[lane] : greatest;
    return greatest;
}

INVAR_HOST_DEVICE GroupRange group_range(const float *weights, std::int64_t count, const GridConstants &grid) {
    Lanes low;
    Lanes high;
    Lanes piece;
    fill_lanes(weights[0], low);
    fill_lanes(weights[0], high);
    std::int64_t i = 0;
    for (; i + lane_count <= count; i += lane_count) {
        load_lanes(weights + i, piece);
        low = piece < low ? piece : low;
        high = piece > high ? piece : high;
    }
    if (i < count) {
        load_tail(weights + i, count - i, weights[0], piece);
        low = piece < low ? piece : low;
        high = piece > high ? piece : high;
    }
    GroupRange range{.low = least_of(low), .high = greatest_of(high)};
    if (grid.form == GridForm::sign) {
        Lanes sum = {};
        for (i = 0; i + lane_count <= count; i += lane_count) {
            load_lanes(weights + i, piece);
            sum += piece < 0.0F ? -piece : piece;
        }
        load_tail(weights + i, count - i, 0.0F, piece);
        sum += piece < 0.0F ? -piece : piece;
        range.magnitude = sum_of(sum) / static_cast<float>(count);
    }
    return range;
}

/// `out` may be `weights`.
INVAR_HOST_DEVICE void round_group(const float *weights, float *out, std::int64_t count, const GridConstants &grid) {
    const GroupScale scale = group_scale(group_range(weights, count, grid), grid);
    if (grid.form == GridForm::sign) {
        for (std::int64_t i = 0; i < count; ++i)
            out[i] = group_value(group_code(weights[i], scale, grid), scale);
        return;
    }
#pragma GCC ivdep
    for (std::int64_t i = 0; i < count; ++i)
        out[i] = group_value(rounded_code(weights[i], scale, grid.top), scale);
}

} // namespace invar
