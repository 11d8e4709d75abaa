// SPDX-License-Identifier: GPL-3.0-or-later
// For core only: includes LibTorch.
#pragma once

#include "core/kernels/group_arithmetic.h"
#include "core/quant/grid.h"

#include <ATen/core/Tensor.h>

namespace invar {

/// A matrix on the grid: what an exporter packs. w_q = scales * (codes - zeros), per group.
struct QuantizedMatrix {
    at::Tensor codes;  ///< uint8 [rows, cols], 0 to 2^bits - 1
    at::Tensor scales; ///< float32 [rows, groups]
    at::Tensor zeros;  ///< float32 [rows, groups]; whole numbers, but for one symmetric bit (one half)
};

/// Rounds a float32 matrix [rows, cols] to nearest on its grid, group by group along the columns; half to even, as the
/// published code does (reference-algorithm.md; AWQ's pseudo_quantize_tensor for the symmetric form).
/// Asymmetric: s = max(max - min, 1e-5) / (2^b - 1), z = clamp(-round(min / s), 0, 2^b - 1).
/// Symmetric: s = max(|w|) / (2^(b-1) - 1), z = 2^(b-1); one bit: +-mean(|w|) (XNOR-Net, arXiv 1603.05279).
/// Throws Error when the group size does not divide the row.
[[nodiscard]] QuantizedMatrix quantize_groups(const at::Tensor &weight, const Grid &grid);

/// The float32 weights that the codes stand for.
[[nodiscard]] at::Tensor dequantize(const QuantizedMatrix &matrix);

/// dequantize(quantize_groups(weight, grid)) without storing codes.
[[nodiscard]] at::Tensor round_to_grid(const at::Tensor &weight, const Grid &grid);

/// round_to_grid() by LibTorch's operations: for devices that the CPU's loops do not reach.
[[nodiscard]] at::Tensor round_to_grid_by_tensors(const at::Tensor &weight, const Grid &grid);

/// Scales, as they are stored, of groups whose ranges are `steps` scales wide.
[[nodiscard]] at::Tensor scales_of(const at::Tensor &ranges, double steps, const Grid &grid);

/// A grid as the loops and kernels read it.
[[nodiscard]] GridConstants grid_constants(const Grid &grid);

} // namespace invar
