// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/quant/clipping.h"

#include "core/quant/group_quantizer.h"

#include <ATen/ATen.h>

namespace invar {
namespace {

/// Clamps groups [rows, groups, group] to `share` of their range.
using Clamp = std::function<at::Tensor(double share)>;
/// What a rounding error of the same shape costs, [rows, groups, 1].
using Cost = std::function<at::Tensor(const at::Tensor &error)>;

at::Tensor least_costly(const at::Tensor &groups, const Grid &grid, const Clamp &clamp, const Cost &cost) {
    const auto flat = std::vector<std::int64_t>{-1, groups.size(2)};
    at::Tensor best;
    at::Tensor least;
    for (int trial = 0; trial < clip_trials; ++trial) {
        const auto clamped = clamp(1 - static_cast<double>(trial) / clip_steps);
        const auto rounded = round_to_grid(clamped.reshape(flat), grid.whole_rows()).view(groups.sizes());
        const auto costs = cost(rounded - groups);
        if (trial == 0) {
            best = clamped;
            least = costs;
            continue;
        }
        const auto better = costs < least;
        best = at::where(better, clamped, best);
        least = at::where(better, costs, least);
    }
    return best;
}

at::Tensor grouped(const at::Tensor &weight, const Grid &grid) {
    return weight.reshape({weight.size(0), -1, grid.group_of(weight.size(1))});
}

} // namespace

at::Tensor clip_by_error(const at::Tensor &weight, const Grid &grid) {
    const auto groups = grouped(weight, grid);
    const auto [low, high] = groups.aminmax(2, true);
    return least_costly(
               groups, grid,
               [&, low = low, high = high](double share) {
                   return at::max(at::min(groups, high * share), low * share);
               },
               [](const at::Tensor &error) { return error.square().sum(2, true); })
        .reshape(weight.sizes());
}

at::Tensor clip_by_output(const at::Tensor &weight, const at::Tensor &gram, const Grid &grid) {
    const auto groups = grouped(weight, grid);
    const auto size = groups.size(2);
    const auto count = groups.size(1);
    std::vector<at::Tensor> blocks;
    for (std::int64_t group = 0; group < count; ++group)
        blocks.push_back(gram.narrow(0, group * size, size).narrow(1, group * size, size));
    const auto grams = at::stack(blocks).to(at::kFloat);
    const auto reach = groups.abs().amax(2, true);
    return least_costly(
               groups, grid, [&](double share) { return at::max(at::min(groups, reach * share), -(reach * share)); },
               [&](const at::Tensor &error) {
                   const auto by_group = error.transpose(0, 1); // [groups, rows, size]
                   return (at::bmm(by_group, grams) * by_group).sum(2, true).transpose(0, 1);
               })
        .reshape(weight.sizes());
}

} // namespace invar
