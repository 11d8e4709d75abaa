// SPDX-License-Identifier: GPL-3.0-or-later
// An FFN with a state that permutes, rotates and rescales it, and what LibTorch makes of it on the CPU.
#pragma once

#include "core/cuda/stored.h"
#include "core/invariance/ffn_weights.h"
#include "core/quant/group_quantizer.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <random>
#include <vector>

namespace invar::test {

template <typename T> struct StoredType;
template <> struct StoredType<float> { static constexpr auto value = at::kFloat; };
template <> struct StoredType<cuda::Float16> { static constexpr auto value = at::kHalf; };
template <> struct StoredType<Bfloat16> { static constexpr auto value = at::kBFloat16; };

template <typename T> T *data_of(const at::Tensor &tensor) { return static_cast<T *>(tensor.mutable_data_ptr()); }

/// By LibTorch's operations, but for the sign form, whose mean has its own order of summation: that by the CPU's loops.
inline at::Tensor rounded_by_libtorch(const at::Tensor &weight, const Grid &grid) {
    return grid.is_signs() ? round_to_grid(weight, grid) : round_to_grid_by_tensors(weight, grid);
}

struct NeuronCase {
    std::int64_t neurons, width;
    NeuronState state;
    NeuronMap map;
    at::Tensor first, bias, last;                         ///< float32, as a checkpoint has them
    at::Tensor applied_first, applied_bias, applied_last; ///< under the state, by LibTorch's operations

    NeuronCase(std::int64_t neuron_count, std::int64_t model_width, unsigned seed)
        : neurons(neuron_count), width(model_width), state(NeuronState::identity(neuron_count)) {
        std::mt19937 random(seed);
        std::ranges::shuffle(state.order, random);
        std::normal_distribution<float> normal;
        for (auto &angle : state.rotation)
            angle = random() % 3 == 0 ? 0.0F : normal(random);
        for (auto &scale : state.scale)
            scale = random() % 3 == 0 ? 1.0F : 1.0F + 0.2F * std::abs(normal(random));
        at::manual_seed(seed);
        first = at::randn({neurons, width});
        bias = at::randn({neurons});
        last = at::randn({width, neurons}) * 0.1;
        map = NeuronMap::of(state);
        applied_first = transform_rows_by_tensors(first, map);
        applied_bias = transform_rows_by_tensors(bias, map);
        applied_last = transform_columns_by_tensors(last, map);
    }
};

} // namespace invar::test
