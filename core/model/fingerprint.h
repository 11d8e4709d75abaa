// SPDX-License-Identifier: GPL-3.0-or-later
// For core only: includes LibTorch.
#pragma once

#include "core/model/weights.h"

#include <ATen/core/Tensor.h>

#include <string>

namespace invar {

/// 128-bit XXH3 of a tensor's values, as 32 hexadecimal digits: tells two calibration sets or models apart.
[[nodiscard]] std::string fingerprint(const at::Tensor &tensor);
[[nodiscard]] std::string fingerprint(const ModelWeights &weights);

} // namespace invar
