// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/search/objective.h"

#include "core/kernels/loss_loops.h"
#include "core/quant/token_weights.h"
#include "core/search/deferred_score.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>

#include <algorithm>
#include <functional>
#include <numeric>

namespace invar {
namespace {

template <typename T>
void squared_by_loops(const at::Tensor &a, const at::Tensor &b, std::int64_t columns, double *sums) {
    const auto *first = static_cast<const T *>(a.const_data_ptr());
    const auto *second = static_cast<const T *>(b.const_data_ptr());
    at::parallel_for(0, a.numel() / columns, 1 + (1 << 15) / columns, [&](auto begin, auto end) {
        squared_differences(first + begin * columns, second + begin * columns, end - begin, columns, sums + begin);
    });
}

/// Per token (all dimensions but the last), the sum of clamped squared differences.
std::vector<double> squared_differences_of(const at::Tensor &a, const at::Tensor &b) {
    const auto columns = a.size(-1);
    std::vector<double> sums(static_cast<std::size_t>(a.numel() / columns));
    if (a.scalar_type() == at::kFloat)
        squared_by_loops<float>(a.contiguous(), b.contiguous(), columns, sums.data());
    else
        squared_by_loops<Bfloat16>(a.contiguous(), b.contiguous(), columns, sums.data());
    return sums;
}

double sum_of(const std::vector<double> &values) { return std::accumulate(values.begin(), values.end(), 0.0); }

} // namespace

std::vector<int> watched_layers(int watched, int layers) {
    const int count = std::min(watched, layers);
    std::vector<int> result;
    for (int i = count - 1; i >= 0; --i)
        result.push_back(layers - 1 - (i * layers + count - 1) / count);
    return result;
}

Objective::Objective(const ModelFamily &family, const ModelWeights &exact, const WorkUnits &units,
                     const ObjectiveOptions &options)
    : family_(family), units_(units), head_(exact.head, units.tokens(0)), alpha_(options.alpha),
      targets_(exact.layers.size()), token_weights_(exact.layers.size()), target_norms_(exact.layers.size(), 0) {
    for (const auto layer : watched_layers(options.watched, static_cast<int>(exact.layers.size()))) {
        targets_[static_cast<std::size_t>(layer)].resize(units.count());
        if (!options.equal_tokens)
            token_weights_[static_cast<std::size_t>(layer)].resize(units.count());
    }
    if (!units.ids(0).is_cpu()) {
        std::vector<std::size_t> watched_indices;
        for (std::size_t layer = 0; layer < targets_.size(); ++layer)
            if (watches(layer))
                watched_indices.push_back(layer);
        deferred_ = std::make_unique<DeferredScore>(watched_indices, units.all_tokens(), units.all_predicted(),
                                                    units.ids(0).device());
    }
    std::vector<std::vector<double>> norms(exact.layers.size(), std::vector<double>(units.count(), 0));
    std::vector<UnitScore> scores(units.count());
    units.run_all([&](std::size_t unit) {
        auto hidden = family.embed(exact, units.ids(unit));
        for (std::size_t layer = 0; layer < exact.layers.size(); ++layer) {
            hidden = family.run_layer(exact.layers[layer], hidden);
            if (!watches(layer))
                continue;
            targets_[layer][unit] = hidden;
            auto squares = hidden.to(at::kFloat).square().sum({-1}, false, at::kDouble).view({-1});
            if (!options.equal_tokens) {
                auto &weights = token_weights_[layer][unit] = token_weights(hidden).to(at::kDouble).view({-1});
                squares *= weights;
            }
            norms[layer][unit] = squares.sum().item<double>();
        }
        measure_head(exact, unit, hidden, scores[unit]);
    });
    double losses = 0;
    for (const auto &score : scores)
        losses += score.loss_sum;
    full_precision_ce_ = losses / static_cast<double>(units.all_predicted());
    for (std::size_t layer = 0; layer < targets_.size(); ++layer) {
        target_norms_[layer] = sum_of(norms[layer]);
        if (!watches(layer))
            continue;
        target_elements_ = units.all_tokens() * targets_[layer].front().size(-1);
        watched_elements_ += target_elements_;
    }
}

Objective::~Objective() = default;

void Objective::measure_layer(std::size_t layer, std::size_t unit, const at::Tensor &hidden, UnitScore &score) const {
    if (!watches(layer))
        return;
    const auto weights = token_weights_[layer].empty() ? at::Tensor() : token_weights_[layer][unit];
    if (deferred_) {
        deferred_->add_layer(layer, hidden, targets_[layer][unit], weights);
        return;
    }
    auto &squared = score.squared[layer] = squared_differences_of(hidden, targets_[layer][unit]);
    if (weights.defined())
        std::transform(squared.begin(), squared.end(), weights.const_data_ptr<double>(), squared.begin(),
                       std::multiplies());
    score.squared_sum[layer] = sum_of(score.squared[layer]);
}

void Objective::measure_head(const ModelWeights &weights, std::size_t unit, const at::Tensor &hidden,
                             UnitScore &score) const {
    if (deferred_) {
        deferred_->add_losses(deferred_token_losses(family_, weights, head_, hidden, units_.ids(unit)));
        deferred_->settle(score);
        return;
    }
    score.losses = next_token_losses(family_, weights, head_, hidden, units_.ids(unit));
    score.loss_sum = sum_of(score.losses);
}

at::Tensor Objective::squared_gradient(std::size_t layer, std::size_t unit, std::int64_t first,
                                       const at::Tensor &hidden) const {
    const auto difference = hidden - targets_[layer][unit].narrow(0, first, hidden.size(0));
    const auto slope = difference * (difference.abs() <= difference_limit) * (2 * square_weight());
    if (token_weights_[layer].empty())
        return slope;
    const auto weights = token_weights_[layer][unit].view({-1, hidden.size(1), 1}).narrow(0, first, hidden.size(0));
    return slope * weights.to(slope.scalar_type());
}

ObjectiveTerms Objective::terms(double loss_sum, const std::vector<double> &squared_sums) const {
    return terms(loss_sum, sum_of(squared_sums));
}

ObjectiveTerms Objective::terms(double loss_sum, double squared_sum) const {
    return {.ce = loss_sum / static_cast<double>(units_.all_predicted()),
            .mse = squared_sum / static_cast<double>(watched_elements_)};
}

double Objective::loss(const ObjectiveTerms &terms) const {
    return terms.ce / start_.ce + (start_.mse > 0 ? alpha_ * (terms.mse / start_.mse) : 0);
}

double Objective::nat_weight() const { return 1 / (start_.ce * static_cast<double>(units_.all_predicted())); }

double Objective::square_weight() const {
    return start_.mse > 0 ? alpha_ / (start_.mse * static_cast<double>(watched_elements_)) : 0;
}

} // namespace invar
