// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/search/events.h"
#include "core/search/settings.h"

#include <filesystem>
#include <string>
#include <vector>

namespace invar {

/// What a run folder tells without loading its model: enough to plot and to compare runs.
struct RunRecord {
    SearchSettings settings;
    double ce0 = 0;
    double mse0 = 0;
    double full_precision_ce = 0;
    double bits_per_weight = 0;
    std::vector<StepRecord> steps;
    MoveStatistics statistics;
    std::vector<std::string> projections;
    std::vector<MatrixError> errors_at_start;
    std::vector<MatrixError> errors_now;
    std::vector<TrainingPoint> training{}; ///< of a starting method that trains
};

[[nodiscard]] bool is_run_folder(const std::filesystem::path &folder);
/// Whether a model's name is that of a run folder, and not "demo" or a model's own.
[[nodiscard]] bool names_run(const std::string &model);

/// Reads the record of a run, also of one that is still being written. Throws Error naming the file.
[[nodiscard]] RunRecord read_run_record(const std::filesystem::path &folder);

} // namespace invar
