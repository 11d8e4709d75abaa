// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/search/engine.h"

#include "core/model/compute.h"
#include "core/model/cross_entropy.h"
#include "core/quant/matrix_error.h"
#include "core/search/effective_weights.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace invar {
namespace {

constexpr double difference_limit = 100; // the published code clamps differences of hidden states

std::size_t index_of(int layer) { return static_cast<std::size_t>(layer); }

} // namespace

std::vector<int> watched_layers(int watched, int layers) {
    const int count = std::min(watched, layers);
    std::vector<int> result;
    for (int i = count - 1; i >= 0; --i)
        result.push_back(layers - 1 - (i * layers + count - 1) / count);
    return result;
}

SearchEngine::SearchEngine(std::shared_ptr<const LanguageModel> model, const SearchSettings &settings,
                           const at::Tensor &ids, const Task &task)
    : model_(std::move(model)), family_(model_->family()), layout_(family_.ffn()), settings_(settings),
      method_(make_starting_method(settings.method)), type_(scalar_type_of(settings.precision)) {
    const auto device = usable_device(settings.device);
    ids_ = ids.to(device);
    const auto weights = model_->weights().to(at::kFloat, device);
    start_ = method_->quantize({family_, weights, ids_, settings_.grid}, task);
    task.check();
    task.report(0.5, "measuring the full-precision model");
    measure_targets();
    task.check();
    task.report(0.8, "measuring the quantized model");
    restore(std::vector<FfnState>(start_.base.layers.size(), FfnState::identity(model_->info().ffn_size)));
    start_terms_ = terms_;
}

void SearchEngine::measure_targets() {
    const auto weights = model_->weights().to(type_, ids_.device());
    targets_.assign(weights.layers.size(), {});
    target_norms_.assign(weights.layers.size(), 0);
    const auto watched = watched_layers(settings_.watched_layers, model_->info().layers);
    auto hidden = family_.embed(weights, ids_);
    for (std::size_t layer = 0; layer < weights.layers.size(); ++layer) {
        hidden = family_.run_layer(weights.layers[layer], hidden);
        if (std::ranges::find(watched, static_cast<int>(layer)) == watched.end())
            continue;
        targets_[layer] = hidden;
        target_norms_[layer] = hidden.to(at::kFloat).square().sum(at::kDouble).item<double>();
        watched_elements_ += hidden.numel();
    }
    const auto predicted = static_cast<double>(ids_.size(0) * (ids_.size(1) - 1));
    full_precision_ce_ = summed_cross_entropy(family_, weights, hidden, ids_) / predicted;
    if (!std::isfinite(full_precision_ce_))
        fail("{}: the full-precision model's cross-entropy on the calibration set is not finite",
             model_->info().source);
}

double SearchEngine::squared_error(int layer, const at::Tensor &hidden) const {
    const auto &target = targets_[index_of(layer)];
    if (!target.defined())
        return 0;
    auto difference = hidden.to(at::kFloat) - target.to(at::kFloat);
    return difference.clamp_(-difference_limit, difference_limit).square_().sum(at::kDouble).item<double>();
}

ObjectiveTerms SearchEngine::finish(const at::Tensor &hidden, double squared_errors) const {
    const auto predicted = static_cast<double>(ids_.size(0) * (ids_.size(1) - 1));
    return {.ce = summed_cross_entropy(family_, current_, hidden, ids_) / predicted,
            .mse = squared_errors / static_cast<double>(watched_elements_)};
}

double SearchEngine::loss(const ObjectiveTerms &terms) const {
    const auto relative_mse = start_terms_.mse > 0 ? terms.mse / start_terms_.mse : 0;
    return terms.ce / start_terms_.ce + settings_.alpha * relative_mse;
}

FfnWeights SearchEngine::in_precision(const FfnWeights &ffn) const {
    auto result = ffn;
    const auto convert = [&](Linear &linear) {
        linear.weight = linear.weight.to(type_);
        if (linear.bias.defined())
            linear.bias = linear.bias.to(type_);
    };
    for (auto &input : result.inputs)
        convert(input);
    convert(result.output);
    return result;
}

Candidate SearchEngine::evaluate(int layer, FfnState state) const {
    const auto index = index_of(layer);
    Candidate candidate{.layer = layer, .state = std::move(state)};
    candidate.transformed = apply(candidate.state, take_ffn(start_.base.layers[index], layout_), layout_);
    candidate.quantized = requantize(*method_, settings_.grid, candidate.transformed);
    candidate.decoder_layer = with_ffn(current_.layers[index], layout_, in_precision(candidate.quantized));

    auto hidden = family_.ffn_half(candidate.decoder_layer, ffn_inputs_[index]);
    candidate.squared_errors.push_back(squared_error(layer, hidden));
    for (std::size_t next = index + 1; next < current_.layers.size(); ++next) {
        candidate.ffn_inputs.push_back(family_.attention_half(current_.layers[next], hidden));
        hidden = family_.ffn_half(current_.layers[next], candidate.ffn_inputs.back());
        candidate.squared_errors.push_back(squared_error(static_cast<int>(next), hidden));
    }
    // Summed layer by layer in ascending order, as rebuild_cache() does: the same numbers give the same sum.
    auto sum = std::accumulate(squared_errors_.begin(), squared_errors_.begin() + layer, 0.0);
    sum = std::accumulate(candidate.squared_errors.begin(), candidate.squared_errors.end(), sum);
    candidate.terms = finish(hidden, sum);
    return candidate;
}

void SearchEngine::accept(Candidate candidate) {
    const auto index = index_of(candidate.layer);
    current_.layers[index] = std::move(candidate.decoder_layer);
    states_[index] = std::move(candidate.state);
    std::ranges::move(candidate.ffn_inputs, ffn_inputs_.begin() + candidate.layer + 1);
    std::ranges::copy(candidate.squared_errors, squared_errors_.begin() + candidate.layer);
    terms_ = candidate.terms;
}

void SearchEngine::restore(std::vector<FfnState> states) {
    for (const auto &state : states)
        check(state, model_->info().ffn_size);
    if (states.size() != start_.base.layers.size())
        fail("the run has invariances for {} layers, the model has {}", states.size(), start_.base.layers.size());
    states_ = std::move(states);
    current_ = apply_states(start_, states_, *method_, settings_.grid, layout_).to(type_, ids_.device());
    rebuild_cache();
}

void SearchEngine::rebuild_cache() {
    ffn_inputs_.clear();
    squared_errors_.clear();
    auto hidden = family_.embed(current_, ids_);
    for (const auto &layer : current_.layers) {
        ffn_inputs_.push_back(family_.attention_half(layer, hidden));
        hidden = family_.ffn_half(layer, ffn_inputs_.back());
        squared_errors_.push_back(squared_error(static_cast<int>(squared_errors_.size()), hidden));
    }
    terms_ = finish(hidden, std::accumulate(squared_errors_.begin(), squared_errors_.end(), 0.0));
}

ObjectiveTerms SearchEngine::evaluate_from_scratch() const {
    auto hidden = family_.embed(current_, ids_);
    double sum = 0;
    for (std::size_t layer = 0; layer < current_.layers.size(); ++layer) {
        hidden = family_.run_layer(current_.layers[layer], hidden);
        sum += squared_error(static_cast<int>(layer), hidden);
    }
    return finish(hidden, sum);
}

MatrixError SearchEngine::output_error(int layer, double squared_error) const {
    return matrix_error(squared_error, target_norms_[index_of(layer)], targets_[index_of(layer)].numel(), layer,
                        std::string(layer_output_column));
}

std::vector<MatrixError> SearchEngine::errors() const {
    const auto &names = model_->info().projections;
    const auto quantized = apply_states(start_, states_, *method_, settings_.grid, layout_);
    std::vector<MatrixError> errors;
    for (int layer = 0; layer < model_->info().layers; ++layer) {
        const auto index = index_of(layer);
        const auto exact = with_ffn(start_.base.layers[index], layout_,
                                    apply(states_[index], take_ffn(start_.base.layers[index], layout_), layout_));
        for (std::size_t i = 0; i < names.size(); ++i)
            errors.push_back(matrix_error(exact.projections[i].weight, quantized.layers[index].projections[i].weight,
                                          layer, names[i]));
        if (targets_[index].defined())
            errors.push_back(output_error(layer, squared_errors_[index]));
    }
    return errors;
}

std::vector<MatrixError> SearchEngine::errors_after(const Candidate &candidate) const {
    const auto &names = model_->info().projections;
    std::vector<MatrixError> errors;
    for (std::size_t i = 0; i < layout_.inputs.size(); ++i)
        errors.push_back(matrix_error(candidate.transformed.inputs[i].weight, candidate.quantized.inputs[i].weight,
                                      candidate.layer, names[layout_.inputs[i]]));
    errors.push_back(matrix_error(candidate.transformed.output.weight, candidate.quantized.output.weight,
                                  candidate.layer, names[layout_.output]));
    for (std::size_t i = 0; i < candidate.squared_errors.size(); ++i) {
        const auto layer = candidate.layer + static_cast<int>(i);
        if (targets_[index_of(layer)].defined())
            errors.push_back(output_error(layer, candidate.squared_errors[i]));
    }
    return errors;
}

double SearchEngine::rotation_drift() const {
    if (std::ranges::none_of(states_, &FfnState::rotates))
        return 0;
    const auto exact = model_->weights().to(at::kFloat, ids_.device());
    auto reference = family_.embed(exact, ids_);
    auto moved = reference;
    for (std::size_t layer = 0; layer < exact.layers.size(); ++layer) {
        reference = family_.run_layer(exact.layers[layer], reference);
        const auto ffn = apply(states_[layer], take_ffn(exact.layers[layer], layout_), layout_);
        moved = family_.run_layer(with_ffn(exact.layers[layer], layout_, ffn), moved);
    }
    return ((moved - reference).norm() / reference.norm()).item<double>();
}

} // namespace invar
