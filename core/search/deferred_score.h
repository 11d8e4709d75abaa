// SPDX-License-Identifier: GPL-3.0-or-later
// For core only: includes LibTorch.
#pragma once

#include "core/cuda/device_memory.h"
#include "core/search/objective.h"

#include <vector>

namespace invar {

/// One unit's score while it is made on a device: sums stay there until all of them come back with one synchronization.
class DeferredScore {
public:
    /// `watched`: layers that add_layer() will be called for, in any pass; `tokens` and `predicted` of the unit.
    DeferredScore(std::vector<std::size_t> watched, std::int64_t tokens, std::int64_t predicted,
                  const at::Device &device);

    /// Clamped squared differences per token of two tensors [..., columns], times `weights`: float64 [tokens], or
    /// undefined: 1.
    void add_layer(std::size_t layer, const at::Tensor &hidden, const at::Tensor &target, const at::Tensor &weights);
    /// [predicted], any floating type.
    void add_losses(const at::Tensor &losses);
    /// Waits, and writes what was added since the last call to `score`.
    void settle(UnitScore &score);

private:
    [[nodiscard]] std::int64_t first_slot(std::size_t layer) const;

    std::vector<std::size_t> watched_;
    std::int64_t tokens_, predicted_;
    cuda::PinnedSums sums_; ///< tokens of each watched layer, then losses, then one that is not read
    std::vector<std::size_t> added_;
};

} // namespace invar
