// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/search/events.h"

#include <cstddef>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>

namespace invar {

/// Everything that happened since the last drain. Statistics and errors are cumulative states, so a batch that was
/// thinned out is still exact in all but the plotted points of rejected steps.
struct EventBatch {
    std::optional<std::pair<std::string, double>> stage; ///< the latest
    std::vector<TrainingPoint> training; ///< in order; at most the queue's capacity, and none once `started` has all
    std::shared_ptr<const RunStarted> started;
    std::vector<StepRecord> steps; ///< in order; at most the queue's capacity
    std::optional<StepRecord> latest;
    std::vector<MatrixError> errors; ///< the latest of each (layer, projection) that changed
    std::optional<MoveStatistics> statistics;
    std::optional<RunSummary> finished;
    std::int64_t dropped = 0; ///< steps left out of `steps` because the queue was full

    [[nodiscard]] bool empty() const;
};

/// The one way from a searching thread to a window: bounded and coalescing. The producer never waits for the
/// consumer; when `capacity` steps are pending, every second rejected step is dropped (accepted ones last); likewise
/// every second point of a training.
class EventQueue final : public SearchObserver {
public:
    explicit EventQueue(std::size_t capacity = 4096);

    void on_stage(std::string_view stage, double fraction) override;
    void on_training(const TrainingPoint &point) override;
    void on_started(const RunStarted &started) override;
    void on_step(const StepRecord &record) override;
    void on_errors(const std::vector<MatrixError> &changed) override;
    void on_finished(const RunSummary &summary) override;

    /// Takes all that is pending. Called from the consumer's timer.
    [[nodiscard]] EventBatch drain();

private:
    void thin_out();

    const std::size_t capacity_;
    mutable std::mutex mutex_;
    EventBatch pending_;
    std::map<std::pair<int, std::string>, MatrixError> errors_;
    MoveStatistics statistics_;
    double best_loss_ = 0;
};

} // namespace invar
