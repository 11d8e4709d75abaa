// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/quant/gptq_solver.h"

#include "core/base/error.h"
#include "core/kernels/gptq_loops.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>

#include <algorithm>
#include <vector>

namespace invar {
namespace {

/// U with U^T U = H^-1, float32, and the damping that it took.
std::pair<at::Tensor, double> inverse_factor(const at::Tensor &hessian, double damping) {
    const auto mean = hessian.diagonal().mean().item<double>();
    auto share = damping;
    while (share <= 1) {
        auto damped = hessian.clone();
        damped.diagonal().add_(share * mean);
        const auto [factor, failed] = at::linalg_cholesky_ex(damped);
        if (failed.item<int>() == 0) {
            const auto [upper, failed_again] = at::linalg_cholesky_ex(at::cholesky_inverse(factor), true);
            if (failed_again.item<int>() == 0)
                return {upper.to(at::kFloat).contiguous(), share};
        }
        share = std::max(share * 10, 1e-4);
    }
    fail("GPTQ: the Hessian cannot be inverted; give it more calibration text");
}

/// The columns in the order in which they are rounded.
at::Tensor order_of(const at::Tensor &hessian, bool by_importance) {
    return by_importance ? hessian.diagonal().argsort(true, 0, true) : at::arange(hessian.size(0));
}

/// [rows, n] as panels of rows, [panels, n, gptq_panel_rows]; rows that are not there: `filler`.
at::Tensor to_panels(const at::Tensor &rows, double filler) {
    const auto panels = (rows.size(0) + gptq_panel_rows - 1) / gptq_panel_rows;
    return at::constant_pad_nd(rows, {0, 0, 0, panels * gptq_panel_rows - rows.size(0)}, filler)
        .view({panels, gptq_panel_rows, rows.size(1)})
        .transpose(1, 2)
        .contiguous();
}

at::Tensor from_panels(const at::Tensor &panels, std::int64_t rows) {
    return panels.transpose(1, 2).reshape({-1, panels.size(1)}).narrow(0, 0, rows).contiguous();
}

/// A matrix while it is rounded: all in panels, columns in order.
struct Work {
    at::Tensor weights, codes, targets;
    at::Tensor held;          ///< codes that stand before a column is rounded; -1: none
    at::Tensor scales, zeros; ///< [panels, groups, rows]
    at::Tensor upper;
    std::vector<std::int32_t> group_of{}; ///< [column in order]
    std::int64_t rows = 0;
};

/// The codes of each group's least and greatest weight, -1 for all others.
at::Tensor ends_of(const at::Tensor &weights, const QuantizedMatrix &matrix, const Grid &grid) {
    const auto groups = std::vector<std::int64_t>{weights.size(0), -1, grid.group_of(weights.size(1))};
    const auto grouped = weights.reshape(groups);
    const auto codes = matrix.codes.to(at::kFloat).view(groups);
    auto held = at::full_like(codes, -1);
    const auto hold = [&](const at::Tensor &index) { held.scatter_(2, index, codes.gather(2, index)); };
    if (grid.symmetric) {
        hold(grouped.abs().argmax(2, true));
    } else {
        hold(grouped.argmin(2, true));
        hold(grouped.argmax(2, true));
    }
    return held.view(weights.sizes());
}

/// Scales and zeros of a few columns of weights, [rows, columns], as groups on the grid.
QuantizedMatrix take_scales(Work &work, std::int64_t first_group, const at::Tensor &columns, const Grid &grid) {
    auto matrix = quantize_groups(columns.contiguous(), grid);
    work.scales.narrow(1, first_group, matrix.scales.size(1)).copy_(to_panels(matrix.scales, 1));
    work.zeros.narrow(1, first_group, matrix.zeros.size(1)).copy_(to_panels(matrix.zeros, 0));
    return matrix;
}

/// Rounds columns [begin, end) of all rows.
void round_block(Work &work, std::int64_t begin, std::int64_t end, const Grid &grid) {
    const auto columns = work.weights.size(1);
    const auto groups = work.scales.size(1);
    const auto constants = grid_constants(grid);
    at::parallel_for(0, work.weights.size(0), 1, [&](auto first, auto last) {
        std::vector<float> errors(static_cast<std::size_t>((end - begin) * gptq_panel_rows));
        for (auto panel = first; panel < last; ++panel) {
            const auto of_columns = panel * columns * gptq_panel_rows;
            const auto of_groups = panel * groups * gptq_panel_rows;
            gptq_round_panel({.weights = work.weights.data_ptr<float>() + of_columns,
                              .codes = work.codes.data_ptr<float>() + of_columns,
                              .targets = work.targets.data_ptr<float>() + of_columns,
                              .held = work.held.const_data_ptr<float>() + of_columns,
                              .scales = work.scales.const_data_ptr<float>() + of_groups,
                              .zeros = work.zeros.const_data_ptr<float>() + of_groups,
                              .errors = errors.data(),
                              .upper = work.upper.const_data_ptr<float>(),
                              .group_of = work.group_of.data(),
                              .columns = columns},
                             begin, end, constants);
        }
    });
}

std::vector<std::int32_t> groups_of(const at::Tensor &order, std::int64_t group) {
    std::vector<std::int32_t> groups;
    const auto *const first = order.const_data_ptr<std::int64_t>();
    for (const auto *column = first; column != first + order.size(0); ++column)
        groups.push_back(static_cast<std::int32_t>(*column / group));
    return groups;
}

} // namespace

GptqFactor gptq_factor(const at::Tensor &hessian, const GptqSettings &settings) {
    auto live = hessian.cpu().clone();
    const auto dead = live.diagonal() == 0;
    live.diagonal().masked_fill_(dead, 1);
    auto order = order_of(live, settings.act_order).contiguous();
    auto [upper, damping] = inverse_factor(live.index_select(0, order).index_select(1, order), settings.damping);
    return {
        .upper = std::move(upper), .order = std::move(order), .static_groups = settings.act_order, .damping = damping};
}

GptqResult solve_gptq(const at::Tensor &weight, const at::Tensor &hessian, const Grid &grid,
                      const GptqSettings &settings) {
    const auto dead = (hessian.diagonal() == 0).to(weight.device());
    return solve_gptq(weight.masked_fill(dead.unsqueeze(0), 0), gptq_factor(hessian, settings), grid, settings);
}

GptqResult solve_gptq(const at::Tensor &weight, const GptqFactor &factor, const Grid &grid,
                      const GptqSettings &settings) {
    const auto given = weight.cpu();
    const auto rows = given.size(0);
    const auto columns = given.size(1);
    const auto group = grid.group_of(columns);
    const auto ordered = to_panels(given.index_select(1, factor.order), 0);
    const auto of_groups = std::vector<std::int64_t>{ordered.size(0), columns / group, gptq_panel_rows};
    Work work{.weights = ordered,
              .codes = at::empty_like(ordered),
              .targets = at::empty_like(ordered),
              .held = at::full_like(ordered, -1),
              .scales = at::empty(of_groups),
              .zeros = at::empty(of_groups),
              .upper = factor.upper,
              .group_of = groups_of(factor.order, group),
              .rows = rows};
    const bool keep_ends = settings.keep_ends && !grid.is_signs();
    if (factor.static_groups) {
        const auto matrix = take_scales(work, 0, given, grid);
        if (keep_ends)
            work.held = to_panels(ends_of(given, matrix, grid).index_select(1, factor.order), -1);
    }

    constexpr std::int64_t fast_block = 128;
    const auto block = settings.block > 0     ? settings.block
                       : factor.static_groups ? fast_block
                                              : std::min(group, fast_block);
    for (std::int64_t begin = 0; begin < columns; begin += block) {
        const auto end = std::min(begin + block, columns);
        // Groups that begin in this block, their weights as the blocks before left them.
        for (auto start = (begin + group - 1) / group * group; !factor.static_groups && start < end; start += group) {
            const auto some = from_panels(work.weights.narrow(1, start, group), rows);
            const auto matrix = take_scales(work, start / group, some, grid.whole_rows());
            if (keep_ends)
                work.held.narrow(1, start, group).copy_(to_panels(ends_of(some, matrix, grid.whole_rows()), -1));
        }
        round_block(work, begin, end, grid);
    }
    const auto back = factor.order.argsort();
    const auto device = weight.device();
    const auto in_place = [&](const at::Tensor &panels) { return from_panels(panels, rows).index_select(1, back); };
    return {.matrix = {.codes = in_place(work.codes).to(device, at::kByte),
                       .scales = from_panels(work.scales, rows).to(device),
                       .zeros = from_panels(work.zeros, rows).to(device)},
            .targets = in_place(work.targets).to(device),
            .damping = factor.damping};
}

QuantizedMatrix quantize_by_gptq(const at::Tensor &weight, const GptqFactor &factor, const Grid &grid) {
    return solve_gptq(weight, factor, grid, {}).matrix;
}

at::Tensor round_by_gptq(const at::Tensor &weight, const GptqFactor &factor, const Grid &grid) {
    return dequantize(quantize_by_gptq(weight, factor, grid));
}

const GptqFactor *factor_of(const LayerFactors *factors, std::size_t projection, const ModelFamily &family) {
    if (!factors)
        return nullptr;
    const auto ffn = family.ffn();
    if (projection == ffn.output)
        return &factors->ffn_output;
    if (std::ranges::find(ffn.inputs, projection) != ffn.inputs.end())
        return &factors->ffn_input;
    return projection == family.attention().output ? &factors->attention_output : &factors->attention_input;
}

} // namespace invar
