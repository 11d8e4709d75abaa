// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cuda/kernels.h"
#include "core/cuda/share_of_thread.h"

namespace invar::cuda {
namespace {

template <typename T> __global__ void __launch_bounds__(block_threads) row_sums_kernel(const DifferenceTask<T> task) {
    add_share(WarpLanes<row_lanes>{}, task, share_of_set<row_lanes>(task.rows));
}

__global__ void __launch_bounds__(total_lanes) total_kernel(const double *row_sums, std::int64_t rows, double *total) {
    add_rows(BlockLanes<total_lanes>{}, row_sums, rows, total);
}

} // namespace

template <typename T> int squared_difference(const DifferenceTask<T> &task, double *total, Stream stream) {
    const auto rows = launch_for_token_rows(task.rows);
    if (task.rows > 0)
        row_sums_kernel<<<static_cast<unsigned>(rows.blocks), rows.threads, 0, stream>>>(task);
    const auto all = launch_for_total();
    total_kernel<<<static_cast<unsigned>(all.blocks), all.threads, 0, stream>>>(task.row_sums, task.rows, total);
    return cudaPeekAtLastError();
}

template int squared_difference(const DifferenceTask<float> &, double *, Stream);
template int squared_difference(const DifferenceTask<Float16> &, double *, Stream);
template int squared_difference(const DifferenceTask<Bfloat16> &, double *, Stream);

} // namespace invar::cuda
