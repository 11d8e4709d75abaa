// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/quant/group_quantizer.h"

#include "core/base/error.h"

#include "core/cuda/device_ops.h"
#include "core/kernels/group_loops.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>

namespace invar {
namespace {

constexpr double least_range = 1e-5;
constexpr std::int64_t least_elements_for_a_thread = 1 << 14;

/// Codes, scales and zeros over [groups in all, group], all float32.
struct GroupedCodes {
    at::Tensor codes, scales, zeros;
};

GroupedCodes quantize_grouped(const at::Tensor &grouped, const Grid &grid) {
    const auto top = static_cast<double>((1 << grid.bits) - 1);
    if (!grid.symmetric) {
        const auto [low, high] = grouped.aminmax(1, true);
        const auto scales = scales_of(high - low, top, grid);
        const auto zeros = (low / scales).round_().neg_().clamp_(0, top);
        return {(grouped / scales).round_().add_(zeros).clamp_(0, top), scales, zeros};
    }
    if (grid.bits == 1) {
        const auto scales = scales_of(grouped.abs().mean(1, true), 0.5, grid);
        return {grouped.ge(0).to(at::kFloat), scales, at::full_like(scales, 0.5)};
    }
    const auto middle = static_cast<double>(1 << (grid.bits - 1));
    const auto scales = scales_of(grouped.abs().amax(1, true), middle - 1, grid);
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

bool loops_can_read(const at::Tensor &grouped) {
    return grouped.is_cpu() && grouped.scalar_type() == at::kFloat && grouped.is_contiguous();
}

/// Calls `work(first group, number of groups)` on every thread.
template <typename Work> void share_out(const at::Tensor &grouped, const Work &work) {
    at::parallel_for(0, grouped.size(0), 1 + least_elements_for_a_thread / grouped.size(1),
                     [&](auto begin, auto end) { work(begin, end - begin); });
}

} // namespace

at::Tensor scales_of(const at::Tensor &ranges, double steps, const Grid &grid) {
    const auto scales = ranges.clamp_min(least_range) / steps;
    return grid.scales == ScalePrecision::float16 ? scales.to(at::kHalf).to(at::kFloat) : scales;
}

GridConstants grid_constants(const Grid &grid) {
    const auto form = !grid.symmetric ? GridForm::asymmetric : grid.is_signs() ? GridForm::sign : GridForm::symmetric;
    return {form, static_cast<float>((1 << grid.bits) - 1), static_cast<float>(1 << (grid.bits - 1)),
            grid.scales == ScalePrecision::float16};
}

QuantizedMatrix quantize_groups(const at::Tensor &weight, const Grid &grid) {
    const auto grouped = group(weight, grid);
    const auto rows = weight.size(0);
    if (!loops_can_read(grouped)) {
        const auto [codes, scales, zeros] = quantize_grouped(grouped, grid);
        return {codes.to(at::kByte).view(weight.sizes()), scales.view({rows, -1}), zeros.view({rows, -1})};
    }
    const QuantizedMatrix matrix{at::empty_like(weight, at::kByte), at::empty({rows, grouped.size(0) / rows}),
                                 at::empty({rows, grouped.size(0) / rows})};
    const auto *in = grouped.const_data_ptr<float>();
    share_out(grouped, [&](std::int64_t first, std::int64_t groups) {
        const auto size = grouped.size(1);
        encode_groups(in + first * size, matrix.codes.data_ptr<std::uint8_t>() + first * size,
                      matrix.scales.data_ptr<float>() + first, matrix.zeros.data_ptr<float>() + first, groups, size,
                      grid_constants(grid));
    });
    return matrix;
}

at::Tensor dequantize(const QuantizedMatrix &matrix) {
    const auto rows = matrix.scales.size(0);
    const auto grouped = matrix.codes.to(at::kFloat).view({rows, matrix.scales.size(1), -1});
    return (grouped - matrix.zeros.unsqueeze(2)).mul_(matrix.scales.unsqueeze(2)).view(matrix.codes.sizes());
}

at::Tensor round_to_grid(const at::Tensor &weight, const Grid &grid) {
    const auto grouped = group(weight, grid);
    if (weight.is_cuda() && cuda_kernels_built()) {
        auto result = at::empty_like(weight, at::MemoryFormat::Contiguous);
        cuda::round_groups(weight.contiguous(), grid, result);
        return result;
    }
    if (!loops_can_read(grouped))
        return round_to_grid_by_tensors(weight, grid);
    auto result = at::empty_like(grouped);
    const auto *in = grouped.const_data_ptr<float>();
    auto *out = result.data_ptr<float>();
    share_out(grouped, [&](std::int64_t first, std::int64_t groups) {
        const auto size = grouped.size(1);
        round_groups(in + first * size, out + first * size, groups, size, grid_constants(grid));
    });
    return result.view(weight.sizes());
}

at::Tensor round_to_grid_by_tensors(const at::Tensor &weight, const Grid &grid) {
    auto [codes, scales, zeros] = quantize_grouped(group(weight, grid), grid);
    return codes.sub_(zeros).mul_(scales).view(weight.sizes());
}

} // namespace invar
