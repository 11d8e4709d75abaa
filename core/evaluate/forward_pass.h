// SPDX-License-Identifier: GPL-3.0-or-later
// For core only: includes LibTorch.
#pragma once

#include "core/model/language_model.h"
#include "core/model/precision.h"
#include "core/model/weights.h"

#include <ATen/core/Tensor.h>
#include <c10/core/Device.h>

#include <memory>
#include <span>
#include <string>
#include <vector>

namespace invar {

/// A model made ready to run in one number format on one device. Used by one thread, inside a ComputeScope.
class ForwardPass {
public:
    /// Throws Error when the device cannot be used.
    ForwardPass(const LanguageModel &model, Precision precision, const std::string &device);

    /// Checked ids on the device, int64 [1, ids]. Throws Error naming an id outside the vocabulary.
    [[nodiscard]] at::Tensor tensor_of(std::span<const std::int32_t> ids) const;
    /// ids: int64 [sequences, tokens] -> hidden states after the last layer, [sequences, tokens, hidden].
    [[nodiscard]] at::Tensor hidden_states(const at::Tensor &ids) const;
    /// Logits of the last position, float32, one per vocabulary entry. Throws Error on an empty list, one longer than
    /// the context, or an id outside the vocabulary.
    [[nodiscard]] std::vector<float> last_logits(std::span<const std::int32_t> ids) const;

    [[nodiscard]] const ModelWeights &weights() const { return weights_; }

private:
    const LanguageModel &model_;
    at::Device device_;
    ModelWeights weights_;
};

} // namespace invar
