// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/quant/grid_plan.h"

#include <algorithm>

namespace invar {

double GridPlan::bits_per_weight(const ModelInfo &model) const {
    double bits = 0;
    double weights = 0;
    for (const auto &matrix : model.matrices) {
        const auto projection = static_cast<std::size_t>(std::ranges::find(model.projections, matrix.projection) -
                                                         model.projections.begin());
        const auto count = static_cast<double>(matrix.rows) * static_cast<double>(matrix.cols);
        bits += count * at(static_cast<std::size_t>(matrix.layer), projection).bits_per_weight(matrix.cols);
        weights += count;
    }
    return weights > 0 ? bits / weights : 0;
}

} // namespace invar
