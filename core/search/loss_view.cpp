// SPDX-License-Identifier: GPL-3.0-or-later
// The loss's gradient seen from weights under other factors of their norms. What a column stands for is divided by its
// factor, so that its gradient's is too, and its curvature's by the square.
#include "core/search/loss_gradient.h"

#include <ATen/ATen.h>

#include <algorithm>

namespace invar {

void LossGradient::scale_columns(std::size_t layer, std::size_t norm, const at::Tensor &factors) {
    const auto multiply = [](Linear &reader, const at::Tensor &by) { reader.weight = reader.weight * by; };
    const auto of_ffn = [&](FfnWeights &ffn, std::size_t reader, const at::Tensor &by) {
        if (const auto found = std::ranges::find(layout_.inputs, reader); found != layout_.inputs.end())
            multiply(ffn.inputs[static_cast<std::size_t>(found - layout_.inputs.begin())], by);
    };
    const auto of_attention = [&](AttentionWeights &attention, std::size_t reader, const at::Tensor &by) {
        for (const auto &[projection, rows] :
             {std::pair(attention_layout_.query, &attention.query), std::pair(attention_layout_.key, &attention.key),
              std::pair(attention_layout_.value, &attention.value)})
            if (projection == reader)
                multiply(*rows, by);
    };
    for (const auto reader : folds_.at(norm).readers) {
        of_ffn(gradients_[layer], reader, factors);
        if (has_curvature())
            of_ffn(curvatures_[layer], reader, factors.square());
        if (!attention_gradients_.empty())
            of_attention(attention_gradients_[layer], reader, factors);
        if (!attention_curvatures_.empty())
            of_attention(attention_curvatures_[layer], reader, factors.square());
    }
}

void LossGradient::look_from(std::size_t layer, const NormScales &norms) {
    const auto taken = as_taken_.find(layer);
    const auto keep = [&](auto &list, auto &&value) {
        if (!list.empty())
            list[layer] = value;
    };
    if (taken != as_taken_.end()) {
        gradients_[layer] = taken->second.gradient;
        keep(curvatures_, taken->second.curvature);
        keep(attention_gradients_, taken->second.attention_gradient);
        keep(attention_curvatures_, taken->second.attention_curvature);
    }
    const auto &under = taken_under_[layer];
    if (norms == under)
        return;
    if (taken == as_taken_.end())
        as_taken_[layer] = {
            .gradient = gradients_[layer],
            .curvature = has_curvature() ? curvatures_[layer] : FfnWeights(),
            .attention_gradient = attention_gradients_.empty() ? AttentionWeights() : attention_gradients_[layer],
            .attention_curvature = attention_curvatures_.empty() ? AttentionWeights() : attention_curvatures_[layer]};
    const auto device = gradients_[layer].output.weight.device();
    const auto factors_of = [&](const NormScales &scales, std::size_t norm) {
        return scales.empty() ? at::ones({1}, at::TensorOptions(device))
                              : order_.put(at::tensor(scales[norm]).to(device));
    };
    for (std::size_t norm = 0; norm < folds_.size(); ++norm)
        scale_columns(layer, norm, factors_of(under, norm) / factors_of(norms, norm));
}

} // namespace invar
