// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/kernels/group_arithmetic.h"

#include <cstdint>

namespace invar {

/// One row of a matrix that GPTQ rounds, its columns in the order of rounding.
struct GptqRow {
    float *weights;               ///< [columns], updated within the block
    float *codes;                 ///< [columns]
    float *targets;               ///< [columns]: the weight when it was rounded
    const float *scales, *zeros;  ///< [groups]
    const float *held;            ///< [columns]: a code that stands already; below 0: none
    float *errors;                ///< [end - begin]: (weight - rounded) / U_jj
    const float *upper;           ///< U, [columns, columns]
    const std::int32_t *group_of; ///< [columns]
    std::int64_t columns;
};

/// Rounds columns [begin, end) one after another, each error moved into the rest of the block (IST-DASLab/gptq,
/// gptq.py). On a symmetric grid code 0, beyond the range that the scale was taken of, is not used.
void gptq_round_row(const GptqRow &row, std::int64_t begin, std::int64_t end, const GridConstants &grid);

} // namespace invar
