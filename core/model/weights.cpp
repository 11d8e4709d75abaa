// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/weights.h"

#include <ATen/ATen.h>

namespace invar {

Linear in_type(const Linear &linear, at::ScalarType type) {
    return {.weight = linear.weight.to(type),
            .bias = linear.bias.defined() ? linear.bias.to(type) : linear.bias,
            .packed = {},
            .listener = linear.listener};
}

Norm in_type(const Norm &norm, at::ScalarType type) {
    const auto convert = [&](const at::Tensor &tensor) { return tensor.defined() ? tensor.to(type) : tensor; };
    return {convert(norm.weight), convert(norm.bias)};
}

DecoderLayer in_type(const DecoderLayer &layer, at::ScalarType type) {
    auto result = layer;
    for (auto &projection : result.projections)
        projection = in_type(projection, type);
    for (auto &norm : result.norms)
        norm = in_type(norm, type);
    return result;
}

ModelWeights ModelWeights::to(at::ScalarType type, const at::Device &device) const {
    const auto move = [&](const at::Tensor &tensor) {
        return tensor.defined() ? tensor.to(device, type).contiguous() : tensor;
    };
    const auto move_linear = [&](const Linear &linear) { return Linear{move(linear.weight), move(linear.bias), {}}; };
    const auto move_norm = [&](const Norm &norm) { return Norm{move(norm.weight), move(norm.bias)}; };

    ModelWeights result;
    result.token_embedding = move(token_embedding);
    result.position_embedding = move(position_embedding);
    result.project_in = move_linear(project_in);
    result.project_out = move_linear(project_out);
    result.layers.reserve(layers.size());
    for (const auto &layer : layers) {
        DecoderLayer moved;
        moved.window = layer.window;
        for (const auto &projection : layer.projections)
            moved.projections.push_back(move_linear(projection));
        for (const auto &norm : layer.norms)
            moved.norms.push_back(move_norm(norm));
        result.layers.push_back(std::move(moved));
    }
    result.final_norm = move_norm(final_norm);
    result.head = head.is_same(token_embedding) ? result.token_embedding : move(head);
    return result;
}

} // namespace invar
