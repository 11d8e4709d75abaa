// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cuda/kernels.h"
#include "core/cuda/share_of_thread.h"

namespace invar::cuda {
namespace {

template <int kept, typename T>
__global__ void __launch_bounds__(block_threads) round_groups_kernel(const GroupsTask<T> task) {
    round_share<kept>(WarpLanes<group_lanes>{}, task, share_of_set<group_lanes>(task.groups));
}

} // namespace

template <typename T> int round_groups(const GroupsTask<T> &task, Stream stream) {
    if (task.groups == 0)
        return cudaSuccess;
    const auto launch = launch_for_groups(task.groups, task.group);
    const auto blocks = static_cast<unsigned>(launch.blocks);
    if (launch.kept)
        round_groups_kernel<kept_weights><<<blocks, launch.threads, 0, stream>>>(task);
    else
        round_groups_kernel<0><<<blocks, launch.threads, 0, stream>>>(task);
    return cudaPeekAtLastError();
}

template int round_groups(const GroupsTask<float> &, Stream);
template int round_groups(const GroupsTask<Float16> &, Stream);
template int round_groups(const GroupsTask<Bfloat16> &, Stream);

} // namespace invar::cuda
