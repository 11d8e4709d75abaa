// SPDX-License-Identifier: GPL-3.0-or-later
// For core only: includes LibTorch.
#pragma once

#include "core/model/family.h"

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

namespace invar {

/// An order of the residual stream's channels: new channel i is old channel `channels[i]`; empty: as they are. Norms
/// and sums do not care for it, so a model whose every matrix follows keeps its function (docs: README, "Beyond the
/// paper").
class ResidualOrder {
public:
    ResidualOrder() = default;
    /// Throws Error when `channels` is neither empty nor a permutation.
    ResidualOrder(std::vector<std::int64_t> channels, const at::Device &device);

    [[nodiscard]] const std::vector<std::int64_t> &channels() const { return channels_; }
    /// [..., hidden] into this order, and back.
    [[nodiscard]] at::Tensor put(const at::Tensor &hidden) const;
    [[nodiscard]] at::Tensor put_back(const at::Tensor &hidden) const;

    /// This order, with its channels reordered once more.
    [[nodiscard]] ResidualOrder then(const std::vector<std::int64_t> &move, const at::Device &device) const;
    /// The move that leads from this order to another.
    [[nodiscard]] std::vector<std::int64_t> move_to(const ResidualOrder &other, std::int64_t hidden) const;

private:
    std::vector<std::int64_t> channels_;
    at::Tensor places_, inverse_; ///< undefined: as they are
};

/// One layer with the residual stream that it reads and writes in another order.
[[nodiscard]] DecoderLayer reorder_residual(const DecoderLayer &layer, const ModelFamily &family,
                                            const ResidualOrder &order);
/// A whole model: the layers, embeddings, final norm and head.
[[nodiscard]] ModelWeights reorder_residual(const ModelWeights &weights, const ModelFamily &family,
                                            const ResidualOrder &order);

} // namespace invar
