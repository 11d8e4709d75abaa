// SPDX-License-Identifier: GPL-3.0-or-later
// For core only: includes LibTorch.
#pragma once

#include "core/model/language_model.h"
#include "core/quant/method.h"
#include "core/search/settings.h"

#include <filesystem>
#include <optional>

namespace invar {

/// Keeps what a starting method made in `folder`, as start.safetensors: layers.N.PROJECTION.base (what rounds to
/// nearest to the quantized model), the channels' factors, and where GPTQ rounds in the search its factors of the
/// inverse Hessians. Throws Error.
void write_start(const std::filesystem::path &folder, const StartingPoint &start, const ModelInfo &info);

/// The same again, on the CPU, without the quantized weights; nothing when the settings' method is quick, whose runs
/// keep none. Throws Error naming the file when it is missing, damaged or belongs to another model.
[[nodiscard]] std::optional<StartingPoint>
read_unrounded_start(const std::filesystem::path &folder, const LanguageModel &model, const SearchSettings &settings);

/// The same with the quantized weights, which take a while where GPTQ rounds. Throws also Cancelled.
[[nodiscard]] std::optional<StartingPoint> read_start(const std::filesystem::path &folder, const LanguageModel &model,
                                                      const SearchSettings &settings, const Task &task);

} // namespace invar
