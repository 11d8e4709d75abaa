// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/quant/group_quantizer.h"

#include "core/base/error.h"

#include <ATen/ATen.h>

namespace invar {
namespace {

constexpr double least_range = 1e-5;

/// Codes, scales and zeros over [groups in all, group], all float32.
struct GroupedCodes {
    at::Tensor codes, scales, zeros;
};

GroupedCodes quantize_grouped(const at::Tensor &grouped, const Grid &grid) {
    const auto top = static_cast<double>((1 << grid.bits) - 1);
    if (!grid.symmetric) {
        const auto [low, high] = grouped.aminmax(1, true);
        const auto scales = (high - low).clamp_min(least_range).div_(top);
        const auto zeros = (low / scales).round_().neg_().clamp_(0, top);
        return {(grouped / scales).round_().add_(zeros).clamp_(0, top), scales, zeros};
    }
    if (grid.bits == 1) {
        const auto magnitude = grouped.abs().mean(1, true).clamp_min(least_range);
        return {grouped.ge(0).to(at::kFloat), magnitude * 2, at::full_like(magnitude, 0.5)};
    }
    const auto middle = static_cast<double>(1 << (grid.bits - 1));
    const auto scales = grouped.abs().amax(1, true).clamp_min(least_range).div_(middle - 1);
    return {(grouped / scales).round_().add_(middle).clamp_(0, top), scales, at::full_like(scales, middle)};
}

at::Tensor group(const at::Tensor &weight, const Grid &grid) {
    const auto columns = weight.size(1);
    if (grid.bits < 1 || grid.bits > 8)
        fail("{} bits: a grid has 1 to 8", grid.bits);
    if (!grid.divides(columns))
        fail("a group size of {} does not divide a row of {} weights", grid.group_size, columns);
    return weight.reshape({-1, grid.group_of(columns)});
}

} // namespace

QuantizedMatrix quantize_groups(const at::Tensor &weight, const Grid &grid) {
    const auto [codes, scales, zeros] = quantize_grouped(group(weight, grid), grid);
    const auto rows = weight.size(0);
    return {codes.to(at::kByte).view(weight.sizes()), scales.view({rows, -1}), zeros.view({rows, -1})};
}

at::Tensor dequantize(const QuantizedMatrix &matrix) {
    const auto rows = matrix.scales.size(0);
    const auto grouped = matrix.codes.to(at::kFloat).view({rows, matrix.scales.size(1), -1});
    return (grouped - matrix.zeros.unsqueeze(2)).mul_(matrix.scales.unsqueeze(2)).view(matrix.codes.sizes());
}

at::Tensor round_to_grid(const at::Tensor &weight, const Grid &grid) {
    auto [codes, scales, zeros] = quantize_grouped(group(weight, grid), grid);
    return codes.sub_(zeros).mul_(scales).view(weight.sizes());
}

} // namespace invar
