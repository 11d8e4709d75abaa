// SPDX-License-Identifier: GPL-3.0-or-later
// The threads that share one group or one row, as the kernels' loops see them. A device's set runs the loops on threads
// that exchange their parts by shuffles; HostLanes runs the same loops on the CPU, one lane after the other, so that
// the tests run what the device runs.
//
// A set has:  count            how many lanes it has
//             Each<T>          one T per lane
//             run(work)        work(lane) for each lane
//             part(each, lane) that lane's T
//             fold_halves(each, combine)  lane i with lane i + count/2, then i + count/4, … : the same on every machine
//             sum_in_order(each)          lane 0 + lane 1 + …, from the left
#pragma once

#include "core/kernels/host_device.h"

#include <array>
#include <cstddef>
#include <type_traits>

// Loops over a lane set: on the device in a .cu, on the CPU elsewhere. Never both in one file, so that the set's own
// functions need be of one kind only.
#ifdef __CUDACC__
#define INVAR_LANE_WORK __device__ __forceinline__
#else
#define INVAR_LANE_WORK inline
#endif

namespace invar::cuda {

/// Reads memory that no thread of the kernel writes: such reads may be moved ahead of writes.
template <typename T> INVAR_LANE_WORK T read_only(const T *from) {
#ifdef __CUDA_ARCH__
    return __ldg(from);
#else
    return *from;
#endif
}

/// Lanes per group of weights. As many as the CPU's loops have (core/kernels/lanes.h): lane i takes weights i, i + 16,
/// …
inline constexpr int group_lanes = 16;
/// Lanes per token row of a squared difference: a warp.
inline constexpr int row_lanes = 32;
/// Lanes that add the rows' sums: a block.
inline constexpr int total_lanes = 256;

#ifndef __CUDACC__
template <int lanes> struct HostLanes {
    static constexpr int count = lanes;
    template <typename T> using Each = std::array<T, lanes>;

    template <typename T> static T &part(Each<T> &each, int lane) { return each[static_cast<std::size_t>(lane)]; }
    template <typename Work> void run(const Work &work) const {
        for (int lane = 0; lane < lanes; ++lane)
            work(lane);
    }
    template <typename T, typename Combine> T fold_halves(Each<T> &each, const Combine &combine) const {
        for (int half = lanes / 2; half > 0; half /= 2)
            for (int lane = 0; lane < half; ++lane)
                part(each, lane) = combine(part(each, lane), part(each, lane + half));
        return each[0];
    }
    template <typename T> T sum_in_order(Each<T> &each) const {
        T sum = each[0];
        for (int lane = 1; lane < lanes; ++lane)
            sum += part(each, lane);
        return sum;
    }
};
#else
/// A warp, or an aligned half, quarter … of one; each part of a warp goes its own way.
template <int lanes> struct WarpLanes {
    static_assert(lanes <= 32 && (lanes & (lanes - 1)) == 0);
    static constexpr int count = lanes;
    template <typename T> using Each = T;

    template <typename T> __device__ static T &part(T &each, int) { return each; }
    template <typename Work> __device__ void run(const Work &work) const {
        work(static_cast<int>(threadIdx.x % lanes));
    }
    template <typename T, typename Combine> __device__ T fold_halves(T &each, const Combine &combine) const {
#pragma unroll
        for (int half = lanes / 2; half > 0; half /= 2)
            each = combine(each, exchange(each, half));
        return each;
    }
    template <typename T> __device__ T sum_in_order(T &each) const {
        T sum = __shfl_sync(mask(), each, 0, lanes);
#pragma unroll
        for (int lane = 1; lane < lanes; ++lane)
            sum += __shfl_sync(mask(), each, lane, lanes);
        return sum;
    }

private:
    __device__ static unsigned mask() {
        constexpr unsigned all = lanes == 32 ? 0xFFFFFFFFU : (1U << (lanes % 32)) - 1U;
        return all << (threadIdx.x % 32 / lanes * lanes);
    }
    /// The part of the lane that differs in bit `half`. Sums and extremes do not care which of the two comes first.
    template <typename T> __device__ static T exchange(T value, int half) {
        if constexpr (std::is_arithmetic_v<T>)
            return __shfl_xor_sync(mask(), value, half, lanes);
        else
            return value.map([half](auto number) { return exchange(number, half); });
    }
};

/// A whole block of `lanes` threads, through shared memory. Every thread of the block must take part.
template <int lanes> struct BlockLanes {
    static constexpr int count = lanes;
    template <typename T> using Each = T;

    template <typename T> __device__ static T &part(T &each, int) { return each; }
    template <typename Work> __device__ void run(const Work &work) const { work(static_cast<int>(threadIdx.x)); }
    template <typename T, typename Combine> __device__ T fold_halves(T &each, const Combine &combine) const {
        __shared__ T parts[lanes];
        parts[threadIdx.x] = each;
        for (unsigned half = lanes / 2; half > 0; half /= 2) {
            __syncthreads();
            if (threadIdx.x < half)
                parts[threadIdx.x] = combine(parts[threadIdx.x], parts[threadIdx.x + half]);
        }
        __syncthreads();
        return parts[0];
    }
};
#endif

} // namespace invar::cuda
