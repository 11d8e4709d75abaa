// SPDX-License-Identifier: GPL-3.0-or-later
// For core only: includes LibTorch. Tensors of moved neurons put where the full-precision neurons are.
#pragma once

#include "core/invariance/attention_weights.h"
#include "core/invariance/ffn_weights.h"

#include <ATen/core/Tensor.h>

#include <vector>

namespace invar {

/// Where the full-precision neurons are that a tensor under a map holds: indices.
[[nodiscard]] at::Tensor places_of(const NeuronMap &map, const at::Device &device);

/// Each neuron of a tensor times its factor. `neurons`: which dimension holds them.
[[nodiscard]] at::Tensor with_factors(const at::Tensor &tensor, std::int64_t neurons, const std::vector<float> &factor);

/// With respect to weights under `map`, put where the full-precision neurons are.
[[nodiscard]] at::Tensor put_back(const at::Tensor &tensor, std::int64_t neurons, const NeuronMap &map,
                                  const std::vector<float> &factor);

/// 1 / each.
[[nodiscard]] std::vector<float> inverse(std::vector<float> factors);

/// What is put back: weights themselves, their gradient, or the diagonal of their curvature. To undo the scaling each
/// neuron takes its own power of what it was scaled by.
enum class PutBack { weights, gradient, curvature };

[[nodiscard]] FfnWeights put_back(PutBack what, const FfnWeights &ffn, const FfnLayout &layout, const NeuronMap &map);
[[nodiscard]] AttentionWeights put_back(PutBack what, const AttentionWeights &attention, const AttentionMaps &maps);

} // namespace invar
