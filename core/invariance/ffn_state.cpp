// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/invariance/ffn_state.h"

#include "core/base/error.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace invar {
namespace {

/// A copy of plain numbers as a tensor on `like`'s device.
template <typename T> at::Tensor tensor_of(const std::vector<T> &values, const at::Tensor &like) {
    constexpr auto type = std::is_same_v<T, float> ? at::kFloat : at::kLong;
    return at::from_blob(const_cast<T *>(values.data()), {static_cast<std::int64_t>(values.size())}, at::dtype(type))
        .clone()
        .to(like.device());
}

/// Rotates pairs along dimension 0 (R^T W): [n, ...] -> [n, ...].
at::Tensor rotate_rows(const at::Tensor &rows, const at::Tensor &cosine, const at::Tensor &sine) {
    const auto pairs = rows.reshape({rows.size(0) / 2, 2, -1});
    const auto first = pairs.select(1, 0);
    const auto second = pairs.select(1, 1);
    const auto c = cosine.unsqueeze(1);
    const auto s = sine.unsqueeze(1);
    return at::stack({c * first + s * second, c * second - s * first}, 1).view(rows.sizes());
}

/// Rotates pairs along dimension 1 (W R): [m, n] -> [m, n].
at::Tensor rotate_columns(const at::Tensor &columns, const at::Tensor &cosine, const at::Tensor &sine) {
    const auto pairs = columns.reshape({columns.size(0), -1, 2});
    const auto first = pairs.select(2, 0);
    const auto second = pairs.select(2, 1);
    return at::stack({first * cosine + second * sine, second * cosine - first * sine}, 2).view(columns.sizes());
}

} // namespace

FfnState FfnState::identity(std::int64_t neurons) {
    const auto n = static_cast<std::size_t>(neurons);
    FfnState state{.rotation = std::vector<float>(n / 2, 0.0F), .scale = std::vector<float>(n, 1.0F), .order = {}};
    state.order.resize(n);
    std::iota(state.order.begin(), state.order.end(), std::int64_t{0});
    return state;
}

bool FfnState::rotates() const {
    return std::ranges::any_of(rotation, [](float angle) { return angle != 0; });
}

void check(const FfnState &state, std::int64_t neurons) {
    const auto n = static_cast<std::size_t>(neurons);
    if (state.order.size() != n || state.scale.size() != n || state.rotation.size() != n / 2)
        fail("the invariances are for {} neurons, the model's FFN has {}", state.order.size(), neurons);
    if (!std::ranges::all_of(state.rotation, [](float angle) { return std::isfinite(angle); }))
        fail("a rotation angle is not finite");
    if (!std::ranges::all_of(state.scale, [](float scale) { return std::isfinite(scale) && scale != 0; }))
        fail("a scale is zero or not finite");
    std::vector<bool> seen(n, false);
    for (const auto neuron : state.order) {
        if (neuron < 0 || neuron >= neurons || seen[static_cast<std::size_t>(neuron)])
            fail("the order is not a permutation of {} neurons", neurons);
        seen[static_cast<std::size_t>(neuron)] = true;
    }
}

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

FfnWeights apply(const FfnState &state, const FfnWeights &ffn, const FfnLayout &layout) {
    const auto &like = ffn.output.weight;
    auto result = ffn;
    const auto scaled =
        static_cast<std::size_t>(std::ranges::find(layout.inputs, layout.scaled_input) - layout.inputs.begin());
    auto &first = result.inputs[scaled];
    auto &second = result.output;

    if (state.rotates()) {
        const auto angles = tensor_of(state.rotation, like);
        const auto cosine = angles.cos().to(like.scalar_type());
        const auto sine = angles.sin().to(like.scalar_type());
        first.weight = rotate_rows(first.weight, cosine, sine);
        if (first.bias.defined())
            first.bias = rotate_rows(first.bias, cosine, sine);
        second.weight = rotate_columns(second.weight, cosine, sine);
    }
    const auto scale = tensor_of(state.scale, like).to(like.scalar_type());
    const auto order = tensor_of(state.order, like);
    first.weight = first.weight / scale.unsqueeze(1);
    if (first.bias.defined())
        first.bias = first.bias / scale;
    second.weight = (second.weight * scale).index_select(1, order);
    for (auto &input : result.inputs) {
        input.weight = input.weight.index_select(0, order);
        if (input.bias.defined())
            input.bias = input.bias.index_select(0, order);
    }
    return result;
}

} // namespace invar
