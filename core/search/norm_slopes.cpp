// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/search/norm_slopes.h"

#include "core/quant/channel_scales.h"
#include "core/search/backward.h"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>

#include <algorithm>

namespace invar {
namespace {

/// The same weights, but the logarithm of one more factor of each norm a leaf of a new graph: [layers * norms] in
/// `leaves`.
ModelWeights with_leaves(const ModelFamily &family, const ModelWeights &weights, std::vector<at::Tensor> &leaves) {
    const c10::AutoGradMode gradients(true);
    const auto folds = family.norm_folds();
    auto result = weights;
    for (auto &layer : result.layers) {
        for (const auto &fold : folds) {
            auto &norm = layer.norms[fold.norm];
            leaves.push_back(at::zeros_like(norm.weight).requires_grad_());
            norm = divided(norm, leaves.back().exp(), fold.gain_offset);
        }
        for (auto &norm : layer.norms)
            norm = in_type(norm, layer.projections.front().weight.scalar_type());
    }
    return result;
}

std::vector<float> values_of(const at::Tensor &tensor) {
    const auto values = tensor.to(at::kCPU, at::kFloat).contiguous();
    const auto *const first = values.const_data_ptr<float>();
    return {first, first + values.numel()};
}

/// [layer][norm] of a list of all.
std::vector<NormScales> by_layer(const std::vector<at::Tensor> &values, std::size_t norms, const ResidualOrder &order) {
    std::vector<NormScales> result(values.size() / norms);
    for (std::size_t i = 0; i < values.size(); ++i)
        result[i / norms].push_back(values_of(order.put_back(values[i])));
    return result;
}

} // namespace

NormSlopes slopes_of_norms(const ModelFamily &family, const ModelWeights &weights, const ResidualOrder &order,
                           const SlopeMeasure &measure) {
    constexpr std::int64_t pieces = 32; // of all: what they disagree about is told from them
    constexpr std::int64_t tokens_at_once = 512;
    const auto all_tokens = measure.units.all_tokens();
    std::vector<Slice> slices;
    for (std::int64_t i = 0; auto &slice : slices_of(measure.units, std::min(all_tokens / pieces, tokens_at_once)))
        if (i++ % measure.part.count == measure.part.index)
            slices.push_back(std::move(slice));
    const auto part = static_cast<double>(tokens_of(slices));
    const auto all = static_cast<double>(all_tokens);

    const auto make = [&](const Slice &slice) {
        std::vector<at::Tensor> leaves;
        const auto model = with_leaves(family, weights, leaves);
        return gradients_of(leaves, model, family, order, slice, measure.objective);
    };
    std::vector<at::Tensor> sums;
    std::vector<at::Tensor> squares;
    add_gradients(measure.units, slices, make, [&](const Slice &slice, const std::vector<at::Tensor> &slopes) {
        const auto tokens = static_cast<double>(slice.ids.numel());
        for (auto *totals : {&sums, &squares})
            if (totals->empty())
                for (const auto &slope : slopes)
                    totals->push_back(at::zeros_like(slope));
        for (std::size_t leaf = 0; leaf < slopes.size(); ++leaf) {
            sums[leaf].add_(slopes[leaf], all / part);
            squares[leaf].add_((slopes[leaf] * (all / tokens)).square(), tokens / part);
        }
    });
    const auto norms = family.norm_folds().size();
    return {.mean = by_layer(sums, norms, order), .mean_square = by_layer(squares, norms, order)};
}

} // namespace invar
