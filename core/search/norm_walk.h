// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/search/foresight.h"

namespace invar {

/// A descent along the factors of all layers' norms.
struct NormWalk {
    std::int64_t steps = 1;      ///< together they see the whole calibration set once
    std::int64_t first_part = 0; ///< which of its parts is seen first
    double stride = 0.04;        ///< of a factor's logarithm at most in the first step; the last one's is a quarter
    /// What of a trend is put down to chance, in [0, 1). Sixteen pieces, which the memory is worth, have one of 0.25 by
    /// chance alone: where they are fresh that does no harm, but one who comes back to them learns them by heart.
    double chance = 0;
};

/// `whole` (all layers at once) after that walk, none of whose steps is evaluated. Each follows the slope's mean by its
/// root mean square over pieces of the calibration set, as RMSProp and Adam do, so that its length does not depend on
/// the loss's scale; where that is no more than chance, it stays. Earlier steps' slopes count with less and less
/// weight.
[[nodiscard]] Proposal walk_norms(Proposal whole, const Foresight &foresight, const LayerShape &shape,
                                  const NormWalk &walk);

} // namespace invar
