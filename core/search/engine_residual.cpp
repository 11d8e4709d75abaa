// SPDX-License-Identifier: GPL-3.0-or-later
// The residual stream's moves: they change every layer, so nothing of the cache helps.
#include "core/model/compute.h"
#include "core/search/effective_weights.h"
#include "core/search/engine.h"
#include "core/search/race.h"

#include <ATen/ATen.h>

namespace invar {

/// The accepted states under another order of the stream.
ReorderedModel SearchEngine::reordered(const ResidualOrder &order) const {
    const auto device = units_->ids(0).device();
    ReorderedModel model{.order = order, .unscaled = unscaled_, .start = {}, .current = {}, .quantized = {}};
    if (order.channels() != residual_.channels())
        model.unscaled = reorder_residual(
            unscaled_, family_, ResidualOrder(residual_.move_to(order, model_->info().hidden_size), device), grids_);
    model.start = with_norm_scales(model.unscaled, states_, family_, order);
    model.current = apply_states(model.start, states_, grids_, family_).to(type_, device);
    for (auto &layer : model.current.layers) {
        model.quantized.push_back(take_ffn(layer, layout_));
        layer = pack(std::move(layer), family_.stacked(), units_->tokens(0));
    }
    return model;
}

void SearchEngine::take(ReorderedModel model) {
    residual_ = std::move(model.order);
    unscaled_ = std::move(model.unscaled);
    start_ = std::move(model.start);
    current_ = std::move(model.current);
    quantized_ = std::move(model.quantized);
}

Candidate SearchEngine::evaluate_residual(const std::vector<std::int64_t> &move, const Effort &effort) const {
    Candidate candidate;
    candidate.reordered = reordered(residual_.then(move, units_->ids(0).device()));
    candidate.pass = empty_pass();
    const auto &model = *candidate.reordered;
    Race race(*objective_, *units_, accepted_.scores, candidate.pass.scores, 0, effort);
    while (const auto wave = race.next_wave()) {
        units_->run(*wave, [&](std::size_t unit) {
            run_layers(model.current, model.order, 0, model.order.put(family_.embed(model.current, units_->ids(unit))),
                       unit, candidate.pass);
        });
        race.judge(*wave);
    }
    finish(candidate, race);
    return candidate;
}

Candidate SearchEngine::evaluate(Proposal proposal, const Effort &effort) const {
    if (proposal.moves_stream())
        return evaluate_residual(proposal.residual_move, effort);
    return proposal.layer < 0 ? evaluate_layers(moved_layers(std::move(proposal.all_states)), effort)
                              : evaluate(proposal.layer, std::move(proposal.state), effort);
}

} // namespace invar
