// SPDX-License-Identifier: GPL-3.0-or-later
// For core only: includes LibTorch.
#pragma once

#include "core/search/loss_gradient.h"

#include <ATen/core/Tensor.h>

#include <vector>

namespace invar {

/// Slopes of the loss along the logarithms of norms' factors, summed over pieces of the calibration set, and their
/// squares. The codes stay, so that what a column stands for is divided by its factor: the slope is minus the sum of
/// the column's weights times their gradient, over all that read the norm.
class NormSlopes {
public:
    /// Lives while `source` does.
    explicit NormSlopes(const GradientSource &source);

    /// Of one piece, from its gradient: [layer][norm], as the weights stand.
    using Piece = std::vector<std::vector<at::Tensor>>;
    [[nodiscard]] Piece of(const std::vector<FfnWeights> &ffns, const std::vector<AttentionWeights> &attentions) const;

    void add(const Piece &piece);
    /// [layer]; empty where nothing was added.
    [[nodiscard]] std::vector<NormTrends> trends() const;

private:
    const GradientSource &source_;
    FfnLayout layout_;
    AttentionLayout attention_;
    std::vector<NormFold> folds_;
    Piece sums_, squares_;
    int pieces_ = 0;
};

} // namespace invar
