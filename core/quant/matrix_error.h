// SPDX-License-Identifier: GPL-3.0-or-later
// For core only: includes LibTorch.
#pragma once

#include "core/quant/error_measure.h"

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <string>

namespace invar {

/// Error of `quantized` against `exact` (same shape, any floating type), as the heatmap shows it.
[[nodiscard]] MatrixError matrix_error(const at::Tensor &exact, const at::Tensor &quantized, int layer,
                                       std::string projection);

/// The same from sums already at hand.
[[nodiscard]] MatrixError matrix_error(double squared_error, double squared_norm, std::int64_t elements, int layer,
                                       std::string projection);

} // namespace invar
