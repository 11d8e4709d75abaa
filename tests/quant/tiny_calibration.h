// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/quant/grid.h"

#include <ATen/ATen.h>

namespace invar::test {

/// A grid that divides the rows of every golden model.
inline constexpr Grid grid{.bits = 3, .group_size = 8};

/// Ids that every golden model knows; the same at every call.
inline at::Tensor calibration() {
    at::manual_seed(5);
    return at::randint(3, 90, {6, 20}, at::kLong);
}

} // namespace invar::test
