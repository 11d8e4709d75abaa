// SPDX-License-Identifier: GPL-3.0-or-later
// For core only: includes LibTorch.
#pragma once

#include "core/invariance/attention_weights.h"
#include "core/invariance/ffn_weights.h"
#include "core/invariance/residual_order.h"
#include "core/search/foresight.h"
#include "core/search/objective.h"

#include <ATen/core/Tensor.h>

#include <map>
#include <vector>

namespace invar {

/// What a gradient is taken of: the quantized model, not packed, and what its weights stand in.
struct GradientSource {
    const ModelFamily &family;
    const ModelWeights &weights;
    const std::vector<NeuronMap> &ffn;           ///< one a layer
    const std::vector<AttentionMaps> &attention; ///< one a layer, or empty: attention does not move
    const ResidualOrder &order;                  ///< of the layers; embeddings and head are as they were
    const std::vector<NormScales> &norms;        ///< one a layer, that the weights stand under
};

/// A quantized FFN that others are compared with.
struct PlacedFfn {
    const NeuronMap &map;
    FfnWeights weights; ///< put back (core/search/put_back.h), float32
};

/// The loss's gradient with respect to the quantized weights of every FFN (and of attention, where it moves), taken at
/// one quantized model. A move of the search changes a quantized FFN by little and at random, so that the gradient's
/// product with that change ranks moves nearly as their evaluation does (README, "Foresight"), for a thousandth of its
/// cost. It must be the gradient at the quantized model, not at the full-precision one, which tells nothing.
class LossGradient {
public:
    /// One pass forward and one back over the needed part of the calibration set, scaled as if it were all. Sums in a
    /// fixed order.
    LossGradient(const GradientSource &source, const WorkUnits &units, const Objective &objective,
                 const GradientNeeds &needs = {}, std::int64_t turn = 0);

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

    [[nodiscard]] bool has_curvature() const { return !curvatures_.empty(); }

    /// How the loss changes from a reference to a quantized FFN of `layer` under `map`, each `group` consecutive
    /// neurons by themselves, slope and curvature. `reference`: put back (core/search/put_back.h), float32. Throws
    /// std::logic_error where the curvature was not asked for.
    [[nodiscard]] std::vector<LossChange> changes_by_group(std::size_t layer, const NeuronMap &map,
                                                           const FfnWeights &quantized, const PlacedFfn &reference,
                                                           std::int64_t group) const;
    /// The same by LibTorch's operations.
    [[nodiscard]] std::vector<LossChange> changes_by_tensors(std::size_t layer, const NeuronMap &map,
                                                             const FfnWeights &quantized, const PlacedFfn &reference,
                                                             std::int64_t group) const;
    /// The same of a layer's attention, as a whole.
    [[nodiscard]] LossChange change(std::size_t layer, const AttentionMaps &maps, const AttentionWeights &quantized,
                                    const AttentionWeights &reference) const;

    /// Whether it can be looked at from factors that norms had not when it was taken.
    [[nodiscard]] bool follows_norms(std::size_t layer, const NormScales &norms) const {
        return follows_norms_ || norms == taken_under_[layer];
    }
    /// From now on weights of `layer` stand under these factors of its norms, which follows_norms().
    void look_from(std::size_t layer, const NormScales &norms);

private:
    /// What depends on the factors that the weights stand under.
    struct OfLayer {
        FfnWeights gradient, curvature;
        AttentionWeights attention_gradient, attention_curvature;
    };
    /// Columns of what reads norms, in one of the lists below.
    void scale_readers(std::vector<FfnWeights> &ffns, std::vector<AttentionWeights> &attentions, std::size_t layer,
                       const std::vector<at::Tensor> &factors) const;

    FfnLayout layout_;
    AttentionLayout attention_layout_;
    std::vector<NormFold> folds_;
    std::size_t projections_; ///< of a layer
    ResidualOrder order_;
    std::vector<NormScales> taken_under_;
    bool follows_norms_;
    std::map<std::size_t, OfLayer> as_taken_; ///< of layers that are looked at from other factors
    /// [layer]: float32, every neuron where the full-precision FFN has it, and as if it were not scaled.
    std::vector<FfnWeights> gradients_;
    std::vector<AttentionWeights> attention_gradients_;  ///< likewise
    std::vector<FfnWeights> curvatures_;                 ///< likewise: half the Fisher information's diagonal; or empty
    std::vector<AttentionWeights> attention_curvatures_; ///< likewise
};

} // namespace invar
