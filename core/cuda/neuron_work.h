// SPDX-License-Identifier: GPL-3.0-or-later
// The FFN's projections under a state of the invariances, rounded: what one lane set does of it. Permutation, pair
// rotation and scaling happen on the way from memory into the group's rounding.
#pragma once

#include "core/cuda/group_work.h"
#include "core/kernels/neuron_arithmetic.h"

#include <cstdint>

namespace invar::cuda {

/// First projection: neurons are rows.
template <typename T> struct RowsTask {
    const float *base = nullptr; ///< [neurons, columns], full precision, as the checkpoint has it
    std::int64_t columns = 0;
    NeuronMapView map;
    const std::int32_t *positions = nullptr; ///< the new neurons to make; null: all
    std::int64_t count = 0;                  ///< how many those are
    int group = 0;
    GridConstants grid;
    T *out = nullptr;        ///< [neurons, columns]; other rows stay as they are
    float *values = nullptr; ///< [neurons, columns], the weights before rounding; null: not wanted

    [[nodiscard]] INVAR_HOST_DEVICE std::int64_t groups_per_row() const { return columns / group; }
};

template <int kept, typename Lanes, typename T>
INVAR_LANE_WORK void round_share(const Lanes &lanes, const RowsTask<T> &task, const Share &share) {
    const std::int64_t per_row = task.groups_per_row();
    for (std::int64_t item = share.first; item < share.end; item += share.stride) {
        const std::int64_t place = item / per_row;
        const std::int64_t neuron = task.positions != nullptr ? read_only(task.positions + place) : place;
        const std::int64_t begin = (item - place * per_row) * task.group;
        const float *own_row = task.base + read_only(task.map.source + neuron) * task.columns + begin;
        const float *partner_row = task.base + read_only(task.map.partner + neuron) * task.columns + begin;
        const float own = read_only(task.map.own + neuron);
        const float mixed = read_only(task.map.mixed + neuron);
        const float scale = read_only(task.map.scale + neuron);
        T *out = task.out + neuron * task.columns + begin;
        float *values = task.values != nullptr ? task.values + neuron * task.columns + begin : nullptr;
        round_group<kept>(
            lanes, task.group, task.grid,
            [&](int, int, int i) {
                // Most neurons are not rotated: their partner need not be read.
                const float weight = read_only(own_row + i);
                return (mixed == 0.0F ? own * weight : mix_pair(weight, own, read_only(partner_row + i), mixed)) /
                       scale;
            },
            [&](int i, float value, float rounded) {
                store(rounded, out[i]);
                if (values != nullptr)
                    values[i] = value;
            });
    }
}

/// Last projection: neurons are columns.
template <typename T> struct ColumnsTask {
    const float *base = nullptr; ///< [rows, neurons], full precision, as the checkpoint has it
    std::int64_t rows = 0;
    std::int64_t neurons = 0;
    NeuronMapView map;
    const std::int32_t *groups = nullptr; ///< the groups of a row to make, as indices along it; null: all
    std::int64_t count = 0;               ///< how many those are
    int group = 0;
    GridConstants grid;
    T *out = nullptr;        ///< [rows, neurons]; other groups stay as they are
    float *values = nullptr; ///< [rows, neurons], the weights before rounding; null: not wanted
};

/// A few consecutive rows, worked on together.
struct RowBundle {
    std::int64_t first = 0;
    int count = 0;
};

INVAR_HOST_DEVICE RowBundle bundle_of(std::int64_t item, int rows_per_block, std::int64_t rows) {
    const std::int64_t first = item * rows_per_block;
    const std::int64_t left = rows - first;
    return {first, static_cast<int>(left < rows_per_block ? left : rows_per_block)};
}

/// One thread's part of copying a bundle to shared memory.
template <typename T>
INVAR_LANE_WORK void stage(const ColumnsTask<T> &task, const RowBundle &bundle, int thread, int threads,
                           float *shared) {
    const float *from = task.base + bundle.first * task.neurons;
    const std::int64_t count = bundle.count * task.neurons;
    for (std::int64_t i = thread; i < count; i += threads)
        shared[i] = from[i];
}

/// One lane's entries of the neuron map for a group: read once for a bundle of rows.
template <int kept> struct LaneNeurons {
    std::int32_t source[kept > 0 ? kept : 1];
    std::int32_t partner[kept > 0 ? kept : 1];
    float own[kept > 0 ? kept : 1];
    float mixed[kept > 0 ? kept : 1];
    float scale[kept > 0 ? kept : 1];
};

/// What lane set `set` of `sets` does of a bundle; `weights` are the bundle's rows, `staged` in shared memory or in
/// global memory.
template <int kept, bool staged, typename Lanes, typename T>
INVAR_LANE_WORK void round_bundle(const Lanes &lanes, const ColumnsTask<T> &task, const RowBundle &bundle,
                                  const float *weights, int set, int sets) {
    const auto &map = task.map;
    const auto read = [](const float *from) {
        if constexpr (staged)
            return *from;
        else
            return read_only(from);
    };
    for (std::int64_t place = set; place < task.count; place += sets) {
        const std::int64_t begin = (task.groups != nullptr ? read_only(task.groups + place) : place) * task.group;
        typename Lanes::template Each<LaneNeurons<kept>> all{};
        const auto load_neuron = [&](int lane, int slot, int i) {
            auto &neurons = Lanes::part(all, lane);
            neurons.source[slot] = read_only(map.source + begin + i);
            neurons.partner[slot] = read_only(map.partner + begin + i);
            neurons.own[slot] = read_only(map.own + begin + i);
            neurons.mixed[slot] = read_only(map.mixed + begin + i);
            neurons.scale[slot] = read_only(map.scale + begin + i);
        };
        if constexpr (kept > 0)
            lanes.run([&](int lane) {
                for_each_own<kept>(lanes, lane, task.group, [&](int slot, int i) { load_neuron(lane, slot, i); });
            });
        for (int row = 0; row < bundle.count; ++row) {
            const float *from = weights + row * task.neurons;
            const std::int64_t target = (bundle.first + row) * task.neurons + begin;
            T *out = task.out + target;
            float *values = task.values != nullptr ? task.values + target : nullptr;
            round_group<kept>(
                lanes, task.group, task.grid,
                [&](int lane, int slot, int i) {
                    if constexpr (kept == 0)
                        load_neuron(lane, slot, i);
                    const auto &neurons = Lanes::part(all, lane);
                    return mix_pair(read(from + neurons.source[slot]), neurons.own[slot],
                                    read(from + neurons.partner[slot]), neurons.mixed[slot]) *
                           neurons.scale[slot];
                },
                [&](int i, float value, float rounded) {
                    store(rounded, out[i]);
                    if (values != nullptr)
                        values[i] = value;
                });
        }
    }
}

/// The first projection's bias: neurons are elements. As a row of one weight, not rounded to a grid.
template <typename T> struct BiasTask {
    const float *base = nullptr; ///< [neurons]
    NeuronMapView map;
    std::int64_t neurons = 0;
    T *out = nullptr; ///< [neurons]
};

template <typename T> INVAR_LANE_WORK void transform_share(const BiasTask<T> &task, const Share &share) {
    for (std::int64_t j = share.first; j < share.end; j += share.stride) {
        const float own = read_only(task.base + task.map.source[j]);
        const float partner = read_only(task.base + task.map.partner[j]);
        store(mix_pair(own, task.map.own[j], partner, task.map.mixed[j]) / task.map.scale[j], task.out[j]);
    }
}

} // namespace invar::cuda
