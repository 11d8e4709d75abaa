// SPDX-License-Identifier: GPL-3.0-or-later
// For core only: includes LibTorch.
#pragma once

#include "core/base/task.h"
#include "core/cuda/device_memory.h"
#include "core/invariance/attention_weights.h"
#include "core/invariance/ffn_weights.h"
#include "core/invariance/residual_order.h"
#include "core/model/language_model.h"
#include "core/quant/error_measure.h"
#include "core/quant/method.h"
#include "core/quant/output_error.h"
#include "core/search/ffn_update.h"
#include "core/search/foresight.h"
#include "core/search/loss_gradient.h"
#include "core/search/norm_scales.h"
#include "core/search/objective.h"
#include "core/search/proposal.h"
#include "core/search/racing.h"
#include "core/search/settings.h"

#include <ATen/core/Tensor.h>

#include <algorithm>
#include <limits>
#include <optional>
#include <vector>

namespace invar {

class Race;

/// How much work a candidate deserves. The default evaluates it on the whole calibration set.
struct Effort {
    /// Stop as soon as the loss can no longer fall below this: both terms are sums of non-negative parts.
    double to_beat = std::numeric_limits<double>::infinity();
    std::optional<RacingRule> racing; ///< stop when a race says so
    bool audit = false;               ///< note what the race says, but go on: shows how often it is wrong
    std::size_t first_unit = 0;       ///< where in the calibration set to begin, modulo its units
};

/// What the layers of one model computed on the calibration set.
struct ForwardPass {
    std::vector<std::vector<FfnInput>> ffn_inputs; ///< [layer][unit]; empty where no cache point is
    std::vector<UnitScore> scores;                 ///< [unit]
};

/// A whole model under another order of the residual stream.
struct ReorderedModel {
    ResidualOrder order;
    StartingPoint unscaled;
    StartingPoint start;
    ModelWeights current;
    std::vector<FfnWeights> quantized;
};

/// A layer in another state than the accepted one.
struct MovedLayer {
    std::size_t layer = 0;
    LayerState state;
    NeuronMap map;
    bool moves_attention = false;    ///< against the accepted state, or what attention reads
    std::optional<StartLayer> start; ///< where the factors of its norms are others
    FfnWeights quantized;            ///< on the grid, in the run's precision
    AttentionWeights attention;      ///< on the grid, float32, where it moves
    DecoderLayer decoder_layer;
};

/// Candidate states of some layers (or of the residual stream) and everything computed on the way to its terms, so that
/// accepting it costs nothing more.
struct Candidate {
    std::vector<MovedLayer> layers;          ///< ascending; at least one unless the residual stream moves
    std::optional<ReorderedModel> reordered; ///< of the residual stream
    ForwardPass pass;                        ///< of the first of `layers` (its score only) and those after it
    double share = 0;                        ///< of the calibration set's tokens that were evaluated
    bool dropped = false;                    ///< the race called it hopeless
    ObjectiveTerms terms; ///< where share < 1, extrapolated from the evaluated tokens' difference to the accepted model
    [[nodiscard]] bool complete() const { return share == 1; }
    [[nodiscard]] std::size_t first_layer() const { return layers.empty() ? 0 : layers.front().layer; }
};

/// Scores candidates against the calibration set. Keeps, for the accepted model, what the FFN of every layer (or of
/// every cache_stride()-th) reads: a candidate in layer l re-runs only the FFN of l (and its attention, where that
/// moves), the layers after it and the head.
/// Use on one thread, inside a ComputeScope.
class SearchEngine final : public Foresight {
public:
    /// Quantizes the model with the settings' starting method, unless that was done before, and scores it. `ids`: int64
    /// [sequences, tokens]. `training` hears of a method that trains. Throws Error, Cancelled.
    SearchEngine(std::shared_ptr<const LanguageModel> model, const SearchSettings &settings, const at::Tensor &ids,
                 const Task &task, std::optional<StartingPoint> start = {}, const TrainingListener &training = {});

    /// What the starting method gave, under the accepted order of the residual stream and the norms' factors.
    [[nodiscard]] const StartingPoint &start() const { return start_; }

    [[nodiscard]] const ObjectiveTerms &start_terms() const { return objective_->start(); }
    [[nodiscard]] double full_precision_ce() const { return objective_->full_precision_ce(); }
    [[nodiscard]] const std::vector<LayerState> &states() const { return states_; }
    [[nodiscard]] const std::vector<std::int64_t> &residual_order() const { return residual_.channels(); }
    /// The accepted model's terms, from the cache.
    [[nodiscard]] const ObjectiveTerms &terms() const { return terms_; }
    [[nodiscard]] double loss(const ObjectiveTerms &terms) const { return objective_->loss(terms); }
    /// Layers from one cache point to the next; 1: every layer has one.
    [[nodiscard]] int cache_stride() const { return cache_stride_; }

    [[nodiscard]] Candidate evaluate(int layer, LayerState state, const Effort &effort = {}) const;
    /// Of a proposal: of one layer, of all, or of the residual stream, which re-runs everything.
    [[nodiscard]] Candidate evaluate(Proposal proposal, const Effort &effort = {}) const;
    /// Throws std::logic_error for an incomplete candidate.
    void accept(Candidate candidate);
    /// Puts other states in the place of the accepted ones and recomputes everything that depends on them.
    void restore(std::vector<LayerState> states, const std::vector<std::int64_t> &residual_order = {});
    /// The accepted model's terms by a forward pass that uses no cache: what terms() must equal.
    [[nodiscard]] ObjectiveTerms evaluate_from_scratch() const;

    /// From now on what evaluates and what foretells throws Cancelled soon after a stop was requested: on a GPU between
    /// passes. The accepted model stays as it is; of the gradient there is none where it was being taken.
    void stop_with(std::stop_token stop) { units_->stop_with(std::move(stop)); }

    /// Takes the loss's gradient at the accepted model, for what is predicted until it is taken anew. `turn`: which
    /// part of the calibration set, where not all is needed; not negative.
    void take_gradient(const GradientNeeds &needs = {}, std::int64_t turn = 0);
    /// See Foresight. The further the accepted model has moved since take_gradient(), the less these tell. Throw
    /// std::logic_error before that was called.
    [[nodiscard]] std::vector<double> predicted_changes(const std::vector<Proposal> &proposals) const override;
    [[nodiscard]] std::vector<PartChanges> predicted_changes_by_part(const std::vector<Proposal> &proposals,
                                                                     std::int64_t group) const override;
    [[nodiscard]] NormSlopes norm_slopes(const std::vector<LayerState> &states,
                                         const CalibrationPart &part) const override;

    /// Errors of every matrix and of every watched layer's output, for the accepted model; without output errors.
    [[nodiscard]] std::vector<MatrixError> errors() const;
    /// Output errors of the accepted model against full precision under the same moves, on the activations that this
    /// has in the first output_error_tokens of the calibration set. Takes a pass over them in float32. Throws
    /// Cancelled.
    [[nodiscard]] OutputErrors output_errors(const Task &task) const;
    /// Those that accepting `candidate` changes.
    [[nodiscard]] std::vector<MatrixError> errors_after(const Candidate &candidate) const;

    /// The FFN of a layer under a map, on the grid, in the run's precision: what a candidate begins with.
    [[nodiscard]] FfnWeights requantized(std::size_t layer, const NeuronMap &map) const;

    /// How far the accepted moves that are only approximate change the full-precision model: relative change of its
    /// last hidden states on the calibration set; 0 when there are none.
    [[nodiscard]] double drift();

private:
    void run_layers(const ModelWeights &weights, const ResidualOrder &order, std::size_t first, at::Tensor hidden,
                    std::size_t unit, ForwardPass &pass) const;
    void measure_layer(std::size_t layer, std::size_t unit, const at::Tensor &hidden, const ResidualOrder &order,
                       ForwardPass &pass) const;
    [[nodiscard]] ReorderedModel reordered(const ResidualOrder &order) const;
    void take(ReorderedModel model);
    [[nodiscard]] Candidate evaluate_residual(const std::vector<std::int64_t> &move, const Effort &effort) const;
    void finish(Candidate &candidate, const Race &race) const;

    [[nodiscard]] FfnInput ffn_input(std::size_t layer, std::size_t unit) const;
    [[nodiscard]] ForwardPass run_accepted() const;
    [[nodiscard]] ForwardPass empty_pass() const;
    [[nodiscard]] bool is_cache_point(std::size_t layer) const {
        return layer % static_cast<std::size_t>(cache_stride_) == 0;
    }
    [[nodiscard]] ObjectiveTerms terms_of(const ForwardPass &pass) const;
    [[nodiscard]] std::vector<double> squared_sums_of(const ForwardPass &pass, std::size_t first_layer) const;
    [[nodiscard]] FfnRounding rounding_of(std::size_t layer) const;
    [[nodiscard]] ModelWeights unpacked() const;
    void look_from(std::size_t layer, const NormScales &norms);
    [[nodiscard]] DecoderLayer seen_layer(std::size_t layer, const LayerState &state) const;
    [[nodiscard]] double seen_product(std::size_t layer, const LayerState &state) const;
    [[nodiscard]] LossChange norm_change(std::size_t layer, const NormScales &norms) const;
    [[nodiscard]] DecoderLayer exact_layer(std::size_t layer) const;
    [[nodiscard]] AttentionWeights exact_attention(std::size_t layer, const LayerState &state) const;
    [[nodiscard]] AttentionWeights quantized_attention(std::size_t layer, const LayerState &state) const;
    [[nodiscard]] MovedLayer moved_layer(std::size_t layer, LayerState state) const;
    [[nodiscard]] DecoderLayer packed_layer(const MovedLayer &moved) const;
    [[nodiscard]] Candidate evaluate_layers(std::vector<MovedLayer> layers, const Effort &effort) const;
    [[nodiscard]] std::vector<MovedLayer> moved_layers(std::vector<LayerState> states) const;
    [[nodiscard]] at::Tensor layer_input(std::size_t layer, std::size_t unit) const;
    template <typename Predict> void predict_each(std::size_t count, Predict &&predict) const;
    [[nodiscard]] std::vector<PartChanges> curved_changes_by_part(const std::vector<Proposal> &proposals,
                                                                  std::int64_t group) const;
    [[nodiscard]] double attention_product(std::size_t layer, const LayerState &state) const;
    [[nodiscard]] double accepted_attention_product(std::size_t layer, const std::vector<Proposal> &proposals) const;
    [[nodiscard]] std::vector<MatrixError> errors_of(const MovedLayer &moved) const;
    [[nodiscard]] MatrixError output_error(std::size_t layer, double squared_error) const;

    std::shared_ptr<const LanguageModel> model_;
    const ModelFamily &family_;
    FfnLayout layout_;
    AttentionLayout attention_;
    SearchSettings settings_;
    GridPlan grids_;
    at::ScalarType type_;
    int cache_stride_;
    std::unique_ptr<cuda::StreamScope> stream_; ///< destroyed last, when nothing runs on it any more
    std::unique_ptr<WorkUnits> units_;
    std::unique_ptr<Objective> objective_;

    ResidualOrder residual_; ///< of the layers in start_ and current_; outside them everything stays as it is
    StartingPoint unscaled_; ///< float32, on the device: what the starting method gave, in that order
    StartingPoint start_;    ///< the same under the accepted factors of norms
    at::Tensor sample_;      ///< ids that output errors are measured on
    ModelWeights current_;   ///< the accepted quantized model, in the run's precision, packed where that pays
    std::vector<LayerState> states_;
    std::vector<NeuronMap> maps_;       ///< of the FFNs in states_
    std::vector<FfnWeights> quantized_; ///< current_'s FFNs, not packed
    ForwardPass accepted_;
    ObjectiveTerms terms_;
    std::optional<LossGradient> gradient_;
    std::vector<at::Tensor>
        exact_outputs_; ///< [unit] the float32 base model's last hidden states, once drift() needed them
};

} // namespace invar
