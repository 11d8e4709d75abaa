// SPDX-License-Identifier: GPL-3.0-or-later
// Starting the kernels: raw device pointers (inside the tasks) and a stream in, a cudaError_t out (0: started). Nothing
// is waited for. T is float, Float16 or Bfloat16; every pointer is on the stream's device, every matrix is contiguous.
#pragma once

#include "core/cuda/difference_work.h"
#include "core/cuda/group_work.h"
#include "core/cuda/neuron_work.h"

struct CUstream_st; // what cudaStream_t points to; saves the CUDA headers

namespace invar::cuda {

using Stream = CUstream_st *;

/// Each group to its grid.
template <typename T> [[nodiscard]] int round_groups(const GroupsTask<T> &task, Stream stream);

/// The first projection under a state of the invariances, rounded.
template <typename T> [[nodiscard]] int round_rows(const RowsTask<T> &task, Stream stream);

/// The last projection under a state of the invariances, rounded.
template <typename T> [[nodiscard]] int round_columns(const ColumnsTask<T> &task, Stream stream);

/// The first projection's bias under a state of the invariances.
template <typename T> [[nodiscard]] int transform_bias(const BiasTask<T> &task, Stream stream);

/// Clamped squared differences, per row and in all. task.row_sums and `total` are device memory.
template <typename T> [[nodiscard]] int squared_difference(const DifferenceTask<T> &task, double *total, Stream stream);

} // namespace invar::cuda
