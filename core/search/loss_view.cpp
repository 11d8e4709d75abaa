// SPDX-License-Identifier: GPL-3.0-or-later
// The loss's gradient seen from weights under other factors of their norms. What a column stands for is divided by its
// factor, so that its gradient's is too, and its curvature's by the square.
#include "core/search/loss_gradient.h"
#include "core/search/norm_scales.h"

#include <ATen/ATen.h>

namespace invar {

void LossGradient::scale_readers(std::vector<FfnWeights> &ffns, std::vector<AttentionWeights> &attentions,
                                 std::size_t layer, const std::vector<at::Tensor> &factors) const {
    DecoderLayer whole;
    whole.projections.resize(projections_);
    whole = with_ffn(whole, layout_, ffns[layer]);
    if (!attentions.empty())
        whole = with_attention(whole, attention_layout_, attentions[layer]);
    for (std::size_t norm = 0; norm < folds_.size(); ++norm)
        for (const auto reader : folds_[norm].readers)
            if (auto &weight = whole.projections[reader].weight; weight.defined())
                weight = weight * factors[norm];
    ffns[layer] = take_ffn(whole, layout_);
    if (!attentions.empty())
        attentions[layer] = take_attention(whole, attention_layout_);
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
    auto factors = quotient(under, norms, order_, gradients_[layer].output.weight.device());
    scale_readers(gradients_, attention_gradients_, layer, factors);
    for (auto &factor : factors)
        factor = factor.square();
    if (has_curvature())
        scale_readers(curvatures_, attention_curvatures_, layer, factors);
}

} // namespace invar
