// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kernels/gptq_loops.h"

namespace invar {

void gptq_round_row(const GptqRow &row, std::int64_t begin, std::int64_t end, const GridConstants &grid) {
    const float lowest = grid.form == GridForm::symmetric ? 1.0F : 0.0F;
    for (auto column = begin; column < end; ++column) {
        const auto group = row.group_of[column];
        const GroupScale scale{row.scales[group], row.zeros[group]};
        const float weight = row.weights[column];
        const float held = row.held[column];
        const float code = held >= 0.0F ? held : at_least(group_code(weight, scale, grid), lowest);
        const float *factors = row.upper + column * row.columns;
        const float error = (weight - group_value(code, scale)) / factors[column];
        row.codes[column] = code;
        row.targets[column] = weight;
        row.errors[column - begin] = error;
        for (auto later = column + 1; later < end; ++later)
            row.weights[later] -= error * factors[later];
    }
}

} // namespace invar
