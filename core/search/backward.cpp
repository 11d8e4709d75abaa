// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/search/backward.h"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>
#include <torch/csrc/autograd/autograd.h>

#include <algorithm>
#include <numeric>

namespace invar {
namespace {

/// What one nat of cross-entropy more or less at every predicted token means for the last hidden states; a piece of
/// the tokens at a time, because logits are large.
at::Tensor head_gradient(const ModelFamily &family, const ModelWeights &weights, const at::Tensor &hidden,
                         const at::Tensor &ids, double nat_weight) {
    constexpr std::int64_t logits_at_once = std::int64_t{1} << 22;
    const auto predicted = ids.size(1) - 1;
    const auto piece = std::clamp<std::int64_t>(logits_at_once / (weights.head.size(0) * ids.size(0)), 1, predicted);
    auto gradient = at::zeros_like(hidden);
    for (std::int64_t first = 0; first < predicted; first += piece) {
        const auto count = std::min(piece, predicted - first);
        const auto some = hidden.narrow(1, first, count).detach().requires_grad_();
        const auto logits = at::linear(family.head_input(weights, some), weights.head);
        const auto loss = at::cross_entropy_loss(logits.reshape({-1, logits.size(-1)}).to(at::kFloat),
                                                 ids.narrow(1, first + 1, count).reshape({-1}), {}, at::Reduction::Sum);
        gradient.narrow(1, first, count).copy_(torch::autograd::grad({loss * nat_weight}, {some}).front());
    }
    return gradient;
}

} // namespace

std::vector<Slice> slices_of(const WorkUnits &units, std::int64_t tokens_at_once) {
    std::vector<Slice> slices;
    for (std::size_t unit = 0; unit < units.count(); ++unit) {
        const auto &ids = units.ids(unit);
        std::int64_t first = 0;
        for (const auto &some : ids.split(std::max<std::int64_t>(1, tokens_at_once / ids.size(1)))) {
            slices.push_back({some, unit, first});
            first += some.size(0);
        }
    }
    return slices;
}

std::int64_t tokens_of(const std::vector<Slice> &slices) {
    std::int64_t tokens = 0;
    for (const auto &slice : slices)
        tokens += slice.ids.numel();
    return tokens;
}

std::vector<at::Tensor> gradients_of(const std::vector<at::Tensor> &leaves, const ModelWeights &weights,
                                     const ModelFamily &family, const ResidualOrder &order, const Slice &slice,
                                     const Objective &objective) {
    const c10::AutoGradMode gradients(true);
    std::vector<at::Tensor> outputs;
    std::vector<at::Tensor> output_gradients;
    auto hidden = order.put(family.embed(weights, slice.ids));
    for (std::size_t layer = 0; layer < weights.layers.size(); ++layer) {
        hidden = family.run_layer(weights.layers[layer], hidden);
        if (!objective.watches(layer))
            continue;
        outputs.push_back(hidden);
        output_gradients.push_back(
            order.put(objective.squared_gradient(layer, slice.unit, slice.first, order.put_back(hidden.detach()))));
    }
    outputs.push_back(hidden);
    output_gradients.push_back(
        order.put(head_gradient(family, weights, order.put_back(hidden.detach()), slice.ids, objective.nat_weight())));
    return torch::autograd::grad(outputs, leaves, output_gradients);
}

void add_gradients(const WorkUnits &units, const std::vector<Slice> &slices,
                   const std::function<std::vector<at::Tensor>(const Slice &)> &make,
                   const std::function<void(const Slice &, const std::vector<at::Tensor> &)> &add) {
    for (std::size_t first = 0; first < slices.size(); first += units.at_once()) {
        std::vector<std::size_t> wave(std::min(units.at_once(), slices.size() - first));
        std::iota(wave.begin(), wave.end(), first);
        std::vector<std::vector<at::Tensor>> made(wave.size());
        units.run(wave, [&](std::size_t slice) { made[slice - first] = make(slices[slice]); });
        for (const auto slice : wave)
            add(slices[slice], made[slice - first]);
    }
}

} // namespace invar
