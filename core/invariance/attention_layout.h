// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/invariance/kinds.h"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace invar {

/// The heads of a family's attention and where they live among a layer's projections.
struct AttentionLayout {
    std::int64_t heads = 0;           ///< of the query; 0: the family declares none
    std::int64_t key_value_heads = 0; ///< each serves heads / key_value_heads query heads, one after another
    std::int64_t head_size = 0;       ///< channels of a head
    std::int64_t rotary_size = 0;     ///< the first channels of a head that positions turn, in pairs (j, j + size / 2)
    std::vector<std::size_t> head_norms{}; ///< indices into DecoderLayer::norms of those of queries and keys, if any
    std::size_t query = 0, key = 1, value = 2, output = 3; ///< indices into DecoderLayer::projections

    /// Of the key, or of the value.
    [[nodiscard]] std::int64_t channels() const { return key_value_heads * head_size; }
};

/// Adds what value, output, query and key of such an attention, and the residual stream, allow. Value and output are
/// linear in the value's channels: everything is exact. Positions turn a rotary pair as a complex number, so a rotation
/// of the pair and one factor for both commute with them, a permutation does not; channels that do not turn take any.
/// Where heads are normalized, nothing of query and key is kept.
void add_attention_moves(const AttentionLayout &layout, InvarianceExactness &exactness);

} // namespace invar
