// SPDX-License-Identifier: GPL-3.0-or-later
// The squared error of hidden states, by lane sets: float32 differences, float64 sums in one fixed order.
#pragma once

#include "core/cuda/lane_sets.h"
#include "core/cuda/launch.h"
#include "core/cuda/stored.h"
#include "core/kernels/neuron_arithmetic.h"

#include <cstdint>

namespace invar::cuda {

template <typename T> struct DifferenceTask {
    const T *a = nullptr; ///< [rows, columns]
    const T *b = nullptr; ///< [rows, columns]
    std::int64_t rows = 0;
    std::int64_t columns = 0;
    double *row_sums = nullptr; ///< [rows]
};

/// Lane i of the 32 adds columns i, i + 32, … in that order; then the lanes are folded by halves.
template <typename Lanes, typename T>
INVAR_LANE_WORK void add_share(const Lanes &lanes, const DifferenceTask<T> &task, const Share &share) {
    for (std::int64_t row = share.first; row < share.end; row += share.stride) {
        const T *a = task.a + row * task.columns;
        const T *b = task.b + row * task.columns;
        typename Lanes::template Each<double> sums{};
        lanes.run([&](int lane) {
            double sum = 0;
            for (std::int64_t i = lane; i < task.columns; i += Lanes::count)
                sum += static_cast<double>(clamped_square(to_float(a[i]) - to_float(b[i])));
            Lanes::part(sums, lane) = sum;
        });
        const double sum = lanes.fold_halves(sums, [](double x, double y) { return x + y; });
        lanes.run([&](int lane) {
            if (lane == 0)
                task.row_sums[row] = sum;
        });
    }
}

/// Lane i of the 256 adds rows i, i + 256, … in that order; then the lanes are folded by halves.
template <typename Lanes>
INVAR_LANE_WORK void add_rows(const Lanes &lanes, const double *row_sums, std::int64_t rows, double *total) {
    typename Lanes::template Each<double> sums{};
    lanes.run([&](int lane) {
        double sum = 0;
        for (std::int64_t row = lane; row < rows; row += Lanes::count)
            sum += row_sums[row];
        Lanes::part(sums, lane) = sum;
    });
    const double sum = lanes.fold_halves(sums, [](double x, double y) { return x + y; });
    lanes.run([&](int lane) {
        if (lane == 0)
            *total = sum;
    });
}

} // namespace invar::cuda
