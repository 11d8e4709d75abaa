// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/model_info.h"
#include "core/quant/error_measure.h"
#include "core/quant/training_curve.h"
#include "core/search/settings.h"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace invar {

/// What a race said of a candidate.
enum class RaceOutcome {
    none,          ///< no race, or it let the candidate through
    dropped,       ///< called hopeless, and dropped
    audited_right, ///< called hopeless, evaluated all the same, and it was
    audited_wrong, ///< called hopeless, evaluated all the same, and accepted
};

/// "none", "dropped", "audited_right", "audited_wrong": the spelling in records.
[[nodiscard]] std::string_view name_of(RaceOutcome outcome);

/// One proposal tried: a row of the run's record.
struct StepRecord {
    std::int64_t step = 0; ///< from 1
    double seconds = 0;    ///< searching time so far, over all sessions of the run
    int layer = 0;         ///< -1: all layers at once, or the residual stream, which they share
    InvarianceSet moved;
    bool accepted = false;
    double loss = 0; ///< of the candidate: ce / ce0 + alpha * mse / mse0; an estimate where share < 1
    double ce = 0;
    double mse = 0;
    double best_loss = 0; ///< of the accepted model after this step
    double best_ce = 0;
    double best_mse = 0;
    double share = 1; ///< of the calibration set that the candidate was evaluated on
    RaceOutcome race = RaceOutcome::none;
    std::optional<double> predicted; ///< change of the loss that the gradient promised; only from policies that screen
    std::optional<double> drift;     ///< as in RunStarted, after this step; measured every so many approximate moves

    [[nodiscard]] bool moves_stream() const { return moved.residual_permutation; } ///< which never moves with others
};

struct MoveCounts {
    std::int64_t proposed = 0;
    std::int64_t accepted = 0;
    double gain = 0; ///< sum of the loss drops of accepted moves
};

/// Pearson's correlation of pairs that come one by one.
class Correlation {
public:
    void add(double x, double y);
    [[nodiscard]] std::int64_t count() const { return count_; }
    /// In [-1, 1]; 0 where it does not exist: fewer than two pairs, or one side constant.
    [[nodiscard]] double value() const;

private:
    std::int64_t count_ = 0;
    double mean_x_ = 0, mean_y_ = 0, spread_x_ = 0, spread_y_ = 0, common_ = 0; ///< Welford's sums
};

/// Counts of a whole run, cumulative, so that a late listener misses nothing.
struct MoveStatistics {
    std::array<MoveCounts, all_invariances.size()> per_invariance; ///< indexed by Invariance
    std::vector<MoveCounts> per_layer;                             ///< a move of all layers counts in each
    MoveCounts total;
    std::int64_t dropped = 0;         ///< candidates that a race called hopeless, audited ones included
    std::int64_t audited = 0;         ///< of those, evaluated to the end all the same
    std::int64_t wrongly_dropped = 0; ///< of the audited, accepted after all
    Correlation foresight;            ///< of predicted and measured changes of the loss, where both are known
    double evaluated = 0;             ///< sum of the steps' shares: whole evaluations' worth of work

    void count(const StepRecord &record, double previous_best);
};

/// The statistics of a record from its first step on. `alpha` gives the loss before it: 1 + alpha.
[[nodiscard]] MoveStatistics count_moves(const std::vector<StepRecord> &steps, double alpha, int layers);

/// Sent once, when the starting method is done and the search is about to try its first step.
struct RunStarted {
    ModelInfo model;
    SearchSettings settings;
    std::string folder;
    double ce0 = 0;  ///< cross-entropy (nats per token) of the quantized model at the start
    double mse0 = 0; ///< hidden-state MSE at the start
    double full_precision_ce = 0;
    std::vector<MatrixError> errors_at_start;
    std::vector<MatrixError> errors_now; ///< differ from the start's when a run is resumed
    std::vector<StepRecord> history;     ///< steps of earlier sessions, when a run is resumed
    MoveStatistics statistics;
    double bits_per_weight = 0;
    double drift = 0; ///< relative hidden-state change that approximate moves so far cause in full precision
    std::vector<TrainingPoint> training{}; ///< the whole curve of a starting method that trains, also on resuming
};

enum class StopReason { steps_done, time_up, stopped };

struct RunSummary {
    std::int64_t steps = 0;
    std::int64_t accepted = 0;
    double loss = 0;
    double ce = 0;
    double mse = 0;
    double steps_per_second = 0;
    double seconds = 0;
    double drift = 0; ///< as in RunStarted, at the end
    StopReason reason = StopReason::steps_done;
    MoveStatistics statistics;
};

/// Hears what a run does, on the run's own thread. Must return quickly; must not throw.
class SearchObserver {
public:
    virtual ~SearchObserver() = default;
    /// Preparation (loading, starting method) and its progress in [0, 1].
    virtual void on_stage(std::string_view stage, double fraction) { (void)stage, (void)fraction; }
    /// A starting method that trains goes on.
    virtual void on_training(const TrainingPoint &point) { (void)point; }
    virtual void on_started(const RunStarted &started) { (void)started; }
    virtual void on_step(const StepRecord &record) { (void)record; }
    /// After an accepted move: the errors that it changed.
    virtual void on_errors(const std::vector<MatrixError> &changed) { (void)changed; }
    virtual void on_finished(const RunSummary &summary) { (void)summary; }
};

} // namespace invar
