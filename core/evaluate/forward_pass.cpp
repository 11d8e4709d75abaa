// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/evaluate/forward_pass.h"

#include "core/model/compute.h"
#include "core/model/family.h"

#include <ATen/ATen.h>

namespace invar {

ForwardPass::ForwardPass(const LanguageModel &model, Precision precision, const std::string &device)
    : model_(model), device_(usable_device(device)), weights_(model.weights().to(scalar_type_of(precision), device_)) {}

at::Tensor ForwardPass::tensor_of(std::span<const std::int32_t> ids) const {
    const auto vocabulary = model_.info().vocabulary_size;
    const auto tensor = at::empty({1, static_cast<std::int64_t>(ids.size())}, at::kLong);
    auto *out = tensor.data_ptr<std::int64_t>();
    for (const auto id : ids) {
        if (id < 0 || id >= vocabulary)
            fail("token id {} is outside the model's vocabulary of {}", id, vocabulary);
        *out++ = id;
    }
    return tensor.to(device_);
}

at::Tensor ForwardPass::hidden_states(const at::Tensor &ids) const {
    const auto &family = model_.family();
    auto hidden = family.embed(weights_, ids);
    for (const auto &layer : weights_.layers)
        hidden = family.run_layer(layer, hidden);
    return hidden;
}

std::vector<float> ForwardPass::last_logits(std::span<const std::int32_t> ids) const {
    const auto context = model_.info().context_length;
    if (ids.empty())
        fail("at least one token id is needed");
    if (static_cast<std::int64_t>(ids.size()) > context)
        fail("{} token ids are more than the model's context of {}", ids.size(), context);
    const auto last = hidden_states(tensor_of(ids)).slice(1, -1);
    const auto logits =
        at::linear(model_.family().head_input(weights_, last), weights_.head).to(at::kFloat).cpu().contiguous();
    return {logits.const_data_ptr<float>(), logits.const_data_ptr<float>() + logits.numel()};
}

} // namespace invar
