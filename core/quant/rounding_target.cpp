// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/quant/rounding_target.h"

#include <ATen/ATen.h>

#include <limits>

namespace invar {
namespace {

constexpr double cell = 0.49; ///< half a code, less what float32 may lose on the way back

/// Puts the weight nearest to `end` among those of that code exactly there.
void pin(at::Tensor &positions, const at::Tensor &codes, double code, double end) {
    const auto distance = at::where(codes == code, (positions - end).abs(), std::numeric_limits<float>::infinity());
    const auto [least, index] = distance.min(2, true);
    const auto there = at::where(least.isfinite(), at::full_like(least, end), positions.gather(2, index));
    positions.scatter_(2, index, there);
}

} // namespace

at::Tensor rounding_target(const at::Tensor &targets, const QuantizedMatrix &matrix, const Grid &grid) {
    const auto rows = targets.size(0);
    const auto shape = std::vector<std::int64_t>{rows, matrix.scales.size(1), -1};
    const auto codes = matrix.codes.to(at::kFloat).view(shape);
    const auto scales = matrix.scales.unsqueeze(2);
    const auto zeros = matrix.zeros.unsqueeze(2);
    const auto top = static_cast<double>((1 << grid.bits) - 1);
    const auto lowest = grid.symmetric ? 1.0 : 0.0; // a symmetric grid's ends are those of its range
    auto positions = at::max(at::min(targets.view(shape) / scales + zeros, codes + cell), codes - cell);
    positions.clamp_(lowest, top);
    pin(positions, codes, lowest, lowest);
    pin(positions, codes, top, top);
    return ((positions - zeros) * scales).view(targets.sizes());
}

} // namespace invar
