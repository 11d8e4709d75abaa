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

struct Work {
    at::Tensor weights; ///< in order
    at::Tensor codes;   ///< float32, in order
    at::Tensor targets; ///< in order
    at::Tensor held;    ///< float32: codes that stand before a column is rounded; -1: none
    at::Tensor scales, zeros;
    at::Tensor upper;
    std::vector<std::int32_t> group_of; ///< [column in order]
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

/// Scales and zeros of a few columns of weights, [rows, columns], as groups on the grid; `held`: the columns' codes
/// that are to stand, undefined for none.
void take_scales(Work &work, std::int64_t first_group, const at::Tensor &columns, const Grid &grid, at::Tensor held) {
    const auto matrix = quantize_groups(columns.contiguous(), grid);
    if (held.defined())
        held.copy_(ends_of(columns, matrix, grid));
    work.scales.narrow(1, first_group, matrix.scales.size(1)).copy_(matrix.scales);
    work.zeros.narrow(1, first_group, matrix.zeros.size(1)).copy_(matrix.zeros);
}

/// Rounds columns [begin, end) of all rows and returns their errors, [rows, end - begin].
at::Tensor round_block(Work &work, std::int64_t begin, std::int64_t end, const Grid &grid) {
    const auto rows = work.weights.size(0);
    const auto columns = work.weights.size(1);
    const auto groups = work.scales.size(1);
    auto errors = at::empty({rows, end - begin});
    at::parallel_for(0, rows, 8, [&](auto first, auto last) {
        for (auto row = first; row < last; ++row)
            gptq_round_row({.weights = work.weights.data_ptr<float>() + row * columns,
                            .codes = work.codes.data_ptr<float>() + row * columns,
                            .targets = work.targets.data_ptr<float>() + row * columns,
                            .scales = work.scales.const_data_ptr<float>() + row * groups,
                            .zeros = work.zeros.const_data_ptr<float>() + row * groups,
                            .held = work.held.const_data_ptr<float>() + row * columns,
                            .errors = errors.data_ptr<float>() + row * (end - begin),
                            .upper = work.upper.const_data_ptr<float>(),
                            .group_of = work.group_of.data(),
                            .columns = columns},
                           begin, end, grid_constants(grid));
    });
    return errors;
}

} // namespace

GptqResult solve_gptq(const at::Tensor &weight, const at::Tensor &hessian, const Grid &grid,
                      const GptqSettings &settings) {
    const auto columns = weight.size(1);
    const auto group = grid.group_of(columns);
    auto live = hessian.clone();
    auto alive = weight.clone();
    const auto dead = live.diagonal() == 0;
    live.diagonal().masked_fill_(dead, 1);
    alive.masked_fill_(dead.unsqueeze(0), 0);

    const auto order = order_of(live, settings.act_order);
    auto [upper, damping] = inverse_factor(live.index_select(0, order).index_select(1, order), settings.damping);
    Work work{.weights = alive.index_select(1, order),
              .codes = at::empty_like(alive),
              .targets = at::empty_like(alive),
              .held = at::full_like(alive, -1),
              .scales = at::empty({weight.size(0), columns / group}),
              .zeros = at::empty({weight.size(0), columns / group}),
              .upper = std::move(upper),
              .group_of = std::vector<std::int32_t>(static_cast<std::size_t>(columns))};
    for (std::int64_t column = 0; column < columns; ++column)
        work.group_of[static_cast<std::size_t>(column)] =
            static_cast<std::int32_t>(order[column].item<std::int64_t>() / group);
    const bool keep_ends = settings.keep_ends && !(grid.symmetric && grid.bits == 1); // signs have no ends
    if (settings.act_order) {
        auto held = keep_ends ? at::empty_like(alive) : at::Tensor();
        take_scales(work, 0, alive, grid, held);
        if (keep_ends)
            work.held = held.index_select(1, order);
    }

    const auto block = std::max<std::int64_t>(1, settings.block);
    for (std::int64_t begin = 0; begin < columns; begin += block) {
        const auto end = std::min(begin + block, columns);
        // Groups that begin in this block, their weights as the blocks before left them.
        if (const auto first = (begin + group - 1) / group * group; !settings.act_order && first < end)
            for (auto start = first; start < end; start += group)
                take_scales(work, start / group, work.weights.narrow(1, start, group), grid.whole_rows(),
                            keep_ends ? work.held.narrow(1, start, group) : at::Tensor());
        const auto errors = round_block(work, begin, end, grid);
        if (end < columns)
            work.weights.narrow(1, end, columns - end)
                .sub_(at::mm(errors, work.upper.narrow(0, begin, end - begin).narrow(1, end, columns - end)));
    }
    const auto back = order.argsort();
    return {
        .matrix = {.codes = work.codes.index_select(1, back).to(at::kByte), .scales = work.scales, .zeros = work.zeros},
        .targets = work.targets.index_select(1, back),
        .damping = damping};
}

} // namespace invar
