// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/search/engine.h"

#include "core/model/compute.h"
#include "core/search/effective_weights.h"
#include "core/search/ffn_update.h"
#include "core/search/memory_plan.h"
#include "core/search/race.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>
#include <stdexcept>

namespace invar {
namespace {

std::size_t index_of(int layer) { return static_cast<std::size_t>(layer); }

StartingPoint to_device(StartingPoint point, const at::Device &device) {
    for (auto *weights : {&point.reference, &point.base, &point.quantized})
        *weights = weights->to(at::kFloat, device);
    return point;
}

} // namespace

SearchEngine::SearchEngine(std::shared_ptr<const LanguageModel> model, const SearchSettings &settings,
                           const at::Tensor &ids, const Task &task, std::optional<StartingPoint> start,
                           const TrainingListener &training)
    : model_(std::move(model)), family_(model_->family()), layout_(family_.ffn()), attention_(family_.attention()),
      settings_(settings), grids_(settings.grid, settings.layer_bits, model_->info()),
      type_(scalar_type_of(settings.precision)), cache_stride_(plan_memory(settings, model_->info()).cache_stride) {
    const auto device = usable_device(settings.device);
    stream_ = std::make_unique<cuda::StreamScope>(device);
    const auto on_device = ids.to(device);
    sample_ = output_error_ids(on_device);
    constexpr std::int64_t looks = 4;
    constexpr std::int64_t looks_of_a_race = 8;
    units_ = std::make_unique<WorkUnits>(on_device, resolve_threads(settings.threads),
                                         settings.racing_error > 0 ? looks_of_a_race : looks);
    const auto weights = model_->weights().to(at::kFloat, device);
    unscaled_ = start ? to_device(std::move(*start), device)
                      : make_starting_method(settings.method)
                            ->quantize({family_, weights, on_device, grids_, settings_.method_options, settings_.seed,
                                        training_type(settings_.precision, device), training},
                                       task);
    units_->stop_with(task.stop);
    task.report(0.5, "measuring the full-precision model");
    objective_ = std::make_unique<Objective>(family_, weights.to(type_, device), *units_,
                                             ObjectiveOptions{.watched = settings_.watched_layers,
                                                              .alpha = settings_.alpha,
                                                              .equal_tokens = settings_.equal_tokens});
    if (!std::isfinite(full_precision_ce()))
        fail("{}: the full-precision model's cross-entropy on the calibration set is not finite",
             model_->info().source);
    task.check();
    task.report(0.8, "measuring the quantized model");
    restore(std::vector<LayerState>(unscaled_.base.layers.size(), LayerState::identity(model_->info().ffn_size)));
    objective_->set_start(terms_);
    units_->stop_with({});
}

ForwardPass SearchEngine::empty_pass() const {
    const auto layers = start_.base.layers.size();
    ForwardPass pass{.ffn_inputs = std::vector<std::vector<FfnInput>>(layers),
                     .scores = std::vector<UnitScore>(units_->count(), UnitScore(layers))};
    for (std::size_t layer = 0; layer < layers; ++layer)
        if (is_cache_point(layer))
            pass.ffn_inputs[layer].resize(units_->count());
    return pass;
}

/// Takes the input of layer `first` through it, all layers after it and the head.
void SearchEngine::run_layers(const ModelWeights &weights, const ResidualOrder &order, std::size_t first,
                              at::Tensor hidden, std::size_t unit, ForwardPass &pass) const {
    for (auto layer = first; layer < weights.layers.size(); ++layer) {
        auto input = family_.attention_half(weights.layers[layer], hidden);
        hidden = family_.ffn_half(weights.layers[layer], input);
        measure_layer(layer, unit, hidden, order, pass);
        if (is_cache_point(layer))
            pass.ffn_inputs[layer][unit] = std::move(input);
    }
    objective_->measure_head(weights, unit, order.put_back(hidden), pass.scores[unit]);
}

void SearchEngine::measure_layer(std::size_t layer, std::size_t unit, const at::Tensor &hidden,
                                 const ResidualOrder &order, ForwardPass &pass) const {
    if (objective_->watches(layer))
        objective_->measure_layer(layer, unit, order.put_back(hidden), pass.scores[unit]);
}

/// What the FFN of `layer` reads in the accepted model: cached, or recomputed from the nearest cache point before it.
FfnInput SearchEngine::ffn_input(std::size_t layer, std::size_t unit) const {
    auto point = layer - layer % static_cast<std::size_t>(cache_stride_);
    auto input = accepted_.ffn_inputs[point][unit];
    for (; point < layer; ++point)
        input = family_.attention_half(current_.layers[point + 1], family_.ffn_half(current_.layers[point], input));
    return input;
}

ForwardPass SearchEngine::run_accepted() const {
    auto pass = empty_pass();
    units_->run_all([&](std::size_t unit) {
        run_layers(current_, residual_, 0, residual_.put(family_.embed(current_, units_->ids(unit))), unit, pass);
    });
    return pass;
}

std::vector<double> SearchEngine::squared_sums_of(const ForwardPass &pass, std::size_t first_layer) const {
    std::vector<double> sums(current_.layers.size(), 0);
    for (std::size_t unit = 0; unit < units_->count(); ++unit)
        for (std::size_t layer = 0; layer < sums.size(); ++layer)
            sums[layer] += (layer < first_layer ? accepted_ : pass).scores[unit].squared_sum[layer];
    return sums;
}

ObjectiveTerms SearchEngine::terms_of(const ForwardPass &pass) const {
    double losses = 0;
    for (const auto &score : pass.scores)
        losses += score.loss_sum;
    return objective_->terms(losses, squared_sums_of(pass, 0));
}

/// Attention is packed anew only where it moves.
DecoderLayer SearchEngine::packed_layer(const MovedLayer &moved) const {
    const auto rows = units_->tokens(0);
    if (moved.moves_attention) {
        auto layer = current_.layers[moved.layer];
        if (moved.start)
            for (std::size_t norm = 0; norm < layer.norms.size(); ++norm)
                layer.norms[norm] = in_type(moved.start->quantized.norms[norm], type_);
        layer.stack = {};
        layer.stack_sizes.clear();
        return pack(with_ffn(with_attention(layer, attention_, moved.attention.to(type_)), layout_, moved.quantized),
                    family_.stacked(), rows);
    }
    auto packed = moved.quantized;
    for (auto &input : packed.inputs)
        input = pack(std::move(input), rows);
    packed.output = pack(std::move(packed.output), rows);
    return with_ffn(current_.layers[moved.layer], layout_, packed);
}

AttentionWeights SearchEngine::exact_attention(std::size_t layer, const LayerState &state) const {
    return apply(state, take_attention(start_.reference.layers[layer], attention_), attention_);
}

AttentionWeights SearchEngine::quantized_attention(std::size_t layer, const LayerState &state) const {
    if (state.value.neurons() == 0 && state.key.neurons() == 0)
        return take_attention(start_.quantized.layers[layer], attention_);
    return round_attention(take_attention(start_.base.layers[layer], attention_), state,
                           {grids_.layer(layer), attention_, start_.factors_of(layer)});
}

/// What the attention of `layer` reads in the accepted model.
at::Tensor SearchEngine::layer_input(std::size_t layer, std::size_t unit) const {
    return layer == 0 ? residual_.put(family_.embed(current_, units_->ids(unit)))
                      : family_.ffn_half(current_.layers[layer - 1], ffn_input(layer - 1, unit));
}

FfnWeights SearchEngine::requantized(std::size_t layer, const NeuronMap &map) const {
    const auto base = take_ffn(start_.base.layers[layer], layout_);
    return update({base, quantized_[layer], maps_[layer]}, map, rounding_of(layer));
}

FfnRounding SearchEngine::rounding_of(std::size_t layer) const {
    return {grids_.layer(layer), layout_, start_.factors_of(layer)};
}

MovedLayer SearchEngine::moved_layer(std::size_t layer, LayerState state) const {
    MovedLayer moved{.layer = layer, .state = std::move(state), .map = {}, .start = {}};
    moved.map = NeuronMap::of(moved.state.ffn);
    if (moved.state.norms != states_[layer].norms)
        moved.start = scaled_layer(unscaled_, layer, moved.state.norms, family_, residual_);
    moved.moves_attention = moved.start || !same_attention(moved.state, states_[layer]);
    moved.quantized = requantized(layer, moved.map);
    if (moved.moves_attention)
        moved.attention = quantized_attention(layer, moved.state);
    moved.decoder_layer = packed_layer(moved);
    return moved;
}

/// Those whose state is another than the accepted one; the first where none is.
std::vector<MovedLayer> SearchEngine::moved_layers(std::vector<LayerState> states) const {
    std::vector<MovedLayer> moved;
    for (std::size_t layer = 0; layer < states.size(); ++layer) {
        units_->check();
        if (states[layer] != states_.at(layer))
            moved.push_back(moved_layer(layer, std::move(states[layer])));
    }
    if (moved.empty())
        moved.push_back(moved_layer(0, states_.front()));
    return moved;
}

Candidate SearchEngine::evaluate(int layer, LayerState state, const Effort &effort) const {
    std::vector<MovedLayer> layers;
    layers.push_back(moved_layer(index_of(layer), std::move(state)));
    return evaluate_layers(std::move(layers), effort);
}

Candidate SearchEngine::evaluate_layers(std::vector<MovedLayer> layers, const Effort &effort) const {
    Candidate candidate{.layers = std::move(layers), .pass = empty_pass()};
    auto weights = current_;
    for (const auto &moved : candidate.layers)
        weights.layers[moved.layer] = moved.decoder_layer;
    const auto &first = candidate.layers.front();

    Race race(*objective_, *units_, accepted_.scores, candidate.pass.scores, first.layer, effort);
    while (const auto wave = race.next_wave()) {
        units_->run(*wave, [&](std::size_t unit) {
            auto input = first.moves_attention
                             ? family_.attention_half(first.decoder_layer, layer_input(first.layer, unit))
                             : ffn_input(first.layer, unit);
            auto hidden = family_.ffn_half(first.decoder_layer, input);
            measure_layer(first.layer, unit, hidden, residual_, candidate.pass);
            if (first.moves_attention && is_cache_point(first.layer))
                candidate.pass.ffn_inputs[first.layer][unit] = std::move(input);
            run_layers(weights, residual_, first.layer + 1, std::move(hidden), unit, candidate.pass);
        });
        race.judge(*wave);
    }
    finish(candidate, race);
    return candidate;
}

/// What the race found.
void SearchEngine::finish(Candidate &candidate, const Race &race) const {
    candidate.share = race.share();
    candidate.dropped = race.dropped();
    if (!candidate.complete()) {
        candidate.terms = race.extrapolated(terms_);
        return;
    }
    double losses = 0;
    for (const auto &score : candidate.pass.scores)
        losses += score.loss_sum;
    candidate.terms = objective_->terms(losses, squared_sums_of(candidate.pass, candidate.first_layer()));
}

void SearchEngine::accept(Candidate candidate) {
    if (!candidate.complete())
        throw std::logic_error("only a candidate that was evaluated on the whole calibration set can be accepted");
    terms_ = candidate.terms;
    if (candidate.reordered) {
        take(std::move(*candidate.reordered));
        accepted_ = std::move(candidate.pass);
        return;
    }
    const auto first = candidate.first_layer();
    const auto first_input = candidate.layers.front().moves_attention ? first : first + 1;
    for (auto &moved : candidate.layers) {
        if (moved.start) {
            look_from(moved.layer, moved.state.norms);
            put_layer(start_, moved.layer, std::move(*moved.start));
        }
        current_.layers[moved.layer] = std::move(moved.decoder_layer);
        states_[moved.layer] = std::move(moved.state);
        maps_[moved.layer] = std::move(moved.map);
        quantized_[moved.layer] = std::move(moved.quantized);
    }
    for (auto layer = first_input; layer < accepted_.ffn_inputs.size(); ++layer)
        accepted_.ffn_inputs[layer] = std::move(candidate.pass.ffn_inputs[layer]);
    for (std::size_t unit = 0; unit < units_->count(); ++unit) {
        auto &old = accepted_.scores[unit];
        auto &now = candidate.pass.scores[unit];
        for (auto layer = first; layer < old.squared.size(); ++layer) {
            old.squared[layer] = std::move(now.squared[layer]);
            old.squared_sum[layer] = now.squared_sum[layer];
        }
        old.losses = std::move(now.losses);
        old.loss_sum = now.loss_sum;
    }
}

void SearchEngine::restore(std::vector<LayerState> states, const std::vector<std::int64_t> &residual_order) {
    for (const auto &state : states)
        check(state, model_->info().layer_shape());
    if (states.size() != unscaled_.base.layers.size())
        fail("the run has invariances for {} layers, the model has {}", states.size(), unscaled_.base.layers.size());
    if (!residual_order.empty() && std::cmp_not_equal(residual_order.size(), model_->info().hidden_size))
        fail("the run has an order of {} channels, the model has {}", residual_order.size(),
             model_->info().hidden_size);
    const ResidualOrder order(residual_order, units_->ids(0).device());
    states_ = std::move(states);
    maps_.clear();
    for (const auto &state : states_)
        maps_.push_back(NeuronMap::of(state.ffn));
    take(reordered(order));
    for (std::size_t layer = 0; layer < states_.size(); ++layer)
        look_from(layer, states_[layer].norms);
    accepted_ = run_accepted();
    terms_ = terms_of(accepted_);
}

ObjectiveTerms SearchEngine::evaluate_from_scratch() const { return terms_of(run_accepted()); }

} // namespace invar
