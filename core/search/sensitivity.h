// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/task.h"
#include "core/search/settings.h"

#include <functional>
#include <string>
#include <vector>

namespace invar {

/// What rounding one matrix alone (or all of a decoder layer) to nearest does to the full-precision model.
struct MatrixSensitivity {
    int layer = 0;
    std::string projection; ///< empty: all of the layer's
    double rise = 0;        ///< of the calibration set's mean cross-entropy, nats per token; may be below 0
};

struct SensitivitySweep {
    double full_precision_ce = 0; ///< nats per token
    std::vector<MatrixSensitivity> matrices;
};

/// Rounds each matrix alone, and each decoder layer alone, on the settings' grid and measures by how much the model's
/// cross-entropy on the calibration set rises. `found` is told each as it is measured, on the calling thread. Throws
/// Error, Cancelled.
[[nodiscard]] SensitivitySweep
measure_sensitivity(const SearchSettings &settings, const Task &task,
                    const std::function<void(const MatrixSensitivity &)> &found = nullptr);

} // namespace invar
