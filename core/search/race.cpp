// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/search/race.h"

#include <algorithm>

namespace invar {
namespace {

constexpr std::int64_t block_tokens = 32; // differences of neighbouring tokens are not independent

std::int64_t blocks_in(std::int64_t tokens) { return (tokens + block_tokens - 1) / block_tokens; }

} // namespace

Race::Race(const Objective &objective, const WorkUnits &units, const std::vector<UnitScore> &accepted,
           const std::vector<UnitScore> &candidate, std::size_t layer, const Effort &effort)
    : objective_(objective), units_(units), accepted_(accepted), candidate_(candidate), layer_(layer), effort_(effort) {
    for (std::size_t i = 0; i < units.count(); ++i)
        order_.push_back((effort.first_unit + i) % units.count());
    for (std::size_t unit = 0; unit < units.count(); ++unit)
        all_blocks_ += units.ids(unit).size(0) * blocks_in(units.ids(unit).size(1));
    // The layers before the candidate's are the accepted model's: their part of the loss is known.
    for (const auto &score : accepted)
        for (std::size_t before = 0; before < layer; ++before)
            loss_so_far_ += objective_.square_weight() * score.squared_sum[before];
}

std::optional<std::vector<std::size_t>> Race::next_wave() {
    if (given_up_ || done_ == order_.size())
        return {};
    const auto at_once = units_.at_once();
    // A race looks early and then after each doubling; the bound, which rarely helps, after each quarter.
    auto count =
        effort_.racing ? std::max(done_, std::max<std::size_t>(1, order_.size() / 8)) : (order_.size() + 3) / 4;
    count = std::min((count + at_once - 1) / at_once * at_once, order_.size() - done_);
    const auto first = order_.begin() + static_cast<std::ptrdiff_t>(done_);
    return std::vector<std::size_t>(first, first + static_cast<std::ptrdiff_t>(count));
}

void Race::judge(const std::vector<std::size_t> &wave) {
    for (const auto unit : wave) {
        const auto &now = candidate_[unit];
        const auto &old = accepted_[unit];
        loss_difference_ += now.loss_sum - old.loss_sum;
        loss_so_far_ += objective_.nat_weight() * now.loss_sum;
        for (auto layer = layer_; layer < now.squared_sum.size(); ++layer) {
            squared_difference_ += now.squared_sum[layer] - old.squared_sum[layer];
            loss_so_far_ += objective_.square_weight() * now.squared_sum[layer];
        }
        tokens_done_ += units_.tokens(unit);
        predicted_done_ += static_cast<std::int64_t>(now.losses.size());
        if (effort_.racing)
            compare_blocks(unit);
    }
    done_ += wave.size();
    if (done_ == order_.size())
        return;
    if (cannot_win()) {
        given_up_ = true;
        return;
    }
    if (effort_.racing && !dropped_ && is_hopeless(race_, all_blocks_, *effort_.racing)) {
        dropped_ = true;
        given_up_ = !effort_.audit;
    }
}

/// A margin for rounding keeps the bound exact: the sums are taken in another order than the loss itself.
bool Race::cannot_win() const {
    constexpr double rounding = 1e-9;
    return loss_so_far_ * (1 - rounding) > effort_.to_beat;
}

void Race::compare_blocks(std::size_t unit) {
    const auto &now = candidate_[unit];
    const auto &old = accepted_[unit];
    const auto length = units_.ids(unit).size(1);
    for (std::int64_t sequence = 0; sequence < units_.ids(unit).size(0); ++sequence)
        for (std::int64_t begin = 0; begin < length; begin += block_tokens) {
            const auto end = std::min(begin + block_tokens, length);
            double difference = 0;
            for (auto token = begin; token < std::min(end, length - 1); ++token) {
                const auto i = static_cast<std::size_t>(sequence * (length - 1) + token);
                difference += objective_.nat_weight() * (now.losses[i] - old.losses[i]);
            }
            for (auto layer = layer_; layer < now.squared.size(); ++layer) {
                if (now.squared[layer].empty())
                    continue;
                for (auto token = begin; token < end; ++token) {
                    const auto i = static_cast<std::size_t>(sequence * length + token);
                    difference += objective_.square_weight() * (now.squared[layer][i] - old.squared[layer][i]);
                }
            }
            race_.add(difference);
        }
}

double Race::share() const {
    return done_ == order_.size() ? 1 : static_cast<double>(tokens_done_) / static_cast<double>(units_.all_tokens());
}

ObjectiveTerms Race::extrapolated(const ObjectiveTerms &accepted) const {
    const auto whole = [&](double difference) {
        return difference * static_cast<double>(units_.all_predicted()) / static_cast<double>(predicted_done_);
    };
    const auto moved = objective_.terms(whole(loss_difference_), whole(squared_difference_));
    return {.ce = accepted.ce + moved.ce, .mse = accepted.mse + moved.mse};
}

} // namespace invar
