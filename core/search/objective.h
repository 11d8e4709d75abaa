// SPDX-License-Identifier: GPL-3.0-or-later
// For core only: includes LibTorch.
#pragma once

#include "core/model/cross_entropy.h"
#include "core/search/work_units.h"

#include <memory>
#include <vector>

namespace invar {

/// Decoder layers whose outputs enter the MSE, ascending: L-1-ceil(i*L/n) for i in [0, n), n = min(watched, L)
/// (reference-algorithm.md).
[[nodiscard]] std::vector<int> watched_layers(int watched, int layers);

/// The two parts of the objective, not yet weighed against their start.
struct ObjectiveTerms {
    double ce = 0;  ///< mean next-token cross-entropy, nats
    double mse = 0; ///< mean clamped squared difference of the watched hidden states, each token's times its weight
};

/// A model's score on one work unit, token by token.
struct UnitScore {
    std::vector<double> losses;               ///< of the predicted tokens, sequence by sequence
    double loss_sum = 0;                      ///< in ascending order
    std::vector<std::vector<double>> squared; ///< [layer][token]: weighed squared differences; none if not measured
    std::vector<double> squared_sum;          ///< [layer], in ascending order of tokens; 0 where not measured

    explicit UnitScore(std::size_t layers = 0) : squared(layers), squared_sum(layers, 0) {}
};

/// What the objective's MSE is made of.
struct ObjectiveOptions {
    int watched = 0; ///< see watched_layers()
    double alpha = 0;
    bool equal_tokens = true; ///< as published; else attention sinks count by their size (core/quant/token_weights.h)
};

class DeferredScore;

/// Loss = CE / CE0 + alpha * MSE / MSE0: the published objective (reference-algorithm.md), measured unit by unit.
/// Everything is summed in float64 in a fixed order. Threads may measure different units at the same time.
class Objective {
public:
    /// Runs the full-precision model, in the run's precision, and keeps the watched hidden states as targets.
    Objective(const ModelFamily &family, const ModelWeights &exact, const WorkUnits &units,
              const ObjectiveOptions &options);

    [[nodiscard]] double full_precision_ce() const { return full_precision_ce_; }
    [[nodiscard]] bool watches(std::size_t layer) const { return !targets_[layer].empty(); }
    /// Weighed sum of squares and number of elements of a watched layer's target.
    [[nodiscard]] double target_norm(std::size_t layer) const { return target_norms_[layer]; }
    [[nodiscard]] std::int64_t target_elements() const { return target_elements_; }

    /// Adds a layer's part of the score, when it is watched. `hidden`: its output.
    void measure_layer(std::size_t layer, std::size_t unit, const at::Tensor &hidden, UnitScore &score) const;
    /// Adds the cross-entropy; the last part of a pass. `hidden`: the last layer's output.
    void measure_head(const ModelWeights &weights, std::size_t unit, const at::Tensor &hidden, UnitScore &score) const;

    /// The gradient of a watched layer's part of the loss with respect to its output `hidden` for some of a unit's
    /// sequences, from `first` on.
    [[nodiscard]] at::Tensor squared_gradient(std::size_t layer, std::size_t unit, std::int64_t first,
                                              const at::Tensor &hidden) const;

    /// Terms of the whole set from each layer's sum and the losses' sum.
    [[nodiscard]] ObjectiveTerms terms(double loss_sum, const std::vector<double> &squared_sums) const;
    [[nodiscard]] ObjectiveTerms terms(double loss_sum, double squared_sum) const;
    void set_start(const ObjectiveTerms &start) { start_ = start; }
    [[nodiscard]] const ObjectiveTerms &start() const { return start_; }
    [[nodiscard]] double loss(const ObjectiveTerms &terms) const;
    /// What one nat of one token, and one squared difference of one element, add to the loss.
    [[nodiscard]] double nat_weight() const;
    [[nodiscard]] double square_weight() const;

    ~Objective();

private:
    const ModelFamily &family_;
    const WorkUnits &units_;
    CrossEntropyHead head_;
    double alpha_;
    std::vector<std::vector<at::Tensor>> targets_;       ///< [layer][unit]; empty where not watched
    std::vector<std::vector<at::Tensor>> token_weights_; ///< [layer][unit] float64 [tokens]; empty where all are 1
    std::vector<double> target_norms_;
    std::int64_t target_elements_ = 0;  ///< of one layer
    std::int64_t watched_elements_ = 0; ///< of all watched layers
    double full_precision_ce_ = 0;
    ObjectiveTerms start_;
    std::unique_ptr<DeferredScore> deferred_; ///< off the CPU, where one unit runs at a time
};

} // namespace invar
