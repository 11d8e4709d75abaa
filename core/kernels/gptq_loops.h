// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/kernels/group_arithmetic.h"

#include <cstdint>

namespace invar {

/// Rows that are rounded side by side, one in each lane: a row's result does not depend on its neighbours.
inline constexpr std::int64_t gptq_panel_rows = 32;

/// So many rows of a matrix that GPTQ rounds, its columns in the order of rounding. All [columns or groups][row].
struct GptqPanel {
    float *weights;               ///< [columns]: updated
    float *codes;                 ///< [columns]
    float *targets;               ///< [columns]: the weight when it was rounded
    const float *held;            ///< [columns]: a code that stands already; below 0: none
    const float *scales, *zeros;  ///< [groups]
    float *errors;                ///< [end - begin], scratch: (weight - rounded) / U_jj
    const float *upper;           ///< U, [columns, columns]
    const std::int32_t *group_of; ///< [columns]
    std::int64_t columns;
};

/// Rounds columns [begin, end) one after another and moves each error into all columns after it (IST-DASLab/gptq,
/// gptq.py). On a symmetric grid code 0, beyond the range that the scale was taken of, is not used.
void gptq_round_panel(const GptqPanel &panel, std::int64_t begin, std::int64_t end, const GridConstants &grid);

} // namespace invar
