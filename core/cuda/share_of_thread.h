// SPDX-License-Identifier: GPL-3.0-or-later
// For .cu files only.
#pragma once

#include "core/cuda/launch.h"

namespace invar::cuda {

/// The items of the lane set that this thread belongs to.
template <int lanes> __device__ Share share_of_set(std::int64_t items) {
    return share_of(items, blockIdx.x, gridDim.x, static_cast<int>(threadIdx.x / lanes),
                    static_cast<int>(blockDim.x / lanes));
}

} // namespace invar::cuda
