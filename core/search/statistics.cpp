// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/search/events.h"

#include <algorithm>
#include <cmath>

namespace invar {

std::string_view name_of(RaceOutcome outcome) {
    switch (outcome) {
    case RaceOutcome::dropped:
        return "dropped";
    case RaceOutcome::audited_right:
        return "audited_right";
    case RaceOutcome::audited_wrong:
        return "audited_wrong";
    case RaceOutcome::none:
        break;
    }
    return "none";
}

void Correlation::add(double x, double y) {
    ++count_;
    const auto n = static_cast<double>(count_);
    const auto from_x = x - mean_x_;
    const auto from_y = y - mean_y_;
    mean_x_ += from_x / n;
    mean_y_ += from_y / n;
    spread_x_ += from_x * (x - mean_x_);
    spread_y_ += from_y * (y - mean_y_);
    common_ += from_x * (y - mean_y_);
}

double Correlation::value() const {
    const auto spread = std::sqrt(spread_x_ * spread_y_);
    return spread > 0 ? common_ / spread : 0;
}

void MoveStatistics::count(const StepRecord &record, double previous_best) {
    const auto add = [&](MoveCounts &counts) {
        ++counts.proposed;
        if (record.accepted) {
            ++counts.accepted;
            counts.gain += previous_best - record.loss;
        }
    };
    add(total);
    const bool finished = record.race == RaceOutcome::audited_right || record.race == RaceOutcome::audited_wrong;
    dropped += record.race != RaceOutcome::none ? 1 : 0;
    audited += finished ? 1 : 0;
    wrongly_dropped += record.race == RaceOutcome::audited_wrong ? 1 : 0;
    evaluated += record.share;
    if (record.predicted && record.share == 1)
        foresight.add(*record.predicted, record.loss - previous_best);
    for (const auto invariance : all_invariances)
        if (record.moved.contains(invariance))
            add(per_invariance[static_cast<std::size_t>(invariance)]);
    if (record.moves_stream())
        return;
    if (record.layer < 0) {
        std::ranges::for_each(per_layer, add);
        return;
    }
    const auto layer = static_cast<std::size_t>(record.layer);
    if (per_layer.size() <= layer)
        per_layer.resize(layer + 1);
    add(per_layer[layer]);
}

MoveStatistics count_moves(const std::vector<StepRecord> &steps, double alpha, int layers) {
    MoveStatistics statistics;
    statistics.per_layer.resize(static_cast<std::size_t>(layers));
    auto best = 1 + alpha;
    for (const auto &step : steps) {
        statistics.count(step, best);
        best = step.best_loss;
    }
    return statistics;
}

} // namespace invar
