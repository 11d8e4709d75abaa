// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string_view>

namespace invar {

/// The number format of a group's scale, as it will be stored.
enum class ScalePrecision { float32, float16 };

/// "float32" or "float16".
[[nodiscard]] std::string_view name_of(ScalePrecision precision);
/// Throws Error naming the two.
[[nodiscard]] ScalePrecision parse_scale_precision(std::string_view name);

/// The integer grid that weights are rounded to: `bits` per weight, one scale (and zero point) per `group_size`
/// consecutive inputs of each row. w_q = s * (q - z), q in [0, 2^bits - 1].
struct Grid {
    int bits = 2;                  ///< 1 to 8
    std::int64_t group_size = 128; ///< must divide the row; 0: one group per whole row
    bool symmetric = false;        ///< symmetric: z is fixed at the middle of the range
    /// float32 as the published code has it; float16 as exporters store it, so that codes fit the stored scale.
    ScalePrecision scales = ScalePrecision::float32;

    /// The same grid for rows that are one group.
    [[nodiscard]] Grid whole_rows() const {
        auto grid = *this;
        grid.group_size = 0;
        return grid;
    }
    /// Columns per group in a row of `columns` weights.
    [[nodiscard]] std::int64_t group_of(std::int64_t columns) const { return group_size == 0 ? columns : group_size; }
    [[nodiscard]] bool divides(std::int64_t columns) const {
        return group_size == 0 || (group_size > 0 && columns % group_size == 0);
    }
    /// Whether a code is a sign alone: one symmetric bit, a sign and a size, with no range to set or learn.
    [[nodiscard]] bool is_signs() const { return symmetric && bits == 1; }
    /// Storage per weight in a row of `columns` weights: the code, and per group a scale and a `bits`-wide zero point.
    [[nodiscard]] double bits_per_weight(std::int64_t columns) const {
        const double group_overhead = (scales == ScalePrecision::float16 ? 16.0 : 32.0) + (symmetric ? 0.0 : bits);
        return bits + group_overhead / static_cast<double>(group_of(columns));
    }
    bool operator==(const Grid &) const = default;
};

} // namespace invar
