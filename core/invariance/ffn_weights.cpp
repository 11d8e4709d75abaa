// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/invariance/ffn_weights.h"

#include "core/base/error.h"
#include "core/invariance/neuron_map.h"
#include "core/kernels/neuron_loops.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>

namespace invar {
namespace {

constexpr std::int64_t least_elements_for_a_thread = 1 << 14;

/// A copy of plain numbers as a tensor on `like`'s device.
template <typename T> at::Tensor tensor_of(const std::vector<T> &values, const at::Tensor &like) {
    constexpr auto type = std::is_same_v<T, float> ? at::kFloat : at::kInt;
    return at::from_blob(const_cast<T *>(values.data()), {static_cast<std::int64_t>(values.size())}, at::dtype(type))
        .clone()
        .to(like.device());
}

at::Tensor number_of(const std::vector<float> &values, const at::Tensor &like) {
    return tensor_of(values, like).to(like.scalar_type());
}

/// The loops read plain float32 rows.
bool loops_can_read(const at::Tensor &weight) {
    return weight.is_cpu() && weight.scalar_type() == at::kFloat && weight.is_contiguous();
}

} // namespace

FfnWeights take_ffn(const DecoderLayer &layer, const FfnLayout &layout) {
    FfnWeights ffn;
    for (const auto index : layout.inputs)
        ffn.inputs.push_back(layer.projections[index]);
    ffn.output = layer.projections[layout.output];
    return ffn;
}

DecoderLayer with_ffn(const DecoderLayer &layer, const FfnLayout &layout, const FfnWeights &ffn) {
    auto result = layer;
    for (std::size_t i = 0; i < layout.inputs.size(); ++i)
        result.projections[layout.inputs[i]] = ffn.inputs[i];
    result.projections[layout.output] = ffn.output;
    return result;
}

FfnWeights FfnWeights::to(at::ScalarType type) const {
    FfnWeights result{.inputs = {}, .output = in_type(output, type)};
    for (const auto &input : inputs)
        result.inputs.push_back(in_type(input, type));
    return result;
}

at::Tensor transform_rows(const at::Tensor &rows, const NeuronMap &map) {
    if (!loops_can_read(rows))
        return transform_rows_by_tensors(rows, map);
    auto result = at::empty_like(rows);
    const auto columns = rows.numel() / rows.size(0);
    const auto *in = rows.const_data_ptr<float>();
    auto *out = result.data_ptr<float>();
    at::parallel_for(0, rows.size(0), 1 + least_elements_for_a_thread / columns, [&](auto begin, auto end) {
        for (auto neuron = begin; neuron < end; ++neuron)
            transform_row(in, columns, map.view(), neuron, out + neuron * columns);
    });
    return result;
}

at::Tensor transform_columns(const at::Tensor &columns, const NeuronMap &map) {
    if (!loops_can_read(columns))
        return transform_columns_by_tensors(columns, map);
    auto result = at::empty_like(columns);
    const auto neurons = columns.size(1);
    const auto *in = columns.const_data_ptr<float>();
    auto *out = result.data_ptr<float>();
    at::parallel_for(0, columns.size(0), 1 + least_elements_for_a_thread / neurons, [&](auto begin, auto end) {
        for (auto row = begin; row < end; ++row)
            transform_columns(in + row * neurons, map.view(), 0, neurons, out + row * neurons);
    });
    return result;
}

FfnWeights apply(const NeuronState &state, const FfnWeights &ffn, const FfnLayout &layout) {
    return apply(NeuronMap::of(state), ffn, layout);
}

FfnWeights apply(const NeuronMap &map, const FfnWeights &ffn, const FfnLayout &layout) {
    const auto order = map.order_alone();
    auto result = ffn;
    for (std::size_t i = 0; i < layout.inputs.size(); ++i) {
        const auto &own_map = layout.inputs[i] == layout.scaled_input ? map : order;
        result.inputs[i].weight = transform_rows(ffn.inputs[i].weight, own_map);
        if (ffn.inputs[i].bias.defined())
            result.inputs[i].bias = transform_rows(ffn.inputs[i].bias, own_map);
    }
    result.output.weight = transform_columns(ffn.output.weight, map);
    return result;
}

at::Tensor transform_rows_by_tensors(const at::Tensor &rows, const NeuronMap &map) {
    auto shape = std::vector<std::int64_t>(static_cast<std::size_t>(rows.dim()), 1);
    shape[0] = rows.size(0);
    auto result = rows.index_select(0, tensor_of(map.source, rows));
    if (map.mixes())
        result = result * number_of(map.own, rows).view(shape) +
                 rows.index_select(0, tensor_of(map.partner, rows)) * number_of(map.mixed, rows).view(shape);
    return result / number_of(map.scale, rows).view(shape);
}

at::Tensor transform_columns_by_tensors(const at::Tensor &columns, const NeuronMap &map) {
    auto result = columns.index_select(1, tensor_of(map.source, columns));
    if (map.mixes())
        result = result * number_of(map.own, columns) +
                 columns.index_select(1, tensor_of(map.partner, columns)) * number_of(map.mixed, columns);
    return result * number_of(map.scale, columns);
}

} // namespace invar
