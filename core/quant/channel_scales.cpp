// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/quant/channel_scales.h"

#include <ATen/ATen.h>

namespace invar {
namespace {

void divide_rows(Linear &linear, const at::Tensor &scale) {
    linear.weight = linear.weight / scale.unsqueeze(1);
    if (linear.bias.defined())
        linear.bias = linear.bias / scale;
}

void multiply_columns(Linear &linear, const at::Tensor &scale) { linear.weight = linear.weight * scale; }

} // namespace

at::Tensor for_output_columns(const at::Tensor &value_channels, const AttentionLayout &layout) {
    const auto sharing = layout.heads / layout.key_value_heads;
    return value_channels.view({layout.key_value_heads, 1, layout.head_size}).expand({-1, sharing, -1}).reshape({-1});
}

Norm divided(const Norm &norm, const at::Tensor &scale, double gain_offset) {
    return {.weight = (norm.weight + gain_offset) / scale - gain_offset,
            .bias = norm.bias.defined() ? norm.bias / scale : norm.bias};
}

DecoderLayer apply(const ChannelScales &scales, const DecoderLayer &layer, const ModelFamily &family) {
    auto result = layer;
    const auto folds = family.norm_folds();
    for (std::size_t i = 0; i < scales.norms.size(); ++i) {
        const auto &scale = scales.norms[i];
        if (!scale.defined())
            continue;
        auto &norm = result.norms[folds[i].norm];
        norm = divided(norm, scale, folds[i].gain_offset);
        for (const auto reader : folds[i].readers)
            multiply_columns(result.projections[reader], scale);
    }
    if (scales.value.defined()) {
        const auto layout = family.attention();
        divide_rows(result.projections[layout.value], scales.value);
        multiply_columns(result.projections[layout.output], for_output_columns(scales.value, layout));
    }
    if (scales.neurons.defined()) {
        const auto layout = family.ffn();
        divide_rows(result.projections[layout.scaled_input], scales.neurons);
        multiply_columns(result.projections[layout.output], scales.neurons);
    }
    return result;
}

} // namespace invar
