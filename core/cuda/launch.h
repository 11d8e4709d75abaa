// SPDX-License-Identifier: GPL-3.0-or-later
// How many blocks and threads a kernel is started with, and which piece of the work each gets: plain functions, that
// the launches and the tests share.
#pragma once

#include "core/kernels/host_device.h"

#include <cstdint>

namespace invar::cuda {

inline constexpr int block_threads = 256;
inline constexpr int max_shared_bytes = 48 * 1024;          ///< what every device gives without asking
inline constexpr std::int64_t max_blocks = (1LL << 31) - 1; ///< of a grid's first dimension
/// Weights of a group that a lane keeps in registers; larger groups are read twice.
inline constexpr int kept_weights = 8;

struct Launch {
    std::int64_t blocks = 1;
    int threads = block_threads;
    int shared_bytes = 0;
    /// Work items (groups, token rows, bundles of rows); the blocks stride over them.
    std::int64_t items = 0;
    /// Round columns: matrix rows that a block takes at once.
    int rows_per_block = 1;
    /// Round columns: whether those rows are copied to shared memory first.
    bool staged = false;
    /// Whether the lanes keep their weights in registers between the search for the range and the rounding.
    bool kept = false;
};

/// The items of one lane set: `first`, `first + stride`, … below `end`.
struct Share {
    std::int64_t first = 0;
    std::int64_t stride = 1;
    std::int64_t end = 0;
};

/// Set `set` of the `sets` in block `block` of `blocks`.
INVAR_HOST_DEVICE Share share_of(std::int64_t items, std::int64_t block, std::int64_t blocks, int set, int sets) {
    return {block * sets + set, blocks * sets, items};
}

/// `groups` groups of `group` weights each, one lane set each: round_groups, round_rows.
[[nodiscard]] Launch launch_for_groups(std::int64_t groups, std::int64_t group);

/// `chosen` groups of `group` columns in each of `rows` rows of `columns` columns: round_columns. An item is a bundle
/// of rows_per_block rows.
[[nodiscard]] Launch launch_for_columns(std::int64_t rows, std::int64_t columns, std::int64_t group,
                                        std::int64_t chosen);

/// A warp for each of `rows` token rows: squared_difference.
[[nodiscard]] Launch launch_for_token_rows(std::int64_t rows);

/// One block that adds all rows' sums.
[[nodiscard]] Launch launch_for_total();

/// A thread for each of `count` elements: transform_bias.
[[nodiscard]] Launch launch_for_elements(std::int64_t count);

} // namespace invar::cuda
