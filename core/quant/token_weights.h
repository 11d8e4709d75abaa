// SPDX-License-Identifier: GPL-3.0-or-later
// For core only: includes LibTorch.
#pragma once

#include <ATen/core/Tensor.h>

namespace invar {

/// What a token's squared error counts, float32 [sequences, tokens, 1]: 1, but less where a token's state is far larger
/// than is usual in its sequence. `states`: [sequences, tokens, hidden], of the full-precision model.
///
/// Attention sinks are a thousand times as large (massive activations, arXiv 2402.17762). Norms read them, so that only
/// relative changes matter there; unweighted, their rounding in bfloat16 alone outweighs the errors of all other
/// tokens.
[[nodiscard]] at::Tensor token_weights(const at::Tensor &states);

} // namespace invar
