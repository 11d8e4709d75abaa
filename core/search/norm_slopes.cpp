// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/search/norm_slopes.h"

#include "core/quant/channel_scales.h"
#include "core/search/backward.h"
#include "core/search/norm_scales.h"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>

#include <algorithm>
#include <numeric>

namespace invar {
namespace {

/// The same weights, but the logarithm of each factor a leaf of a new graph, [layers * norms] in `leaves`.
ModelWeights with_leaves(const ModelFamily &family, const ModelWeights &weights, const ResidualOrder &order,
                         const std::vector<LayerState> &states, std::vector<at::Tensor> &leaves) {
    const c10::AutoGradMode gradients(true);
    const auto folds = family.norm_folds();
    auto result = weights;
    for (std::size_t layer = 0; layer < states.size(); ++layer) {
        auto &norms = result.layers[layer].norms;
        const auto factors = quotient(states[layer].norms, {}, order, weights.head.device());
        for (std::size_t i = 0; i < folds.size(); ++i) {
            auto &norm = norms[folds[i].norm];
            leaves.push_back(at::zeros_like(norm.weight).requires_grad_());
            const auto moved = leaves.back().exp();
            norm = divided(norm, factors.empty() ? moved : moved * factors[i], folds[i].gain_offset);
        }
    }
    for (auto &layer : result.layers)
        for (auto &norm : layer.norms)
            norm = in_type(norm, layer.projections.front().weight.scalar_type());
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
    const auto times = [&](std::int64_t tokens) {
        return static_cast<double>(all_tokens) / static_cast<double>(tokens);
    };

    std::vector<at::Tensor> sums;
    std::vector<at::Tensor> squares;
    for (std::size_t first = 0; first < slices.size(); first += measure.units.at_once()) {
        std::vector<std::size_t> wave(std::min(measure.units.at_once(), slices.size() - first));
        std::iota(wave.begin(), wave.end(), first);
        std::vector<std::vector<at::Tensor>> found(wave.size());
        measure.units.run(wave, [&](std::size_t slice) {
            std::vector<at::Tensor> leaves;
            const auto model = with_leaves(family, weights, order, states, leaves);
            found[slice - first] = gradients_of(leaves, model, family, order, slices[slice], measure.objective);
        });
        for (std::size_t i = 0; i < wave.size(); ++i) {
            const auto scale = times(slices[wave[i]].ids.numel());
            if (sums.empty())
                for (const auto &slope : found[i]) {
                    sums.push_back(at::zeros_like(slope));
                    squares.push_back(at::zeros_like(slope));
                }
            for (std::size_t leaf = 0; leaf < sums.size(); ++leaf) {
                sums[leaf].add_(found[i][leaf]);
                squares[leaf].add_((found[i][leaf] * scale).square());
            }
        }
    }
    for (std::size_t leaf = 0; leaf < sums.size(); ++leaf) {
        sums[leaf].mul_(times(tokens_of(slices)));
        squares[leaf].div_(static_cast<double>(slices.size()));
    }
    const auto norms = family.norm_folds().size();
    return {.mean = by_layer(sums, norms, order), .mean_square = by_layer(squares, norms, order)};
}

} // namespace invar
