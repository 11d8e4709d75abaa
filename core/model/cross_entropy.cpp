// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/cross_entropy.h"

#include <ATen/ATen.h>

#include <algorithm>

namespace invar {

double summed_cross_entropy(const ModelFamily &family, const ModelWeights &weights, const at::Tensor &hidden,
                            const at::Tensor &ids) {
    constexpr std::int64_t chunk_elements = std::int64_t{1} << 23; // 32 MB of float32 logits
    const auto predicted = ids.size(1) - 1;
    const auto vocabulary = weights.head.size(0);
    const auto rows = std::clamp(chunk_elements / (predicted * vocabulary), std::int64_t{1}, ids.size(0));
    double sum = 0;
    for (std::int64_t row = 0; row < ids.size(0); row += rows) {
        const auto end = std::min(row + rows, ids.size(0));
        const auto states = hidden.slice(0, row, end).slice(1, 0, predicted);
        const auto logits = at::linear(family.head_input(weights, states), weights.head).to(at::kFloat);
        const auto targets = ids.slice(0, row, end).slice(1, 1).reshape({-1});
        const auto losses = at::cross_entropy_loss(logits.view({-1, vocabulary}), targets, {}, at::Reduction::None);
        sum += losses.sum(at::kDouble).item<double>();
    }
    return sum;
}

} // namespace invar
