// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/invariance/attention_weights.h"

#include "core/invariance/ffn_weights.h"

namespace invar {
namespace {

NeuronState or_identity(const NeuronState &state, const AttentionLayout &layout) {
    return state == NeuronState{} ? NeuronState::identity(layout.channels()) : state;
}

/// The channel of a head at each place of LayerState::key's order.
std::vector<std::int32_t> paired_order(const AttentionLayout &layout) {
    std::vector<std::int32_t> order;
    const auto half = static_cast<std::int32_t>(layout.rotary_size / 2);
    for (std::int32_t pair = 0; pair < half; ++pair) {
        order.push_back(pair);
        order.push_back(pair + half);
    }
    for (auto channel = 2 * half; channel < layout.head_size; ++channel)
        order.push_back(channel);
    return order;
}

/// A map between paired places as one between channels.
NeuronMap in_channel_order(const NeuronMap &map, const AttentionLayout &layout) {
    const auto order = paired_order(layout);
    const auto size = static_cast<std::int32_t>(layout.head_size);
    const auto channel_at = [&](std::int32_t place) {
        return place / size * size + order[static_cast<std::size_t>(place % size)];
    };
    auto result = map;
    for (std::size_t place = 0; place < map.source.size(); ++place) {
        const auto channel = static_cast<std::size_t>(channel_at(static_cast<std::int32_t>(place)));
        result.source[channel] = channel_at(map.source[place]);
        result.partner[channel] = channel_at(map.partner[place]);
        result.own[channel] = map.own[place];
        result.mixed[channel] = map.mixed[place];
        result.scale[channel] = map.scale[place];
    }
    return result;
}

/// A map of key-value heads repeated for each of the query heads that they serve.
NeuronMap for_query_heads(const NeuronMap &map, const AttentionLayout &layout) {
    const auto size = layout.head_size;
    const auto served = layout.heads / layout.key_value_heads;
    NeuronMap result;
    for (std::int64_t head = 0; head < layout.heads; ++head) {
        const auto shift = static_cast<std::int32_t>((head - head / served) * size);
        for (std::int64_t channel = 0; channel < size; ++channel) {
            const auto from = static_cast<std::size_t>(head / served * size + channel);
            result.source.push_back(map.source[from] + shift);
            result.partner.push_back(map.partner[from] + shift);
            result.own.push_back(map.own[from]);
            result.mixed.push_back(map.mixed[from]);
            result.scale.push_back(map.scale[from]);
        }
    }
    return result;
}

Linear with_rows(const Linear &linear, const NeuronMap &map) {
    return {
        transform_rows(linear.weight, map), linear.bias.defined() ? transform_rows(linear.bias, map) : linear.bias, {}};
}

} // namespace

AttentionWeights AttentionWeights::to(at::ScalarType type) const {
    return {in_type(query, type), in_type(key, type), in_type(value, type), in_type(output, type)};
}

AttentionWeights take_attention(const DecoderLayer &layer, const AttentionLayout &layout) {
    const auto &all = layer.projections;
    return {all[layout.query], all[layout.key], all[layout.value], all[layout.output]};
}

DecoderLayer with_attention(const DecoderLayer &layer, const AttentionLayout &layout,
                            const AttentionWeights &attention) {
    auto result = layer;
    result.projections[layout.query] = attention.query;
    result.projections[layout.key] = attention.key;
    result.projections[layout.value] = attention.value;
    result.projections[layout.output] = attention.output;
    return result;
}

AttentionMaps AttentionMaps::of(const LayerState &state, const AttentionLayout &layout) {
    AttentionMaps maps{.value = NeuronMap::of(or_identity(state.value, layout)), .output = {}, .key = {}, .query = {}};
    maps.output = for_query_heads(maps.value, layout);
    maps.key = in_channel_order(NeuronMap::of(or_identity(state.key, layout)), layout);
    maps.query = for_query_heads(maps.key, layout);
    for (auto &scale : maps.query.scale)
        scale = 1 / scale;
    return maps;
}

AttentionWeights apply(const LayerState &state, const AttentionWeights &attention, const AttentionLayout &layout) {
    const auto maps = AttentionMaps::of(state, layout);
    auto result = attention;
    if (state.value != NeuronState{}) {
        result.value = with_rows(attention.value, maps.value);
        result.output.weight = transform_columns(attention.output.weight, maps.output);
    }
    if (state.key != NeuronState{}) {
        result.key = with_rows(attention.key, maps.key);
        result.query = with_rows(attention.query, maps.query);
    }
    return result;
}

} // namespace invar
