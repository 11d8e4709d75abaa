// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/quant/error_measure.h"
#include "core/quant/grid.h"

#include <cstdint>
#include <span>
#include <vector>

namespace invar {

/// How many weights lie in each of equally wide bins, before rounding and after.
struct WeightHistogram {
    double low = 0;  ///< of the first bin
    double high = 0; ///< of the last bin, where weights equal to it are counted too
    std::vector<std::int64_t> before, after;

    /// low, ..., high: one more than there are bins.
    [[nodiscard]] std::vector<double> edges() const;
    [[nodiscard]] double bin_width() const;
};

/// Counts weights and what they were rounded to in `bins` (at least 2) bins from the least to the greatest of all.
/// Weights that are not finite are left out.
[[nodiscard]] WeightHistogram count_weights(std::span<const float> before, std::span<const float> after, int bins);

/// The scales of a matrix, [rows, groups], brought to at most so many cells: each the mean of `row_step` x `group_step`
/// scales (fewer at the last edges).
struct ScaleMap {
    std::vector<float> values; ///< [rows, columns], row after row
    std::int64_t rows = 0, columns = 0;
    std::int64_t row_step = 1, group_step = 1;
};

/// What a grid does to one matrix.
struct MatrixView {
    MatrixError error; ///< names the matrix; of the rounded weights against the exact ones
    std::int64_t rows = 0, columns = 0;
    Grid grid;
    std::int64_t group_size = 0;     ///< columns of a group
    std::int64_t groups = 0;         ///< of a row
    double minimum = 0, maximum = 0; ///< of the exact weights
    WeightHistogram histogram;
    ScaleMap scales;
};

/// What a grid does to one row of a matrix.
struct RowView {
    std::int64_t row = 0;
    Grid grid;
    std::int64_t group_size = 0;
    std::vector<float> exact, rounded; ///< [columns]
    std::vector<float> scales, zeros;  ///< [groups]
    double mse = 0, sqnr_db = 0;

    /// scale * (code - zero) for code = 0, ..., 2^bits - 1.
    [[nodiscard]] std::vector<double> levels(std::int64_t group) const;
};

} // namespace invar
