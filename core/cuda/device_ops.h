// SPDX-License-Identifier: GPL-3.0-or-later
// For core only: includes LibTorch. Our kernels on tensors of one CUDA device, on the thread's current stream (see
// StreamScope); nothing is waited for. Throws Error when a tensor is not as said, or when cuda_kernels_built() is
// false. "stored" is float32, float16 or bfloat16; every tensor is contiguous.
#pragma once

#include "core/cuda/device_memory.h"
#include "core/quant/grid.h"

namespace invar {

/// Whether this program holds our CUDA kernels (INVAR_CUDA and nvcc when it was built). A GPU may still be missing.
[[nodiscard]] bool cuda_kernels_built();

namespace cuda {

/// Rounds a matrix [rows, cols] to its grid: round_to_grid() in one pass. `weights` stored, `out` the same type and
/// shape, or `weights` itself; arithmetic is float32.
void round_groups(const at::Tensor &weights, const Grid &grid, const at::Tensor &out);

/// What a first or last projection's update writes to, and how much of it.
struct NeuronTarget {
    at::Tensor out;                         ///< stored, of the base's shape
    const DeviceIndices *touched = nullptr; ///< only these rows (first) or groups of a row (last); null: all
    at::Tensor values = {}; ///< float32 of the base's shape: the weights before rounding; undefined: not wanted
};

/// First projection under a state of the invariances, rounded: `base` float32 [neurons, cols], full precision.
/// Untouched rows of the target stay as they are.
void round_rows(const at::Tensor &base, const DeviceNeurons &neurons, const Grid &grid, const NeuronTarget &target);

/// Last projection under a state of the invariances, rounded: `base` float32 [rows, neurons], full precision. Untouched
/// groups of the target stay as they are.
void round_columns(const at::Tensor &base, const DeviceNeurons &neurons, const Grid &grid, const NeuronTarget &target);

/// The first projection's bias under a state of the invariances (not rounded to a grid): `base` float32 [neurons],
/// `out` stored [neurons].
void transform_bias(const at::Tensor &base, const DeviceNeurons &neurons, const at::Tensor &out);

/// Clamped squared differences of hidden states a, b [rows..., cols], both of one stored type: per row to `row_sums`
/// (float64, at least as many as rows), all together to `total` (float64, one element: PinnedSums::slot()). One order
/// of summation, whatever the GPU.
void squared_difference(const at::Tensor &a, const at::Tensor &b, const at::Tensor &row_sums, const at::Tensor &total);

} // namespace cuda
} // namespace invar
