// SPDX-License-Identifier: GPL-3.0-or-later
// How far the accepted model is from full precision: matrix by matrix, at watched layers' outputs, and by moves that
// are only approximate.
#include "core/quant/matrix_error.h"
#include "core/search/effective_weights.h"
#include "core/search/engine.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <numeric>

namespace invar {

/// The full-precision layer under the accepted state.
DecoderLayer SearchEngine::exact_layer(std::size_t layer) const {
    const auto &reference = start_.reference.layers[layer];
    return with_attention(with_ffn(reference, layout_, apply(maps_[layer], take_ffn(reference, layout_), layout_)),
                          attention_, exact_attention(layer, states_[layer]));
}

MatrixError SearchEngine::output_error(std::size_t layer, double squared_error) const {
    return matrix_error(squared_error, objective_->target_norm(layer), objective_->target_elements(),
                        static_cast<int>(layer), std::string(layer_output_column));
}

std::vector<MatrixError> SearchEngine::errors() const {
    const auto &names = model_->info().projections;
    const auto quantized = apply_states(start_, states_, grids_, family_);
    const auto squared_sums = squared_sums_of(accepted_, 0);
    std::vector<MatrixError> errors;
    for (std::size_t layer = 0; layer < squared_sums.size(); ++layer) {
        const auto exact = exact_layer(layer);
        for (std::size_t i = 0; i < names.size(); ++i)
            errors.push_back(matrix_error(exact.projections[i].weight, quantized.layers[layer].projections[i].weight,
                                          static_cast<int>(layer), names[i]));
        if (objective_->watches(layer))
            errors.push_back(output_error(layer, squared_sums[layer]));
    }
    return errors;
}

OutputErrors SearchEngine::output_errors(const Task &task) const {
    const auto embed = [this](const at::Tensor &ids) { return residual_.put(family_.embed(start_.reference, ids)); };
    return invar::output_errors(
        family_, LayerWalk(family_, embed, sample_), [this](std::size_t layer) { return exact_layer(layer); },
        apply_states(start_, states_, grids_, family_).layers, task);
}

std::vector<MatrixError> SearchEngine::errors_of(const MovedLayer &moved) const {
    const auto &names = model_->info().projections;
    const auto &reference = moved.start ? moved.start->reference : start_.reference.layers[moved.layer];
    const auto exact = apply(moved.map, take_ffn(reference, layout_), layout_);
    const auto quantized = start_.factors.empty() ? round_ffn(take_ffn(start_.base.layers[moved.layer], layout_),
                                                              moved.map, rounding_of(moved.layer))
                                                  : moved.quantized; // not solved again for a few digits
    std::vector<MatrixError> errors;
    const auto add = [&](const Linear &before, const Linear &after, std::size_t projection) {
        errors.push_back(matrix_error(before.weight, after.weight, static_cast<int>(moved.layer), names[projection]));
    };
    for (std::size_t i = 0; i < layout_.inputs.size(); ++i)
        add(exact.inputs[i], quantized.inputs[i], layout_.inputs[i]);
    add(exact.output, quantized.output, layout_.output);
    if (moved.moves_attention) {
        const auto attention = apply(moved.state, take_attention(reference, attention_), attention_);
        add(attention.query, moved.attention.query, attention_.query);
        add(attention.key, moved.attention.key, attention_.key);
        add(attention.value, moved.attention.value, attention_.value);
        add(attention.output, moved.attention.output, attention_.output);
    }
    return errors;
}

std::vector<MatrixError> SearchEngine::errors_after(const Candidate &candidate) const {
    std::vector<MatrixError> errors;
    for (const auto &moved : candidate.layers)
        std::ranges::move(errors_of(moved), std::back_inserter(errors));
    const auto first = candidate.first_layer();
    const auto squared_sums = squared_sums_of(candidate.pass, first);
    for (auto layer = first; layer < squared_sums.size(); ++layer)
        if (objective_->watches(layer))
            errors.push_back(output_error(layer, squared_sums[layer]));
    return errors;
}

double SearchEngine::drift() {
    const auto exactness = family_.info().invariances;
    const bool scaling_moves = exactness.at(Invariance::scaling) == Exactness::approximate;
    if (std::ranges::none_of(states_, [&](const LayerState &state) {
            return state.ffn.rotates() || (scaling_moves && state.ffn.scales());
        }))
        return 0;
    const auto last_hidden = [&](const std::vector<DecoderLayer> &layers, std::size_t unit) {
        auto hidden = residual_.put(family_.embed(start_.reference, units_->ids(unit)));
        for (const auto &layer : layers)
            hidden = family_.run_layer(layer, hidden);
        return residual_.put_back(hidden);
    };
    if (exact_outputs_.empty()) {
        exact_outputs_.resize(units_->count());
        units_->run_all([&](std::size_t unit) { exact_outputs_[unit] = last_hidden(start_.reference.layers, unit); });
    }
    std::vector<double> moved_by(units_->count());
    std::vector<double> norms(units_->count());
    std::vector<DecoderLayer> turned;
    for (std::size_t layer = 0; layer < states_.size(); ++layer)
        turned.push_back(exact_layer(layer));
    units_->run_all([&](std::size_t unit) {
        const auto &reference = exact_outputs_[unit];
        moved_by[unit] = (last_hidden(turned, unit) - reference).square().sum(at::kDouble).item<double>();
        norms[unit] = reference.square().sum(at::kDouble).item<double>();
    });
    return std::sqrt(std::accumulate(moved_by.begin(), moved_by.end(), 0.0) /
                     std::accumulate(norms.begin(), norms.end(), 0.0));
}

} // namespace invar
