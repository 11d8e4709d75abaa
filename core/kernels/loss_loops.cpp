// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kernels/loss_loops.h"

#include "core/kernels/exponential.h"

#include <cmath>

namespace invar {
namespace {

template <typename T>
INVAR_HOST_DEVICE void add_differences(const T *a, const T *b, std::int64_t rows, std::int64_t columns, double *sums) {
    for (std::int64_t row = 0; row < rows; ++row, a += columns, b += columns) {
        Lanes sum = {};
        Lanes first;
        Lanes second;
        const auto add = [&]() __attribute__((always_inline)) {
            const Lanes difference = first - second;
            Lanes clamped = difference < -difference_limit ? Lanes{} - difference_limit : difference;
            clamped = clamped > difference_limit ? Lanes{} + difference_limit : clamped;
            sum += clamped * clamped;
        };
        std::int64_t i = 0;
        for (; i + lane_count <= columns; i += lane_count) {
            load_lanes(a + i, first);
            load_lanes(b + i, second);
            add();
        }
        if (i < columns) {
            load_tail(a + i, columns - i, 0.0F, first);
            load_tail(b + i, columns - i, 0.0F, second);
            add();
        }
        double total = 0;
        for (std::int64_t lane = 0; lane < lane_count; ++lane)
            total += static_cast<double>(sum[lane]);
        sums[row] = total;
    }
}

template <typename T> INVAR_HOST_DEVICE float greatest_logit(const T *logits, std::int64_t columns) {
    Lanes high;
    Lanes piece;
    fill_lanes(to_float(logits[0]), high);
    std::int64_t i = 0;
    for (; i + lane_count <= columns; i += lane_count) {
        load_lanes(logits + i, piece);
        high = piece > high ? piece : high;
    }
    if (i < columns) {
        load_tail(logits + i, columns - i, to_float(logits[0]), piece);
        high = piece > high ? piece : high;
    }
    return greatest_of(high);
}

template <typename T>
INVAR_HOST_DEVICE void add_pieces(const T *logits, std::int64_t rows, std::int64_t columns, std::int64_t stride,
                                  RunningLogSumExp *states) {
    for (std::int64_t row = 0; row < rows; ++row, logits += stride) {
        auto &state = states[row];
        const float piece_maximum = greatest_logit(logits, columns);
        const float maximum = piece_maximum > state.maximum ? piece_maximum : state.maximum;
        Lanes sum = {};
        Lanes piece;
        std::int64_t i = 0;
        for (; i + lane_count <= columns; i += lane_count) {
            load_lanes(logits + i, piece);
            piece -= maximum;
            exp_of_negative(piece, piece);
            sum += piece;
        }
        if (i < columns) {
            load_tail(logits + i, columns - i, maximum - 100.0F, piece); // e^-100 counts as 0
            piece -= maximum;
            exp_of_negative(piece, piece);
            sum += piece;
        }
        state = {maximum, state.sum * exp_of_negative(state.maximum - maximum) + sum_of(sum)};
    }
}

} // namespace

template <>
INVAR_CPU_CLONES void squared_differences(const float *a, const float *b, std::int64_t rows, std::int64_t columns,
                                          double *sums) {
    add_differences(a, b, rows, columns, sums);
}

template <>
INVAR_CPU_CLONES void squared_differences(const Bfloat16 *a, const Bfloat16 *b, std::int64_t rows, std::int64_t columns,
                                          double *sums) {
    add_differences(a, b, rows, columns, sums);
}

template <>
INVAR_CPU_CLONES void add_logits(const float *logits, std::int64_t rows, std::int64_t columns, std::int64_t stride,
                                 RunningLogSumExp *states) {
    add_pieces(logits, rows, columns, stride, states);
}

template <>
INVAR_CPU_CLONES void add_logits(const Bfloat16 *logits, std::int64_t rows, std::int64_t columns, std::int64_t stride,
                                 RunningLogSumExp *states) {
    add_pieces(logits, rows, columns, stride, states);
}

double log_sum_exp(const RunningLogSumExp &state) {
    return static_cast<double>(state.maximum) + std::log(static_cast<double>(state.sum));
}

} // namespace invar
