// SPDX-License-Identifier: GPL-3.0-or-later
// What the loss's gradient foretells of candidates.
#include "core/search/engine.h"
#include "core/search/norm_slopes.h"
#include "core/search/put_back.h"

#include <ATen/Parallel.h>
#include <c10/core/GradMode.h>

#include <algorithm>
#include <map>
#include <stdexcept>

namespace invar {
namespace {

std::size_t layer_of(const Proposal &proposal) { return static_cast<std::size_t>(proposal.layer); }

/// Or what it reads.
bool any_moves_attention(const std::vector<Proposal> &proposals, std::size_t layer, const LayerState &accepted) {
    return std::ranges::any_of(proposals, [&](const Proposal &proposal) {
        return layer_of(proposal) == layer &&
               (!same_attention(proposal.state, accepted) || proposal.state.norms != accepted.norms);
    });
}

/// What is subtracted from every prediction in a layer.
struct AcceptedProducts {
    double ffn = 0;
    double attention = 0;
};

} // namespace

/// The accepted quantized model, such that a gradient can be taken of it.
ModelWeights SearchEngine::unpacked() const {
    auto weights = start_.quantized.to(type_, units_->ids(0).device());
    for (std::size_t layer = 0; layer < quantized_.size(); ++layer) {
        auto &unpacked = weights.layers[layer];
        unpacked = with_ffn(unpacked, layout_, quantized_[layer]);
        if (settings_.invariances.moves_attention())
            unpacked = with_attention(unpacked, attention_, quantized_attention(layer, states_[layer]).to(type_));
    }
    return weights;
}

void SearchEngine::take_gradient(const GradientNeeds &needs, std::int64_t turn) {
    gradient_.reset(); // not two at a time
    const bool attention =
        settings_.invariances.moves_attention() || (settings_.invariances.norm_scaling && needs.norms);
    std::vector<AttentionMaps> attention_maps;
    std::vector<NormScales> norms;
    for (const auto &state : states_) {
        norms.push_back(state.norms);
        if (attention)
            attention_maps.push_back(AttentionMaps::of(state, attention_));
    }
    gradient_.emplace(GradientSource{family_, unpacked(), maps_, attention_maps, residual_, norms}, *units_,
                      *objective_, needs, turn);
}

/// A gradient that does not follow norms is over when they move.
void SearchEngine::look_from(std::size_t layer, const NormScales &norms) {
    if (gradient_ && gradient_->follows_norms(layer, norms))
        gradient_->look_from(layer, norms);
    else
        gradient_.reset();
}

NormSlopes SearchEngine::norm_slopes(const std::vector<LayerState> &states, const CalibrationPart &part) const {
    if (family_.norm_folds().empty())
        throw std::logic_error("this model has no norms to scale");
    auto weights = unpacked();
    for (std::size_t layer = 0; layer < states.size(); ++layer)
        weights.layers[layer].norms =
            with_norm_gains(unscaled_.quantized.layers[layer], states[layer].norms, family_, residual_).norms;
    return slopes_of_norms(family_, weights, residual_, {*units_, *objective_, part});
}

double SearchEngine::attention_product(std::size_t layer, const LayerState &state) const {
    return gradient_->product(layer, AttentionMaps::of(state, attention_), quantized_attention(layer, state).to(type_));
}

/// Calls `predict` with every index below `count`, shared out among threads on the CPU.
template <typename Predict> void SearchEngine::predict_each(std::size_t count, Predict &&predict) const {
    if (!gradient_)
        throw std::logic_error("changes of the loss cannot be predicted before its gradient was taken");
    const auto some = [&](std::int64_t begin, std::int64_t end) {
        const c10::AutoGradMode no_gradients(false); // kept per thread
        for (auto i = begin; i < end; ++i) {
            units_->check();
            predict(static_cast<std::size_t>(i));
        }
    };
    if (units_->ids(0).is_cpu())
        at::parallel_for(0, static_cast<std::int64_t>(count), 1, some);
    else
        some(0, static_cast<std::int64_t>(count));
}

std::vector<double> SearchEngine::predicted_changes(const std::vector<Proposal> &proposals) const {
    std::map<std::size_t, AcceptedProducts> accepted;
    for (const auto &proposal : proposals)
        accepted.try_emplace(layer_of(proposal));
    std::vector<std::size_t> layers;
    for (const auto &[layer, products] : accepted)
        layers.push_back(layer);
    predict_each(layers.size(), [&](std::size_t i) {
        const auto layer = layers[i];
        accepted.at(layer) = {.ffn = gradient_->product(layer, maps_[layer], quantized_[layer]),
                              .attention = accepted_attention_product(layer, proposals)};
    });
    std::vector<double> changes(proposals.size());
    predict_each(proposals.size(), [&](std::size_t i) {
        const auto layer = layer_of(proposals[i]);
        const auto &state = proposals[i].state;
        const auto map = NeuronMap::of(state.ffn);
        const auto &before = accepted.at(layer);
        if (state.norms != states_[layer].norms) {
            changes[i] = seen_product(layer, state) - before.ffn - before.attention;
            return;
        }
        changes[i] = gradient_->product(layer, map, requantized(layer, map)) - before.ffn;
        if (!same_attention(state, states_[layer]))
            changes[i] += attention_product(layer, state) - before.attention;
    });
    return changes;
}

/// Of the accepted attention; 0 where none of the proposals moves it.
double SearchEngine::accepted_attention_product(std::size_t layer, const std::vector<Proposal> &proposals) const {
    return any_moves_attention(proposals, layer, states_[layer]) ? attention_product(layer, states_[layer]) : 0;
}

std::vector<PartChanges> SearchEngine::predicted_changes_by_part(const std::vector<Proposal> &proposals,
                                                                 std::int64_t group) const {
    if (proposals.empty())
        return {};
    if (gradient_ && gradient_->has_curvature())
        return curved_changes_by_part(proposals, group);
    std::vector<PartChanges> changes(proposals.size());
    const auto layer = layer_of(proposals.front());
    std::vector<double> before;
    double attention_before = 0;
    predict_each(1, [&](std::size_t) {
        before = gradient_->products_by_group(layer, maps_[layer], quantized_[layer], group);
        attention_before = accepted_attention_product(layer, proposals);
    });
    predict_each(proposals.size(), [&](std::size_t i) {
        const auto &state = proposals[i].state;
        const auto map = NeuronMap::of(state.ffn);
        const auto products = gradient_->products_by_group(layer, map, requantized(layer, map), group);
        for (std::size_t part = 0; part < before.size(); ++part)
            changes[i].ffn.push_back({.slope = products[part] - before[part]});
        if (!same_attention(state, states_[layer]))
            changes[i].attention.slope = attention_product(layer, state) - attention_before;
        if (state.norms != states_[layer].norms)
            changes[i].norms = norm_change(layer, state.norms);
    });
    return changes;
}

std::vector<PartChanges> SearchEngine::curved_changes_by_part(const std::vector<Proposal> &proposals,
                                                              std::int64_t group) const {
    std::vector<PartChanges> changes(proposals.size());
    const auto layer = layer_of(proposals.front());
    const auto of_attention = [&](const LayerState &state) {
        return std::pair(AttentionMaps::of(state, attention_), quantized_attention(layer, state).to(type_));
    };
    PlacedFfn ffn{maps_[layer], {}};
    AttentionWeights attention;
    predict_each(1, [&](std::size_t) {
        ffn.weights = put_back(PutBack::weights, quantized_[layer], layout_, maps_[layer]);
        if (!any_moves_attention(proposals, layer, states_[layer]))
            return;
        const auto [maps, quantized] = of_attention(states_[layer]);
        attention = put_back(PutBack::weights, quantized, maps);
    });
    predict_each(proposals.size(), [&](std::size_t i) {
        const auto &state = proposals[i].state;
        const auto map = NeuronMap::of(state.ffn);
        changes[i].ffn = gradient_->changes_by_group(layer, map, requantized(layer, map), ffn, group);
        if (state.norms != states_[layer].norms)
            changes[i].norms = norm_change(layer, state.norms);
        if (same_attention(state, states_[layer]))
            return;
        const auto [maps, quantized] = of_attention(state);
        changes[i].attention = gradient_->change(layer, maps, quantized, attention);
    });
    return changes;
}

/// The quantized layer (float32) under a state whose norms have other factors, seen from the accepted ones. Weights are
/// scaled after the run's precision has had them, as in the model, where norms and not weights are scaled.
DecoderLayer SearchEngine::seen_layer(std::size_t layer, const LayerState &state) const {
    const auto ffn = requantized(layer, NeuronMap::of(state.ffn)).to(at::kFloat);
    const auto attention = quantized_attention(layer, state).to(type_).to(at::kFloat);
    return seen_from(with_attention(with_ffn(start_.quantized.layers[layer], layout_, ffn), attention_, attention),
                     states_[layer].norms, state.norms, family_, residual_);
}

double SearchEngine::seen_product(std::size_t layer, const LayerState &state) const {
    const auto seen = seen_layer(layer, state);
    return gradient_->product(layer, NeuronMap::of(state.ffn), take_ffn(seen, layout_)) +
           gradient_->product(layer, AttentionMaps::of(state, attention_), take_attention(seen, attention_));
}

LossChange SearchEngine::norm_change(std::size_t layer, const NormScales &norms) const {
    auto state = states_[layer];
    state.norms = norms;
    if (!gradient_->has_curvature())
        return {.slope = seen_product(layer, state) - gradient_->product(layer, maps_[layer], quantized_[layer]) -
                         attention_product(layer, states_[layer])};
    const auto seen = seen_layer(layer, state);
    const auto maps = AttentionMaps::of(state, attention_);
    const auto accepted = quantized_attention(layer, states_[layer]).to(type_);
    auto change =
        gradient_->change(layer, maps, take_attention(seen, attention_), put_back(PutBack::weights, accepted, maps));
    const PlacedFfn ffn{maps_[layer], put_back(PutBack::weights, quantized_[layer], layout_, maps_[layer])};
    for (const auto &part :
         gradient_->changes_by_tensors(layer, maps_[layer], take_ffn(seen, layout_), ffn, maps_[layer].neurons()))
        change += part;
    return change;
}

} // namespace invar
