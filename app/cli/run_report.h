// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/exit_status.h"
#include "app/cli/progress_bar.h"
#include "core/search/events.h"

#include <filesystem>
#include <optional>

namespace invar::cli {

/// Watches a search for a person at a terminal, and says in the end what came of it.
class RunReport final : public SearchObserver {
public:
    /// Budgets of this session (0: none), for the progress bar and the time left.
    RunReport(std::int64_t total_steps, double seconds) : total_steps_(total_steps), seconds_(seconds) {}

    void on_stage(std::string_view stage, double fraction) override;
    void on_started(const RunStarted &started) override;
    void on_step(const StepRecord &record) override;
    void on_errors(const std::vector<MatrixError> &changed) override;

    /// Takes the progress off the terminal.
    void clear() { progress_.clear(); }
    /// Prints the result, as text or as one JSON object, and how to go on.
    [[nodiscard]] ExitStatus finish(const RunSummary &summary, const std::filesystem::path &folder, bool json);

private:
    [[nodiscard]] std::int64_t first_step() const;
    void print_text(const RunSummary &summary, const std::filesystem::path &folder) const;

    std::int64_t total_steps_;
    double seconds_;
    ProgressBar progress_;
    std::optional<RunStarted> started_; ///< its errors_now are kept up to date
    std::int64_t accepted_ = 0;
    double earlier_seconds_ = 0;
};

} // namespace invar::cli
