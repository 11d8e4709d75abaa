// SPDX-License-Identifier: GPL-3.0-or-later
// For core only: includes LibTorch.
#pragma once

#include "core/model/family.h"
#include "core/quant/gptq_factor.h"
#include "core/quant/group_quantizer.h"

namespace invar {

struct GptqSettings {
    double damping = 0.01; ///< of the Hessian's mean diagonal, added to it
    /// The weights that a group's range was taken of keep the grid's ends, and the others make up for it: so the result
    /// can be the base of a search (rounding_target.h). The authors' code does not.
    bool keep_ends = false;
    bool act_order = false; ///< columns by falling diagonal, groups as they stand with scales of the original weights
    /// Columns between updates of the rest. A group's scale is taken where it begins, from weights that the columns of
    /// its own block have not updated yet, as the authors' code does; a block of one group has none. 0: no larger.
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

/// What solve_gptq() works out of a Hessian alone, damping and act_order of the settings considered.
[[nodiscard]] GptqFactor gptq_factor(const at::Tensor &hessian, const GptqSettings &settings);

/// The same rounding from a factor at hand; `keep_ends` and `block` of the settings count. Each row's result, to the
/// last bit, is that row's own: any of a matrix's rows may be rounded without the others.
[[nodiscard]] GptqResult solve_gptq(const at::Tensor &weight, const GptqFactor &factor, const Grid &grid,
                                    const GptqSettings &settings);

/// What GPTQ gives from a factor at hand, in the authors' blocks.
[[nodiscard]] QuantizedMatrix quantize_by_gptq(const at::Tensor &weight, const GptqFactor &factor, const Grid &grid);
[[nodiscard]] at::Tensor round_by_gptq(const at::Tensor &weight, const GptqFactor &factor, const Grid &grid);

/// The factor by which a projection is rounded; nullptr without `factors`: to nearest.
[[nodiscard]] const GptqFactor *factor_of(const LayerFactors *factors, std::size_t projection,
                                          const ModelFamily &family);

} // namespace invar
