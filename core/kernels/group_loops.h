// SPDX-License-Identifier: GPL-3.0-or-later
// Loops over groups on the CPU, on raw pointers; callers check sizes and share rows out among threads.
#pragma once

#include "core/kernels/group_arithmetic.h"

#include <cstdint>

namespace invar {

/// Rounds `groups` consecutive groups of `group` weights to their grids. `out` may be `weights`.
void round_groups(const float *weights, float *out, std::int64_t groups, std::int64_t group, const GridConstants &grid);

/// The same, as codes (one byte each), and one scale and zero point per group.
void encode_groups(const float *weights, std::uint8_t *codes, float *scales, float *zeros, std::int64_t groups,
                   std::int64_t group, const GridConstants &grid);

} // namespace invar
