// SPDX-License-Identifier: GPL-3.0-or-later
// Rounding one group of weights by one lane set: the range, the scale and the rounded weights in one pass over memory
// (two for groups that do not fit into the lanes' registers).
#pragma once

#include "core/cuda/lane_sets.h"
#include "core/cuda/launch.h"
#include "core/cuda/stored.h"
#include "core/kernels/group_arithmetic.h"

#include <cmath>
#include <cstdint>

namespace invar::cuda {

/// What one lane has seen of a group.
struct LaneRange {
    float low = INFINITY;
    float high = -INFINITY;

    INVAR_LANE_WORK void take(float weight) {
        low = weight < low ? weight : low;
        high = weight > high ? weight : high;
    }
    template <typename Function> INVAR_LANE_WORK LaneRange map(const Function &function) const {
        return {function(low), function(high)};
    }
};

INVAR_LANE_WORK LaneRange wider(const LaneRange &a, const LaneRange &b) {
    return {b.low < a.low ? b.low : a.low, b.high > a.high ? b.high : a.high};
}

/// One lane's weights of a group: lane, lane + 16, lane + 32, … `kept` of them at most.
template <int kept> struct LaneWeights { float weights[kept > 0 ? kept : 1]; };

/// work(slot, index) for each weight of the group that is `lane`'s: index = lane, lane + 16, …, slot = 0, 1, ….
template <int kept, typename Lanes, typename Work>
INVAR_LANE_WORK void for_each_own(const Lanes &, int lane, int size, const Work &work) {
    if constexpr (kept > 0) {
#ifdef __CUDA_ARCH__
#pragma unroll
#endif
        for (int slot = 0; slot < kept; ++slot)
            if (lane + slot * Lanes::count < size)
                work(slot, lane + slot * Lanes::count);
    } else {
        for (int index = lane; index < size; index += Lanes::count)
            work(0, index);
    }
}

/// Rounds a group of `size` weights. load(lane, slot, index) gives a weight; done(index, weight, rounded) takes both
/// values. With kept > 0 each weight is loaded once (size <= kept * lanes), with kept = 0 twice, or thrice for the sign
/// form. The mean of the sign form adds what each lane has in ascending order, then the lanes in ascending order: the
/// order of the CPU's loops (core/kernels/lanes.h).
template <int kept, typename Lanes, typename Load, typename Done>
INVAR_LANE_WORK void round_group(const Lanes &lanes, int size, const GridConstants &grid, const Load &load,
                                 const Done &done) {
    typename Lanes::template Each<LaneWeights<kept>> all{};
    typename Lanes::template Each<LaneRange> ranges{};
    const auto weight_of = [&](int lane, int slot, int index) {
        if constexpr (kept > 0)
            return Lanes::part(all, lane).weights[slot];
        else
            return load(lane, slot, index);
    };
    lanes.run([&](int lane) {
        auto &range = Lanes::part(ranges, lane);
        for_each_own<kept>(lanes, lane, size, [&](int slot, int index) {
            const float weight = load(lane, slot, index);
            if constexpr (kept > 0)
                Lanes::part(all, lane).weights[slot] = weight;
            range.take(weight);
        });
    });
    const LaneRange whole = lanes.fold_halves(ranges, [](const auto &a, const auto &b) { return wider(a, b); });
    GroupRange range{whole.low, whole.high, 0.0F};
    if (grid.form == GridForm::sign) {
        typename Lanes::template Each<float> sums{};
        lanes.run([&](int lane) {
            float sum = 0;
            for_each_own<kept>(lanes, lane, size, [&](int slot, int index) {
                const float weight = weight_of(lane, slot, index);
                sum += weight < 0.0F ? -weight : weight;
            });
            Lanes::part(sums, lane) = sum;
        });
        range.magnitude = lanes.sum_in_order(sums) / static_cast<float>(size);
    }
    const GroupScale scale = group_scale(range, grid);
    lanes.run([&](int lane) {
        for_each_own<kept>(lanes, lane, size, [&](int slot, int index) {
            const float weight = weight_of(lane, slot, index);
            done(index, weight, group_value(group_code(weight, scale, grid), scale));
        });
    });
}

/// A matrix of whole groups, in its own type; `out` may be `weights`.
template <typename T> struct GroupsTask {
    const T *weights = nullptr;
    T *out = nullptr;
    std::int64_t groups = 0;
    int group = 0;
    GridConstants grid;
};

/// What one lane set does of it.
template <int kept, typename Lanes, typename T>
INVAR_LANE_WORK void round_share(const Lanes &lanes, const GroupsTask<T> &task, const Share &share) {
    for (std::int64_t item = share.first; item < share.end; item += share.stride) {
        const T *weights = task.weights + item * task.group;
        T *out = task.out + item * task.group;
        round_group<kept>(
            lanes, task.group, task.grid, [&](int, int, int i) { return to_float(weights[i]); },
            [&](int i, float, float rounded) { store(rounded, out[i]); });
    }
}

} // namespace invar::cuda
