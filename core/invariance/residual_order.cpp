// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/invariance/residual_order.h"

#include "core/base/error.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <numeric>

namespace invar {
namespace {

Linear reading(const Linear &linear, const ResidualOrder &order) {
    return {order.put(linear.weight).contiguous(), linear.bias, {}};
}

Linear writing(const Linear &linear, const ResidualOrder &order) {
    return {order.put(linear.weight.t()).t().contiguous(),
            linear.bias.defined() ? order.put(linear.bias) : linear.bias,
            {}};
}

Norm reorder(const Norm &norm, const ResidualOrder &order) {
    return {norm.weight.defined() ? order.put(norm.weight) : norm.weight,
            norm.bias.defined() ? order.put(norm.bias) : norm.bias};
}

} // namespace

ResidualOrder::ResidualOrder(std::vector<std::int64_t> channels, const at::Device &device)
    : channels_(std::move(channels)) {
    if (channels_.empty())
        return;
    std::vector<std::int64_t> inverse(channels_.size(), -1);
    for (std::size_t i = 0; i < channels_.size(); ++i) {
        const auto channel = static_cast<std::size_t>(channels_[i]);
        if (channel >= inverse.size() || inverse[channel] >= 0)
            fail("the order of the residual stream is not a permutation of {} channels", channels_.size());
        inverse[channel] = static_cast<std::int64_t>(i);
    }
    places_ = at::tensor(channels_).to(device);
    inverse_ = at::tensor(inverse).to(device);
}

at::Tensor ResidualOrder::put(const at::Tensor &hidden) const {
    return places_.defined() ? hidden.index_select(-1, places_) : hidden;
}

at::Tensor ResidualOrder::put_back(const at::Tensor &hidden) const {
    return inverse_.defined() ? hidden.index_select(-1, inverse_) : hidden;
}

ResidualOrder ResidualOrder::then(const std::vector<std::int64_t> &move, const at::Device &device) const {
    auto channels = move;
    if (!channels_.empty())
        for (auto &channel : channels)
            channel = channels_[static_cast<std::size_t>(channel)];
    return {std::move(channels), device};
}

std::vector<std::int64_t> ResidualOrder::move_to(const ResidualOrder &other, std::int64_t hidden) const {
    std::vector<std::int64_t> as_they_are(static_cast<std::size_t>(hidden));
    std::iota(as_they_are.begin(), as_they_are.end(), std::int64_t{0});
    const auto &from = channels_.empty() ? as_they_are : channels_;
    const auto &to = other.channels_.empty() ? as_they_are : other.channels_;
    std::vector<std::int64_t> place(from.size());
    for (std::size_t i = 0; i < from.size(); ++i)
        place[static_cast<std::size_t>(from[i])] = static_cast<std::int64_t>(i);
    std::vector<std::int64_t> move;
    for (const auto channel : to)
        move.push_back(place[static_cast<std::size_t>(channel)]);
    return move;
}

DecoderLayer reorder_residual(const DecoderLayer &layer, const ModelFamily &family, const ResidualOrder &order) {
    const auto attention = family.attention();
    const auto ffn = family.ffn();
    auto result = layer;
    auto readers = ffn.inputs;
    readers.insert(readers.end(), {attention.query, attention.key, attention.value});
    for (const auto reader : readers)
        result.projections[reader] = reading(layer.projections[reader], order);
    for (const auto writer : {attention.output, ffn.output})
        result.projections[writer] = writing(layer.projections[writer], order);
    for (std::size_t norm = 0; norm < layer.norms.size(); ++norm)
        if (std::ranges::find(attention.head_norms, norm) == attention.head_norms.end())
            result.norms[norm] = reorder(layer.norms[norm], order);
    return result;
}

ModelWeights reorder_residual(const ModelWeights &weights, const ModelFamily &family, const ResidualOrder &order) {
    auto result = weights;
    for (auto &layer : result.layers)
        layer = reorder_residual(layer, family, order);
    if (weights.position_embedding.defined())
        result.position_embedding = order.put(weights.position_embedding);
    result.final_norm = reorder(weights.final_norm, order);
    const bool projected = weights.project_in.weight.defined();
    if (projected)
        result.project_in = writing(weights.project_in, order);
    else
        result.token_embedding = order.put(weights.token_embedding);
    if (weights.project_out.weight.defined())
        result.project_out = reading(weights.project_out, order);
    else if (weights.head.is_same(weights.token_embedding))
        result.head = result.token_embedding;
    else
        result.head = order.put(weights.head);
    return result;
}

} // namespace invar
