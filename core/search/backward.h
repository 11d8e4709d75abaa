// SPDX-License-Identifier: GPL-3.0-or-later
// For core only: includes LibTorch.
#pragma once

#include "core/invariance/residual_order.h"
#include "core/model/family.h"
#include "core/search/objective.h"

#include <ATen/core/Tensor.h>

#include <functional>
#include <vector>

namespace invar {

/// Some of a work unit's sequences.
struct Slice {
    at::Tensor ids;
    std::size_t unit;
    std::int64_t first; ///< sequence of the unit
};

/// The whole calibration set, in pieces of at most so many tokens, and of whole sequences. On a GPU it is one unit,
/// whose activations would not fit into memory at once.
[[nodiscard]] std::vector<Slice> slices_of(const WorkUnits &units, std::int64_t tokens_at_once);

[[nodiscard]] std::int64_t tokens_of(const std::vector<Slice> &slices);

/// The gradient of a slice's part of the loss with respect to `leaves`, which `weights` (not packed, the layers in
/// `order`) depend on: one pass forward and one back.
[[nodiscard]] std::vector<at::Tensor> gradients_of(const std::vector<at::Tensor> &leaves, const ModelWeights &weights,
                                                   const ModelFamily &family, const ResidualOrder &order,
                                                   const Slice &slice, const Objective &objective);

/// Makes the gradients of all slices, as many at a time as units run, and adds them up in their order.
void add_gradients(const WorkUnits &units, const std::vector<Slice> &slices,
                   const std::function<std::vector<at::Tensor>(const Slice &)> &make,
                   const std::function<void(const Slice &, const std::vector<at::Tensor> &)> &add);

} // namespace invar
