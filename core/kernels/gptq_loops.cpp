// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kernels/gptq_loops.h"

#include "core/kernels/lanes.h"

namespace invar {
namespace {

constexpr std::int64_t halves = gptq_panel_rows / lane_count;
constexpr std::int64_t tile = 4; ///< columns whose sums stay in registers

INVAR_HOST_DEVICE void store_lanes(const Lanes &lanes, float *to) { std::memcpy(to, &lanes, sizeof(lanes)); }

/// Rounds one column of the panel; its errors go to `errors`.
INVAR_HOST_DEVICE void round_column(const GptqPanel &panel, std::int64_t column, float *errors, float lowest,
                                    const GridConstants &grid) {
    const auto at = column * gptq_panel_rows;
    const float *scales = panel.scales + panel.group_of[column] * gptq_panel_rows;
    const float *zeros = panel.zeros + panel.group_of[column] * gptq_panel_rows;
    const float diagonal = panel.upper[column * panel.columns + column];
    for (std::int64_t row = 0; row < gptq_panel_rows; ++row) {
        const GroupScale scale{scales[row], zeros[row]};
        const float weight = panel.weights[at + row];
        const float held = panel.held[at + row];
        const float nearest = at_least(group_code(weight, scale, grid), lowest);
        const float code = held >= 0.0F ? held : nearest;
        panel.codes[at + row] = code;
        panel.targets[at + row] = weight;
        errors[row] = (weight - group_value(code, scale)) / diagonal;
    }
}

/// Takes the errors of columns [begin, begin + count) out of columns [first, last), in ascending order of the errors.
INVAR_HOST_DEVICE void spread_errors(const GptqPanel &panel, std::int64_t begin, std::int64_t count,
                                     const float *errors, std::int64_t first, std::int64_t last) {
    Lanes sums[tile][halves];
    Lanes error;
    for (auto column = first; column < last; column += tile) {
        const auto width = last - column < tile ? last - column : tile;
        for (std::int64_t i = 0; i < width; ++i)
            for (std::int64_t half = 0; half < halves; ++half)
                load_lanes(panel.weights + (column + i) * gptq_panel_rows + half * lane_count, sums[i][half]);
        for (std::int64_t j = 0; j < count; ++j) {
            const float *factors = panel.upper + (begin + j) * panel.columns + column;
            for (std::int64_t half = 0; half < halves; ++half) {
                load_lanes(errors + j * gptq_panel_rows + half * lane_count, error);
                if (width == tile)
                    for (std::int64_t i = 0; i < tile; ++i)
                        sums[i][half] -= error * factors[i];
                else
                    for (std::int64_t i = 0; i < width; ++i)
                        sums[i][half] -= error * factors[i];
            }
        }
        for (std::int64_t i = 0; i < width; ++i)
            for (std::int64_t half = 0; half < halves; ++half)
                store_lanes(sums[i][half], panel.weights + (column + i) * gptq_panel_rows + half * lane_count);
    }
}

} // namespace

INVAR_CPU_CLONES void gptq_round_panel(const GptqPanel &panel, std::int64_t begin, std::int64_t end,
                                       const GridConstants &grid) {
    constexpr std::int64_t strip = 16; // columns that are rounded before those after them hear of it
    const float lowest = grid.form == GridForm::symmetric ? 1.0F : 0.0F;
    for (auto first = begin; first < end; first += strip) {
        const auto last = first + strip < end ? first + strip : end;
        for (auto column = first; column < last; ++column) {
            float *errors = panel.errors + (column - begin) * gptq_panel_rows;
            round_column(panel, column, errors, lowest, grid);
            spread_errors(panel, column, 1, errors, column + 1, last);
        }
        spread_errors(panel, first, last - first, panel.errors + (first - begin) * gptq_panel_rows, last, end);
    }
    spread_errors(panel, begin, end - begin, panel.errors, end, panel.columns);
}

} // namespace invar
