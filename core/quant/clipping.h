// SPDX-License-Identifier: GPL-3.0-or-later
// For core only: includes LibTorch.
#pragma once

#include "core/quant/grid.h"

#include <ATen/core/Tensor.h>

namespace invar {

/// How far clip searches shrink a group's range: by steps of 1/20 to one half, as AWQ's auto_clip.py does.
inline constexpr int clip_steps = 20;
inline constexpr int clip_trials = 10;

/// The weights with each group clamped to that share of its range (both ends alike) at which rounding it has the least
/// squared error. float32 [rows, cols].
[[nodiscard]] at::Tensor clip_by_error(const at::Tensor &weight, const Grid &grid);

/// The same by the error of the group's share of the output: (w - w_q) G (w - w_q)^T, G the group's block of `gram`,
/// float64 [cols, cols]; clamped to -+ a share of its largest magnitude (AWQ, arXiv 2306.00978; llm-awq, auto_clip.py).
[[nodiscard]] at::Tensor clip_by_output(const at::Tensor &weight, const at::Tensor &gram, const Grid &grid);

} // namespace invar
