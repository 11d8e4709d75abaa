// SPDX-License-Identifier: GPL-3.0-or-later
// For core only: includes LibTorch.
#pragma once

#include "core/quant/group_quantizer.h"

namespace invar {

/// Weights near `targets` (float32 [rows, cols]) that round to nearest to `matrix`, codes and grid alike: each is kept
/// inside its code's cell, and one weight of every group stands at each end of the grid. A group that does not use its
/// lowest or highest code has no such weight: either its nearest moves there, or the group rounds to a grid that is
/// finer by as much; whichever comes nearer to `matrix`.
/// What GPTQ and AutoRound chose becomes the base of a search in this way.
[[nodiscard]] at::Tensor rounding_target(const at::Tensor &targets, const QuantizedMatrix &matrix, const Grid &grid);

} // namespace invar
