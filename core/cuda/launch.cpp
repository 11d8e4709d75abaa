// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cuda/launch.h"

#include "core/cuda/lane_sets.h"

#include <algorithm>

namespace invar::cuda {
namespace {

constexpr std::int64_t pieces(std::int64_t all, std::int64_t piece) { return (all + piece - 1) / piece; }

Launch strided(std::int64_t items, int items_per_block) {
    return {.blocks = std::clamp<std::int64_t>(pieces(items, items_per_block), 1, max_blocks), .items = items};
}

bool fits_in_registers(std::int64_t group) { return group <= std::int64_t{kept_weights} * group_lanes; }

} // namespace

Launch launch_for_groups(std::int64_t groups, std::int64_t group) {
    auto launch = strided(groups, block_threads / group_lanes);
    launch.kept = fits_in_registers(group);
    return launch;
}

Launch launch_for_columns(std::int64_t rows, std::int64_t columns, std::int64_t group, std::int64_t chosen) {
    constexpr std::int64_t wanted_blocks = 512; // a few for each multiprocessor of a large device
    constexpr std::int64_t most_rows = 4;       // a bundle reads the neuron map once
    constexpr std::int64_t sector = 8;          // floats that a scattered read brings in
    const auto row_bytes = columns * static_cast<std::int64_t>(sizeof(float));
    // Scattered reads of fewer than one weight in a sector fetch less than the whole row.
    const bool kept = fits_in_registers(group); // larger groups read twice, which their cache serves
    const bool staged = kept && row_bytes <= max_shared_bytes && chosen * group * sector >= columns;
    auto bundle = std::clamp<std::int64_t>(rows / wanted_blocks, 1, most_rows);
    if (staged)
        bundle = std::min(bundle, max_shared_bytes / row_bytes);
    auto launch = strided(pieces(rows, bundle), 1);
    launch.rows_per_block = static_cast<int>(bundle);
    launch.staged = staged;
    launch.shared_bytes = staged ? static_cast<int>(bundle * row_bytes) : 0;
    launch.kept = kept;
    return launch;
}

Launch launch_for_token_rows(std::int64_t rows) { return strided(rows, block_threads / row_lanes); }

Launch launch_for_total() { return {.blocks = 1, .threads = total_lanes, .items = 1}; }

Launch launch_for_elements(std::int64_t count) { return strided(count, block_threads); }

} // namespace invar::cuda
