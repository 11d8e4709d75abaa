// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/search/events.h"

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
    for (const auto invariance : all_invariances)
        if (record.moved.contains(invariance))
            add(per_invariance[static_cast<std::size_t>(invariance)]);
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
