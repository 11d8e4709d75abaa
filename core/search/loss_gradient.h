// SPDX-License-Identifier: GPL-3.0-or-later
// For core only: includes LibTorch.
#pragma once

#include "core/invariance/attention_weights.h"
#include "core/invariance/ffn_weights.h"
#include "core/invariance/residual_order.h"
#include "core/search/objective.h"

#include <ATen/core/Tensor.h>

#include <vector>

namespace invar {

/// What a gradient is taken of: the quantized model, not packed, and what its weights stand in.
struct GradientSource {
    const ModelFamily &family;
    const ModelWeights &weights;
    const std::vector<NeuronMap> &ffn;           ///< one a layer
    const std::vector<AttentionMaps> &attention; ///< one a layer, or empty: attention does not move
    const ResidualOrder &order;                  ///< of the layers; embeddings and head are as they were
};

/// The loss's gradient with respect to the quantized weights of every FFN (and of attention, where it moves), taken at
/// one quantized model. A move of the search changes a quantized FFN by little and at random, so that the gradient's
/// product with that change ranks moves nearly as their evaluation does (README, "Foresight"), for a thousandth of its
/// cost. It must be the gradient at the quantized model, not at the full-precision one, which tells nothing.
class LossGradient {
public:
    /// One pass forward and one back over the whole calibration set. Sums in a fixed order.
    LossGradient(const GradientSource &source, const WorkUnits &units, const Objective &objective);

    /// The gradient's product with a quantized FFN of `layer` under `map`. Only differences between two FFNs of one
    /// layer mean something: to first order they are differences of the loss.
    [[nodiscard]] double product(std::size_t layer, const NeuronMap &map, const FfnWeights &quantized) const;

    /// The same, each `group` consecutive neurons by themselves: their columns of the output, their rows of the inputs.
    /// [neurons / group].
    [[nodiscard]] std::vector<double> products_by_group(std::size_t layer, const NeuronMap &map,
                                                        const FfnWeights &quantized, std::int64_t group) const;

    /// The same of a layer's attention. Throws std::logic_error where the source had none.
    [[nodiscard]] double product(std::size_t layer, const AttentionMaps &maps, const AttentionWeights &quantized) const;

    /// The FFN's by LibTorch's operations: for devices that the CPU's loops do not reach.
    [[nodiscard]] double product_by_tensors(std::size_t layer, const NeuronMap &map, const FfnWeights &quantized) const;
    [[nodiscard]] std::vector<double> products_by_tensors(std::size_t layer, const NeuronMap &map,
                                                          const FfnWeights &quantized, std::int64_t group) const;

private:
    FfnLayout layout_;
    /// [layer]: float32, every neuron where the full-precision FFN has it, and as if it were not scaled.
    std::vector<FfnWeights> gradients_;
    std::vector<AttentionWeights> attention_gradients_; ///< likewise
};

} // namespace invar
