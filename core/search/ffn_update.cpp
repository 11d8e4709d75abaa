// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/search/ffn_update.h"

#include "core/cuda/device_ops.h"
#include "core/kernels/neuron_loops.h"
#include "core/quant/group_quantizer.h"
#include "core/search/effective_weights.h"
#include "core/search/gptq_ffn.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>

#include <cstring>

namespace invar {
namespace {

constexpr std::int64_t least_elements_for_a_thread = 1 << 14;

bool loops_can_read(const QuantizedFfn &accepted) {
    const auto readable = [](const at::Tensor &tensor, bool reduced) {
        return tensor.is_cpu() && tensor.is_contiguous() &&
               (tensor.scalar_type() == at::kFloat || (reduced && tensor.scalar_type() == at::kBFloat16));
    };
    const auto both = [&](const Linear &base, const Linear &quantized) {
        return readable(base.weight, false) && readable(quantized.weight, true);
    };
    for (std::size_t i = 0; i < accepted.base.inputs.size(); ++i)
        if (!both(accepted.base.inputs[i], accepted.quantized.inputs[i]))
            return false;
    return both(accepted.base.output, accepted.quantized.output);
}

template <typename T> T *data(const at::Tensor &tensor) { return static_cast<T *>(tensor.data_ptr()); }

template <typename T>
at::Tensor update_rows(const at::Tensor &base, const at::Tensor &quantized, const NeuronChange &change,
                       const NeuronMap &map, const Grid &grid) {
    auto result = quantized.clone();
    const auto columns = base.size(1);
    const auto bytes = static_cast<std::size_t>(columns) * sizeof(T);
    for (const auto &move : change.moved)
        std::memcpy(data<T>(result) + move.to * columns, data<T>(quantized) + move.from * columns, bytes);
    const auto count = static_cast<std::int64_t>(change.reshaped.size());
    at::parallel_for(0, count, 1 + least_elements_for_a_thread / columns, [&](auto begin, auto end) {
        std::vector<float> scratch(static_cast<std::size_t>(columns));
        for (auto i = begin; i < end; ++i) {
            const auto neuron = change.reshaped[static_cast<std::size_t>(i)];
            transform_and_round_row(base.const_data_ptr<float>(), columns, map.view(), neuron, grid.group_of(columns),
                                    grid_constants(grid), scratch.data(), data<T>(result) + neuron * columns);
        }
    });
    return result;
}

template <typename T>
at::Tensor update_columns(const at::Tensor &base, const at::Tensor &quantized, const NeuronChange &change,
                          const NeuronMap &map, const Grid &grid) {
    const auto neurons = base.size(1);
    const auto group = grid.group_of(neurons);
    const auto groups = change.touched_groups(neurons, group);
    const bool all = static_cast<std::int64_t>(groups.size()) * group == neurons;
    auto result = all ? at::empty_like(quantized) : quantized.clone();
    at::parallel_for(0, base.size(0), 1 + least_elements_for_a_thread / neurons, [&](auto begin, auto end) {
        std::vector<float> scratch(static_cast<std::size_t>(group));
        for (auto row = begin; row < end; ++row)
            for (const auto index : groups)
                transform_and_round_columns(base.const_data_ptr<float>() + row * neurons, map.view(), index * group,
                                            group, grid_constants(grid), scratch.data(),
                                            data<T>(result) + row * neurons + index * group);
    });
    return result;
}

template <typename T>
FfnWeights update_by_loops(const QuantizedFfn &accepted, const NeuronMap &map, const LayerGrids &grids,
                           const FfnLayout &layout) {
    const auto change = change_between(accepted.map, map);
    const auto order = map.order_alone();
    const auto order_change = change_between(accepted.map.order_alone(), order);
    FfnWeights result = accepted.quantized;
    for (std::size_t i = 0; i < result.inputs.size(); ++i) {
        const bool scaled = layout.inputs[i] == layout.scaled_input;
        const auto &base = accepted.base.inputs[i];
        result.inputs[i].weight =
            update_rows<T>(base.weight, accepted.quantized.inputs[i].weight, scaled ? change : order_change,
                           scaled ? map : order, grids[layout.inputs[i]]);
        if (base.bias.defined())
            result.inputs[i].bias =
                transform_rows(base.bias, scaled ? map : order).to(accepted.quantized.inputs[i].bias.scalar_type());
    }
    result.output.weight = update_columns<T>(accepted.base.output.weight, accepted.quantized.output.weight, change, map,
                                             grids[layout.output]);
    return result;
}

FfnWeights update_by_kernels(const QuantizedFfn &accepted, const NeuronMap &map, const LayerGrids &grids,
                             const FfnLayout &layout) {
    const auto device = accepted.base.output.weight.device();
    const auto change = change_between(accepted.map, map);
    cuda::DeviceNeurons all_moves(map.neurons(), device);
    cuda::DeviceNeurons order(map.neurons(), device);
    all_moves.assign(map.view());
    order.assign(map.order_alone().view());
    // A neuron that only moved is rounded again: the same bits, and cheaper here than a second kernel.
    std::vector<std::int32_t> rows = change.reshaped;
    for (const auto &move : change.moved)
        rows.push_back(move.to);
    cuda::DeviceIndices touched_rows(map.neurons(), device);
    cuda::DeviceIndices touched_groups(map.neurons(), device);
    touched_rows.assign(rows);
    touched_groups.assign(change.touched_groups(map.neurons(), grids[layout.output].group_of(map.neurons())));
    FfnWeights result = accepted.quantized;
    for (std::size_t i = 0; i < result.inputs.size(); ++i) {
        const auto &neurons = layout.inputs[i] == layout.scaled_input ? all_moves : order;
        auto &input = result.inputs[i];
        input.weight = input.weight.clone();
        cuda::round_rows(accepted.base.inputs[i].weight, neurons, grids[layout.inputs[i]],
                         {.out = input.weight, .touched = &touched_rows});
        if (input.bias.defined()) {
            input.bias = at::empty_like(input.bias);
            cuda::transform_bias(accepted.base.inputs[i].bias, neurons, input.bias);
        }
    }
    result.output.weight = result.output.weight.clone();
    cuda::round_columns(accepted.base.output.weight, all_moves, grids[layout.output],
                        {.out = result.output.weight, .touched = &touched_groups});
    return result;
}

} // namespace

FfnWeights round_ffn(const FfnWeights &base, const NeuronMap &map, const FfnRounding &rounding) {
    return rounding.factors ? round_by_gptq(*rounding.factors, base, map, rounding.grids, rounding.layout)
                            : requantize(rounding.grids, rounding.layout, apply(map, base, rounding.layout));
}

FfnWeights update(const QuantizedFfn &accepted, const NeuronMap &map, const FfnRounding &rounding) {
    const auto &[grids, layout, factors] = rounding;
    if (factors)
        return round_by_gptq(*factors, accepted.base, accepted.quantized, accepted.map, map, grids, layout);
    const auto type = accepted.quantized.output.weight.scalar_type();
    if (accepted.base.output.weight.is_cuda() && cuda_kernels_built())
        return update_by_kernels(accepted, map, grids, layout);
    if (!loops_can_read(accepted))
        return round_ffn(accepted.base, map, rounding).to(type);
    return type == at::kFloat ? update_by_loops<float>(accepted, map, grids, layout)
                              : update_by_loops<Bfloat16>(accepted, map, grids, layout);
}

} // namespace invar
