// SPDX-License-Identifier: GPL-3.0-or-later
// For core only: includes LibTorch.
#pragma once

#include "core/quant/group_quantizer.h"

#include <ATen/core/Tensor.h>

namespace invar {

/// What can be learned of how a matrix is rounded. All float32.
struct RoundingParameters {
    at::Tensor offsets;      ///< [rows, cols], in codes, added before rounding; undefined: none
    at::Tensor low_factors;  ///< [rows, groups] of each group's least weight
    at::Tensor high_factors; ///< [rows, groups] of its greatest; on a symmetric grid, of its largest magnitude
};

/// Factors of 1 and, with `offsets`, offsets of 0 for a float32 matrix [rows, cols].
[[nodiscard]] RoundingParameters untrained(const at::Tensor &weight, const Grid &grid, bool offsets);

/// `weight` on the grid, differentiable in weight and parameters: rounding counts as the identity in gradients.
[[nodiscard]] at::Tensor round_trained(const at::Tensor &weight, const RoundingParameters &parameters,
                                       const Grid &grid);

/// The same by LibTorch's operations alone: what weights on a GPU get.
[[nodiscard]] at::Tensor round_trained_by_tensors(const at::Tensor &weight, const RoundingParameters &parameters,
                                                  const Grid &grid);

/// The same as codes and scales.
[[nodiscard]] QuantizedMatrix quantize_trained(const at::Tensor &weight, const RoundingParameters &parameters,
                                               const Grid &grid);
[[nodiscard]] QuantizedMatrix quantize_trained_by_tensors(const at::Tensor &weight,
                                                          const RoundingParameters &parameters, const Grid &grid);

/// The weight clamped to its groups' narrowed ranges: it rounds to nearest to what round_trained() gives without
/// offsets. Not in a group whose weights all have one sign (one in 2^(size-1) of a usual matrix), where the end next
/// to zero lies outside of the weights.
[[nodiscard]] at::Tensor clamp_to_range(const at::Tensor &weight, const RoundingParameters &parameters,
                                        const Grid &grid);

} // namespace invar
