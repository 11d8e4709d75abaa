// SPDX-License-Identifier: GPL-3.0-or-later
// The two parts of the objective, token by token, on the CPU; T is float or Bfloat16. Fixed order of summation.
#pragma once

#include "core/kernels/bfloat16.h"
#include "core/kernels/neuron_arithmetic.h"

#include <cstdint>

namespace invar {

/// Per row, the sum of clamped squared differences. a, b [rows, columns]; sums [rows].
template <typename T>
void squared_differences(const T *a, const T *b, std::int64_t rows, std::int64_t columns, double *sums);

/// log(sum(exp(logits))) of one token, built up from pieces of its logits.
struct RunningLogSumExp {
    float maximum = -3.4e38F;
    float sum = 0; ///< of exp(logit - maximum)
};

/// Takes another piece of every row's logits into account. logits [rows, columns], rows `stride` apart; states [rows].
template <typename T>
void add_logits(const T *logits, std::int64_t rows, std::int64_t columns, std::int64_t stride,
                RunningLogSumExp *states);

/// log of the whole sum.
[[nodiscard]] double log_sum_exp(const RunningLogSumExp &state);

} // namespace invar
