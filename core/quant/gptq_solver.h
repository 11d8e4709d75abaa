// SPDX-License-Identifier: GPL-3.0-or-later
// For core only: includes LibTorch.
#pragma once

#include "core/quant/group_quantizer.h"

namespace invar {

struct GptqSettings {
    double damping = 0.01; ///< of the Hessian's mean diagonal, added to it
    /// The weights that a group's range was taken of keep the grid's ends, and the others make up for it: so the result
    /// can be the base of a search (rounding_target.h). The authors' code does not.
    bool keep_ends = false;
    bool act_order = false; ///< columns by falling diagonal, groups as they stand with scales of the original weights
    /// Columns between updates of the rest. A group's scale is taken where it begins, from weights that the columns of
    /// its own block have not updated yet, as the authors' code does; a block of one group has none.
    std::int64_t block = 128;
};

struct GptqResult {
    QuantizedMatrix matrix;
    at::Tensor targets; ///< float32 [rows, cols]: each weight as it was when it was rounded
    double damping = 0; ///< that was needed to make the Hessian positive definite
};

/// GPTQ (arXiv 2210.17323; IST-DASLab/gptq, gptq.py): rounds a float32 matrix [rows, cols] column by column, moving
/// each column's error into those after it by the inverse Hessian. `hessian`: float64 [cols, cols], any factor of the
/// sum of x x^T. Columns whose diagonal is 0 become 0. Throws Error when no damping up to the mean diagonal helps.
[[nodiscard]] GptqResult solve_gptq(const at::Tensor &weight, const at::Tensor &hessian, const Grid &grid,
                                    const GptqSettings &settings);

} // namespace invar
