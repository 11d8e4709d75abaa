// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/quant/training_curve.h"

#include <filesystem>
#include <span>
#include <vector>

namespace invar {

/// Keeps the curve of a starting method that trains as training.csv (layer,step,loss) in a run's folder. Numbers are
/// written so that reading them gives the same bits. Throws Error.
void write_training(const std::filesystem::path &folder, std::span<const TrainingPoint> points);

/// The same again; empty where the run has no such file, because its method does not train. `layers`: of the model.
/// Throws Error naming the file and row when it is damaged.
[[nodiscard]] std::vector<TrainingPoint> read_training(const std::filesystem::path &folder, int layers);

} // namespace invar
