// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/invariance/kinds.h"
#include "core/quant/grid.h"

namespace invar {

/// Whether that move changes nothing on such a grid: the order of a row that shares one scale does not.
[[nodiscard]] constexpr bool cannot_matter(Invariance invariance, const Grid &grid) {
    return grid.group_size == 0 &&
           (invariance == Invariance::permutation || invariance == Invariance::value_permutation ||
            invariance == Invariance::key_permutation || invariance == Invariance::residual_permutation);
}

} // namespace invar
