// SPDX-License-Identifier: GPL-3.0-or-later
// For core only: includes LibTorch.
#pragma once

#include "core/invariance/residual_order.h"
#include "core/search/foresight.h"
#include "core/search/objective.h"

#include <vector>

namespace invar {

/// What slopes are measured on.
struct SlopeMeasure {
    const WorkUnits &units;
    const Objective &objective;
    CalibrationPart part;
};

/// Slopes of the loss along the logarithms of norms' factors, by one pass forward and one back that needs no gradient
/// of any matrix. `weights`: the quantized model where slopes are wanted, not packed, its layers in `order` and their
/// norms in float32, under their factors. Sums in a fixed order.
[[nodiscard]] NormSlopes slopes_of_norms(const ModelFamily &family, const ModelWeights &weights,
                                         const ResidualOrder &order, const SlopeMeasure &measure);

} // namespace invar
