// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/search/norm_slopes.h"

#include "core/quant/channel_scales.h"
#include "core/search/backward.h"
#include "core/search/norm_scales.h"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>

#include <algorithm>

namespace invar {
namespace {

/// Every layer's norms under the factors of its state.
std::vector<std::vector<Norm>> scaled_norms(const ModelFamily &family, const ModelWeights &weights,
                                            const ResidualOrder &order, const std::vector<LayerState> &states) {
    std::vector<std::vector<Norm>> norms;
    for (std::size_t layer = 0; layer < states.size(); ++layer)
        norms.push_back(with_norm_gains(weights.layers[layer], states[layer].norms, family, order).norms);
    return norms;
}

/// The same weights with these norms, but the logarithm of one more factor each a leaf of a new graph: [layers * norms]
/// in `leaves`.
ModelWeights with_leaves(const ModelFamily &family, const ModelWeights &weights,
                         const std::vector<std::vector<Norm>> &scaled, std::vector<at::Tensor> &leaves) {
    const c10::AutoGradMode gradients(true);
    const auto folds = family.norm_folds();
    auto result = weights;
    for (std::size_t layer = 0; layer < scaled.size(); ++layer) {
        auto &[projections, norms, window, sizes, stack] = result.layers[layer];
        norms = scaled[layer];
        for (const auto &fold : folds) {
            leaves.push_back(at::zeros_like(norms[fold.norm].weight).requires_grad_());
            norms[fold.norm] = divided(norms[fold.norm], leaves.back().exp(), fold.gain_offset);
        }
        for (auto &norm : norms)
            norm = in_type(norm, projections.front().weight.scalar_type());
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
                           const std::vector<LayerState> &states, const SlopeMeasure &measure) {
    constexpr std::int64_t pieces = 32; // of all: what they disagree about is told from them
    constexpr std::int64_t tokens_at_once = 512;
    const auto all_tokens = measure.units.all_tokens();
    std::vector<Slice> slices;
    for (std::int64_t i = 0; auto &slice : slices_of(measure.units, std::min(all_tokens / pieces, tokens_at_once)))
        if (i++ % measure.part.count == measure.part.index)
            slices.push_back(std::move(slice));
    const auto part = static_cast<double>(tokens_of(slices));
    const auto all = static_cast<double>(all_tokens);

    const auto scaled = scaled_norms(family, weights, order, states);
    const auto make = [&](const Slice &slice) {
        std::vector<at::Tensor> leaves;
        const auto model = with_leaves(family, weights, scaled, leaves);
        return gradients_of(leaves, model, family, order, slice, measure.objective);
    };
    std::vector<at::Tensor> sums;
    std::vector<at::Tensor> squares;
    add_gradients(measure.units, slices, make, [&](const Slice &slice, const std::vector<at::Tensor> &slopes) {
        const auto tokens = static_cast<double>(slice.ids.numel());
        for (std::size_t leaf = 0; leaf < slopes.size(); ++leaf) {
            if (sums.size() < slopes.size()) {
                sums.push_back(at::zeros_like(slopes[leaf]));
                squares.push_back(at::zeros_like(slopes[leaf]));
            }
            sums[leaf].add_(slopes[leaf], all / part);
            squares[leaf].add_((slopes[leaf] * (all / tokens)).square(), tokens / part);
        }
    });
    const auto norms = family.norm_folds().size();
    return {.mean = by_layer(sums, norms, order), .mean_square = by_layer(squares, norms, order)};
}

} // namespace invar
