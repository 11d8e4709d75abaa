// SPDX-License-Identifier: GPL-3.0-or-later
// The kernels' own code with their own launch geometry, on the CPU: block by block, lane set by lane set.
#pragma once

#include "core/cuda/difference_work.h"
#include "core/cuda/group_work.h"
#include "core/cuda/neuron_work.h"

#include <functional>
#include <vector>

namespace invar::test {

using cuda::BiasTask;
using cuda::ColumnsTask;
using cuda::DifferenceTask;
using cuda::GroupsTask;
using cuda::Launch;
using cuda::RowsTask;

/// work(share) for each lane set of `lanes` threads of a launch.
template <typename Work> void for_each_set(const Launch &launch, int lanes, const Work &work) {
    const int sets = launch.threads / lanes;
    for (std::int64_t block = 0; block < launch.blocks; ++block)
        for (int set = 0; set < sets; ++set)
            work(cuda::share_of(launch.items, block, launch.blocks, set, sets));
}

/// Fewer blocks than asked for, as on a grid that is at its limit: the blocks then stride.
inline Launch limited(Launch launch, std::int64_t blocks) {
    launch.blocks = std::min(launch.blocks, blocks);
    return launch;
}

/// round_groups() and round_rows().
template <typename Task> void run_groups(const Task &task, const Launch &launch) {
    constexpr cuda::HostLanes<cuda::group_lanes> lanes;
    for_each_set(launch, cuda::group_lanes, [&](const cuda::Share &share) {
        if (launch.kept)
            cuda::round_share<cuda::kept_weights>(lanes, task, share);
        else
            cuda::round_share<0>(lanes, task, share);
    });
}
template <typename T> void run(const GroupsTask<T> &task) {
    run_groups(task, cuda::launch_for_groups(task.groups, task.group));
}
template <typename T> void run(const RowsTask<T> &task) {
    run_groups(task, cuda::launch_for_groups(task.count * task.groups_per_row(), task.group));
}

/// round_columns().
template <typename T> void run(const ColumnsTask<T> &task, const Launch &launch) {
    constexpr cuda::HostLanes<cuda::group_lanes> lanes;
    const int sets = launch.threads / cuda::group_lanes;
    std::vector<float> shared(static_cast<std::size_t>(launch.shared_bytes) / sizeof(float));
    for (std::int64_t block = 0; block < launch.blocks; ++block)
        for (std::int64_t item = block; item < launch.items; item += launch.blocks) {
            const auto bundle = cuda::bundle_of(item, launch.rows_per_block, task.rows);
            const float *weights = task.base + bundle.first * task.neurons;
            if (launch.staged) {
                for (int thread = 0; thread < launch.threads; ++thread)
                    cuda::stage(task, bundle, thread, launch.threads, shared.data());
                weights = shared.data();
            }
            for (int set = 0; set < sets; ++set)
                if (launch.staged)
                    cuda::round_bundle<cuda::kept_weights, true>(lanes, task, bundle, weights, set, sets);
                else if (launch.kept)
                    cuda::round_bundle<cuda::kept_weights, false>(lanes, task, bundle, weights, set, sets);
                else
                    cuda::round_bundle<0, false>(lanes, task, bundle, weights, set, sets);
        }
}
template <typename T> void run(const ColumnsTask<T> &task) {
    run(task, cuda::launch_for_columns(task.rows, task.neurons, task.group, task.count));
}

/// transform_bias().
template <typename T> void run(const BiasTask<T> &task) {
    for_each_set(cuda::launch_for_elements(task.neurons), 1,
                 [&](const cuda::Share &share) { cuda::transform_share(task, share); });
}

/// squared_difference(): the total.
template <typename T> double run(const DifferenceTask<T> &task, std::int64_t most_blocks = cuda::max_blocks) {
    for_each_set(limited(cuda::launch_for_token_rows(task.rows), most_blocks), cuda::row_lanes,
                 [&](const cuda::Share &share) { cuda::add_share(cuda::HostLanes<cuda::row_lanes>{}, task, share); });
    double total = -1;
    cuda::add_rows(cuda::HostLanes<cuda::total_lanes>{}, task.row_sums, task.rows, &total);
    return total;
}

} // namespace invar::test
