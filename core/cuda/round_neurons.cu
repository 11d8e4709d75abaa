// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cuda/kernels.h"
#include "core/cuda/share_of_thread.h"

namespace invar::cuda {
namespace {

template <int kept, typename T>
__global__ void __launch_bounds__(block_threads) round_rows_kernel(const RowsTask<T> task) {
    round_share<kept>(WarpLanes<group_lanes>{}, task, share_of_set<group_lanes>(task.count * task.groups_per_row()));
}

template <int kept, bool staged, typename T>
__global__ void __launch_bounds__(block_threads, staged ? 3 : 2)
    round_columns_kernel(const ColumnsTask<T> task, int rows_per_block, std::int64_t bundles) {
    extern __shared__ float shared[];
    constexpr int sets = block_threads / group_lanes;
    const int set = static_cast<int>(threadIdx.x) / group_lanes;
    for (std::int64_t item = blockIdx.x; item < bundles; item += gridDim.x) {
        const RowBundle bundle = bundle_of(item, rows_per_block, task.rows);
        const float *weights = task.base + bundle.first * task.neurons;
        if constexpr (staged) {
            stage(task, bundle, static_cast<int>(threadIdx.x), block_threads, shared);
            __syncthreads();
            weights = shared;
        }
        round_bundle<kept, staged>(WarpLanes<group_lanes>{}, task, bundle, weights, set, sets);
        if constexpr (staged)
            __syncthreads(); // before the next bundle takes its place
    }
}

template <typename T> __global__ void __launch_bounds__(block_threads) transform_bias_kernel(const BiasTask<T> task) {
    transform_share(task, share_of_set<1>(task.neurons));
}

} // namespace

template <typename T> int round_rows(const RowsTask<T> &task, Stream stream) {
    if (task.count == 0)
        return cudaSuccess;
    const auto launch = launch_for_groups(task.count * task.groups_per_row(), task.group);
    const auto blocks = static_cast<unsigned>(launch.blocks);
    if (launch.kept)
        round_rows_kernel<kept_weights><<<blocks, launch.threads, 0, stream>>>(task);
    else
        round_rows_kernel<0><<<blocks, launch.threads, 0, stream>>>(task);
    return cudaPeekAtLastError();
}

template <typename T> int round_columns(const ColumnsTask<T> &task, Stream stream) {
    if (task.count == 0 || task.rows == 0)
        return cudaSuccess;
    const auto launch = launch_for_columns(task.rows, task.neurons, task.group, task.count);
    const auto start = [&](auto kernel) {
        kernel<<<static_cast<unsigned>(launch.blocks), launch.threads, launch.shared_bytes, stream>>>(
            task, launch.rows_per_block, launch.items);
    };
    if (launch.staged)
        start(round_columns_kernel<kept_weights, true, T>);
    else if (launch.kept)
        start(round_columns_kernel<kept_weights, false, T>);
    else
        start(round_columns_kernel<0, false, T>);
    return cudaPeekAtLastError();
}

template <typename T> int transform_bias(const BiasTask<T> &task, Stream stream) {
    if (task.neurons == 0)
        return cudaSuccess;
    const auto launch = launch_for_elements(task.neurons);
    transform_bias_kernel<<<static_cast<unsigned>(launch.blocks), launch.threads, 0, stream>>>(task);
    return cudaPeekAtLastError();
}

template int round_rows(const RowsTask<float> &, Stream);
template int round_rows(const RowsTask<Float16> &, Stream);
template int round_rows(const RowsTask<Bfloat16> &, Stream);
template int round_columns(const ColumnsTask<float> &, Stream);
template int round_columns(const ColumnsTask<Float16> &, Stream);
template int round_columns(const ColumnsTask<Bfloat16> &, Stream);
template int transform_bias(const BiasTask<float> &, Stream);
template int transform_bias(const BiasTask<Float16> &, Stream);
template int transform_bias(const BiasTask<Bfloat16> &, Stream);

} // namespace invar::cuda
