// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/task.h"
#include "core/search/events.h"
#include "core/search/settings.h"

#include <atomic>
#include <condition_variable>
#include <filesystem>
#include <mutex>
#include <stop_token>

namespace invar {

/// How a run is steered from another thread: stop (through the token) and pause.
class RunControl {
public:
    explicit RunControl(std::stop_token stop = {}) : stop_(std::move(stop)) {}

    void pause();
    void resume();
    [[nodiscard]] bool paused() const;
    [[nodiscard]] const std::stop_token &stop_token() const { return stop_; }
    [[nodiscard]] bool stop_requested() const { return stop_.stop_requested(); }
    /// Returns at once when not paused; otherwise when resumed or stopped.
    void wait_while_paused();
    /// Asks a run that ends to leave out what it would only measure for its record (see MatrixError::output).
    void hurry() { in_haste_ = true; }
    [[nodiscard]] bool in_haste() const { return in_haste_; }

private:
    std::stop_token stop_;
    mutable std::mutex mutex_;
    std::condition_variable_any changed_;
    bool paused_ = false;
    std::atomic<bool> in_haste_ = false;
};

/// Result of the starting method alone.
struct QuantizeResult {
    double bits_per_weight = 0;
    std::vector<MatrixError> matrices;
};

/// One line of a replay: what this engine measured for a recorded candidate.
struct ReplayedStep {
    double ce = 0;
    double mse = 0;
    double loss = 0;
    bool accepted = false;
};

/// Quantizes `settings.model` and saves the result as a run of zero steps in `folder`. Throws Error, Cancelled.
QuantizeResult quantize(const SearchSettings &settings, const std::filesystem::path &folder, const Task &task);

/// Runs a search to its budget or until stopped, and saves it in `folder` (created; refused if it already holds a run).
/// Where `settings.model` is a run, the search begins with what that run's starting method made of its model; then all
/// that says what this is must be as in that run, while calibration set, moves and objective may differ.
/// Blocks; call it on a thread of its own. Throws Error; a stop is a normal end.
RunSummary search(const SearchSettings &settings, const std::filesystem::path &folder, RunControl &control,
                  SearchObserver &observer);

/// Goes on with the run in `folder`, to `total_steps` in all (0: the run's own setting), exactly as if it had never
/// stopped. Throws Error when the model, the calibration set or the settings are not those that the run began with.
RunSummary resume(const std::filesystem::path &folder, std::int64_t total_steps, double seconds, RunControl &control,
                  SearchObserver &observer);

/// Evaluates the candidates recorded in `trace` (JSON lines as written by reference_port.py --trace) in their order,
/// with the published acceptance rule, instead of proposing. Throws Error naming the trace's line.
std::vector<ReplayedStep> replay(const SearchSettings &settings, const std::filesystem::path &trace,
                                 RunControl &control, SearchObserver &observer);

} // namespace invar
