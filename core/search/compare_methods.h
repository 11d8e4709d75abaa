// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/task.h"
#include "core/quant/methods.h"
#include "core/quant/training_curve.h"
#include "core/search/settings.h"

#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace invar {

/// What a starting method alone makes of a model.
struct MethodOutcome {
    std::string method;      ///< a name from core/quant/methods.h; empty: the full-precision model
    std::string variant{};   ///< title of the method's variant; empty: the method itself
    MethodOptions options{}; ///< that it was given; the others have their standard values
    double perplexity = 0;
    double bits_per_weight = 0;                ///< scales and zero points included
    double seconds = 0;                        ///< that the method took
    double mean_sqnr_db = 0;                   ///< over the matrices
    std::optional<double> mean_output_error{}; ///< over the matrices, of MatrixError::output
    std::string problem{};                     ///< why it cannot run with these settings; nothing was measured then
};

/// A method that trains goes on.
struct MethodTraining {
    std::string method;
    TrainingPoint point;
};

/// Applies every starting method and its variants in turn with the settings' grid and calibration set, on their device,
/// and measures each on a held-out text in windows as `eval` does, and its output errors on the calibration set.
/// `options`: of the methods that the settings do not name, by name; one that is not in it has its standard values.
/// The full-precision model comes first. `found` is told each when it is done, and `training` how those that train go
/// on, both on the calling thread. Keeps nothing on disk. Throws Error, also when the method that the settings name
/// cannot run; Cancelled.
[[nodiscard]] std::vector<MethodOutcome>
compare_methods(const SearchSettings &settings, const std::map<std::string, MethodOptions> &options,
                const std::filesystem::path &heldout, const Task &task,
                const std::function<void(const MethodOutcome &)> &found = nullptr,
                const std::function<void(const MethodTraining &)> &training = nullptr);

} // namespace invar
