// SPDX-License-Identifier: GPL-3.0-or-later
// For core only: includes LibTorch.
#pragma once

#include "core/model/family.h"
#include "core/model/linear.h"

#include <ATen/core/Tensor.h>

#include <span>
#include <vector>

namespace invar {

/// The output head with the cross-entropy fused in: logits exist for a few tokens and a piece of the vocabulary at a
/// time, never as a [tokens, vocabulary] tensor. On the CPU the pieces of the head are packed once.
class CrossEntropyHead {
public:
    /// `weight` [vocabulary, embedding] in the run's precision; `rows` as in pack().
    explicit CrossEntropyHead(const at::Tensor &weight, std::int64_t rows = 512);

    /// Next-token losses (nats). `states` [tokens, embedding]: what family.head_input() gives; `next` int64 [tokens]
    /// on the states' device; `losses` [tokens].
    void token_losses(const at::Tensor &states, const at::Tensor &next, std::span<double> losses) const;

    /// The same by LibTorch's operations, left on the states' device: float32 [tokens].
    [[nodiscard]] at::Tensor token_losses(const at::Tensor &states, const at::Tensor &next) const;

private:
    void losses_by_pieces(const at::Tensor &states, const at::Tensor &next, std::span<double> losses) const;

    std::vector<Linear> pieces_; ///< the weight's rows, cut
    std::int64_t vocabulary_;
    std::int64_t piece_;
};

/// Losses of every token but the first of each sequence, given the last layer's hidden states [sequences, tokens,
/// hidden] of `ids` int64 [sequences, tokens]: sequences * (tokens - 1) numbers.
[[nodiscard]] std::vector<double> next_token_losses(const ModelFamily &family, const ModelWeights &weights,
                                                    const CrossEntropyHead &head, const at::Tensor &hidden,
                                                    const at::Tensor &ids);

/// The same numbers as a float32 tensor on the hidden states' device; nothing is waited for.
[[nodiscard]] at::Tensor deferred_token_losses(const ModelFamily &family, const ModelWeights &weights,
                                               const CrossEntropyHead &head, const at::Tensor &hidden,
                                               const at::Tensor &ids);

/// The sum of next_token_losses(), in ascending order.
[[nodiscard]] double summed_cross_entropy(const ModelFamily &family, const ModelWeights &weights,
                                          const CrossEntropyHead &head, const at::Tensor &hidden,
                                          const at::Tensor &ids);

} // namespace invar
