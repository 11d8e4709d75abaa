// SPDX-License-Identifier: GPL-3.0-or-later
// For core only: includes LibTorch.
#pragma once

#include "core/base/task.h"
#include "core/invariance/ffn_state.h"
#include "core/model/language_model.h"
#include "core/quant/error_measure.h"
#include "core/quant/method.h"
#include "core/search/settings.h"

#include <ATen/core/Tensor.h>

#include <vector>

namespace invar {

/// Decoder layers whose outputs enter the MSE, ascending: L-1-ceil(i*L/n) for i in [0, n), n = min(watched, L)
/// (reference-algorithm.md).
[[nodiscard]] std::vector<int> watched_layers(int watched, int layers);

/// The two parts of the objective, not yet weighed against their start.
struct ObjectiveTerms {
    double ce = 0;  ///< mean next-token cross-entropy, nats
    double mse = 0; ///< mean clamped squared difference of the watched hidden states
};

/// A candidate state of one layer's FFN and everything computed on the way to its terms, so that accepting it costs
/// nothing more.
struct Candidate {
    int layer = 0;
    FfnState state;
    FfnWeights transformed; ///< full precision, float32
    FfnWeights quantized;   ///< on the grid, float32
    ObjectiveTerms terms;

    DecoderLayer decoder_layer;         ///< in the run's precision
    std::vector<FfnInput> ffn_inputs;   ///< of the layers after `layer`
    std::vector<double> squared_errors; ///< of the outputs of `layer` and those after it; 0 where not watched
};

/// Scores candidates against the calibration set. Keeps, for the accepted model, what every layer's FFN reads: a
/// candidate in layer l re-runs only the FFN of l, the layers after it and the head. Use on one thread, inside a
/// ComputeScope.
class SearchEngine {
public:
    /// Quantizes the model with the settings' starting method and scores it. `ids`: int64 [sequences, tokens].
    /// Throws Error, Cancelled.
    SearchEngine(std::shared_ptr<const LanguageModel> model, const SearchSettings &settings, const at::Tensor &ids,
                 const Task &task);

    [[nodiscard]] const ObjectiveTerms &start_terms() const { return start_terms_; }
    [[nodiscard]] double full_precision_ce() const { return full_precision_ce_; }
    [[nodiscard]] const std::vector<FfnState> &states() const { return states_; }
    /// The accepted model's terms, from the cache.
    [[nodiscard]] const ObjectiveTerms &terms() const { return terms_; }
    /// ce / ce0 + alpha * mse / mse0.
    [[nodiscard]] double loss(const ObjectiveTerms &terms) const;

    [[nodiscard]] Candidate evaluate(int layer, FfnState state) const;
    void accept(Candidate candidate);
    /// Puts other states in the place of the accepted ones and recomputes everything that depends on them.
    void restore(std::vector<FfnState> states);
    /// The accepted model's terms by a forward pass that uses no cache: what terms() must equal.
    [[nodiscard]] ObjectiveTerms evaluate_from_scratch() const;

    /// Errors of every matrix and of every watched layer's output, for the accepted model.
    [[nodiscard]] std::vector<MatrixError> errors() const;
    /// Those that accepting `candidate` changes.
    [[nodiscard]] std::vector<MatrixError> errors_after(const Candidate &candidate) const;

    /// How far the accepted rotations move the full-precision model: relative change of its last hidden states on the
    /// calibration set; 0 when nothing is rotated.
    [[nodiscard]] double rotation_drift() const;

private:
    [[nodiscard]] double squared_error(int layer, const at::Tensor &hidden) const;
    [[nodiscard]] ObjectiveTerms finish(const at::Tensor &hidden, double squared_errors) const;
    void rebuild_cache();
    void measure_targets();
    [[nodiscard]] FfnWeights in_precision(const FfnWeights &ffn) const;
    [[nodiscard]] MatrixError output_error(int layer, double squared_error) const;

    std::shared_ptr<const LanguageModel> model_;
    const ModelFamily &family_;
    FfnLayout layout_;
    SearchSettings settings_;
    std::unique_ptr<StartingMethod> method_;
    at::ScalarType type_;
    at::Tensor ids_;
    StartingPoint start_;  ///< float32, on the device
    ModelWeights current_; ///< the accepted quantized model, in the run's precision
    std::vector<FfnState> states_;

    std::vector<at::Tensor> targets_;    ///< per layer: full-precision output, undefined where not watched
    std::vector<double> target_norms_;   ///< per layer: sum of squares of the target
    std::vector<FfnInput> ffn_inputs_;   ///< per layer, of the accepted model
    std::vector<double> squared_errors_; ///< per layer, of the accepted model
    ObjectiveTerms terms_, start_terms_;
    double full_precision_ce_ = 0;
    std::int64_t watched_elements_ = 0;
};

} // namespace invar
