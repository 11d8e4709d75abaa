// SPDX-License-Identifier: GPL-3.0-or-later
// For core only: includes LibTorch.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>

namespace invar {

/// Heads of one layer's attention, all of one size.
struct AttentionShape {
    std::int64_t heads = 1;           ///< of the query
    std::int64_t key_value_heads = 1; ///< each serves heads / key_value_heads query heads, one after another
    std::int64_t window = 0;          ///< tokens that a token sees, itself included; 0: all before it
    double scale = 0;                 ///< of the products; 0: 1 / sqrt(size of a head)
};

/// Causal self-attention, query [sequences, tokens, heads * size], key,
/// value [sequences, tokens, key_value_heads * size], each token's row contiguous (a slice of a stacked projection will
/// do) -> the query's shape, contiguous.
[[nodiscard]] at::Tensor causal_attention(const at::Tensor &query, const at::Tensor &key, const at::Tensor &value,
                                          const AttentionShape &shape);

/// The same by LibTorch's scaled_dot_product_attention: for devices and shapes that the CPU's loops do not take.
[[nodiscard]] at::Tensor causal_attention_by_tensors(const at::Tensor &query, const at::Tensor &key,
                                                     const at::Tensor &value, const AttentionShape &shape);

} // namespace invar
