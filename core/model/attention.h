// SPDX-License-Identifier: GPL-3.0-or-later
// For core only: includes LibTorch.
#pragma once

#include <ATen/core/Tensor.h>

namespace invar {

/// Causal self-attention with `heads` heads of equal size, products scaled by 1 / sqrt(size). query, key, value
/// [sequences, tokens, heads * size], each token's row contiguous (a slice of a stacked projection will do) -> the same
/// shape, contiguous.
[[nodiscard]] at::Tensor causal_attention(const at::Tensor &query, const at::Tensor &key, const at::Tensor &value,
                                          std::int64_t heads);

/// The same by LibTorch's scaled_dot_product_attention: for devices and shapes that the CPU's loops do not take.
[[nodiscard]] at::Tensor causal_attention_by_tensors(const at::Tensor &query, const at::Tensor &key,
                                                     const at::Tensor &value, std::int64_t heads);

} // namespace invar
