// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/kernels/bfloat16.h"

#include <cstdint>

namespace invar {

/// One head of causal attention over one sequence, on raw pointers; T is float or Bfloat16, arithmetic is float32.
/// Successive tokens lie `stride` elements apart in each.
template <typename T> struct AttentionHead {
    const T *query = nullptr; ///< [tokens, size]
    const T *key = nullptr;   ///< [tokens, size]
    const T *value = nullptr; ///< [tokens, size]
    T *out = nullptr;         ///< [tokens, size]
    std::int64_t query_stride = 0, key_stride = 0, value_stride = 0, out_stride = 0;
    std::int64_t tokens = 0;
    std::int64_t size = 0; ///< of the head; a multiple of 16
    float scale = 1;       ///< of the products, 1 / sqrt(size) as a rule
};

/// Floats that attend() needs as scratch.
[[nodiscard]] std::int64_t attention_scratch(std::int64_t tokens, std::int64_t size);

/// out[i] = sum over j <= i of softmax_j(scale * query[i] . key[j]) value[j].
template <typename T> void attend(const AttentionHead<T> &head, float *scratch);

/// Whether attend() is fast here: it wants 512-bit registers.
[[nodiscard]] bool attends_fast();

} // namespace invar
