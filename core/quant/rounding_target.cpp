// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/quant/rounding_target.h"

#include <ATen/ATen.h>

#include <limits>

namespace invar {
namespace {

constexpr double cell = 0.49; ///< half a code, less what float32 may lose on the way back

/// Moves the group's weight that is nearest to `end` exactly there; `codes`: only one of that code, so that none moves
/// out of its cell.
void pin(at::Tensor &positions, double end, const at::Tensor &codes = {}) {
    auto distance = (positions - end).abs();
    if (codes.defined())
        distance.masked_fill_(codes != end, std::numeric_limits<float>::infinity());
    const auto [least, index] = distance.min(2, true);
    positions.scatter_(2, index, at::where(least.isfinite(), at::full_like(least, end), positions.gather(2, index)));
}

/// Squared distance of `weights`, [rows, groups, size], once on the grid, from what was chosen: [rows, groups, 1].
at::Tensor distance_of(const at::Tensor &weights, const at::Tensor &chosen, const Grid &grid) {
    const auto rounded = round_to_grid(weights.reshape({-1, weights.size(2)}), grid.whole_rows()).view(weights.sizes());
    return (rounded - chosen).square_().sum(2, true);
}

} // namespace

at::Tensor rounding_target(const at::Tensor &targets, const QuantizedMatrix &matrix, const Grid &grid) {
    const auto chosen = dequantize(matrix);
    if (grid.is_signs())
        return chosen; // their signs and mean size are all that rounding looks at
    const auto shape = std::vector<std::int64_t>{targets.size(0), matrix.scales.size(1), -1};
    const auto codes = matrix.codes.to(at::kFloat).view(shape);
    const auto scales = matrix.scales.unsqueeze(2);
    const auto zeros = matrix.zeros.unsqueeze(2);
    const auto top = static_cast<double>((1 << grid.bits) - 1);
    const auto lowest = grid.symmetric ? 1.0 : 0.0; // a symmetric grid's ends are those of its range
    auto positions = at::max(at::min(targets.view(shape) / scales + zeros, codes + cell), codes - cell);
    positions.clamp_(lowest, top);
    pin(positions, lowest, codes);
    pin(positions, top, codes);
    auto stretched = positions.clone();
    pin(stretched, lowest);
    pin(stretched, top);
    const auto finer = ((positions - zeros) * scales).contiguous();
    const auto forced = ((stretched - zeros) * scales).contiguous();
    const auto groups = chosen.view(shape);
    const auto nearer = distance_of(forced, groups, grid) < distance_of(finer, groups, grid);
    return at::where(nearer, forced, finer).view(targets.sizes());
}

} // namespace invar
