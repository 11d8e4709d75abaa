// SPDX-License-Identifier: GPL-3.0-or-later
// For core only: includes LibTorch.
#pragma once

#include "core/model/family.h"

#include <ATen/core/Tensor.h>

namespace invar {

/// Sum of the next-token cross-entropies (nats) of `ids` [sequences, tokens] given the last layer's hidden states
/// [sequences, tokens, hidden]; within a sequence every token but the first is predicted. The head is applied to a few
/// sequences at a time, so that a [tokens, vocabulary] tensor of the whole set never exists; summed in float64 in a
/// fixed order.
[[nodiscard]] double summed_cross_entropy(const ModelFamily &family, const ModelWeights &weights,
                                          const at::Tensor &hidden, const at::Tensor &ids);

} // namespace invar
