// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/language_model.h"

#include <filesystem>
#include <memory>
#include <string>

namespace invar {

/// Which weights of a run folder to open. Transformed: full precision, under the moves that the search accepted; the
/// original's function (nearly, where moves are approximate) in other weights, for any quantizer to round.
enum class RunState { full_precision, at_start, current, transformed };

/// Opens what a person may call MODEL: a Hugging Face folder, a .gguf file, "demo", or a run folder (the model as that
/// run left it, or at another of its states). Throws Error, Cancelled.
[[nodiscard]] std::shared_ptr<const LanguageModel> open_model(const std::string &model, const Task &task = {},
                                                              RunState state = RunState::current);

/// A run folder's model at all of its states, which share the weights that they have in common.
struct RunModels {
    std::shared_ptr<const LanguageModel> full_precision;
    std::shared_ptr<const LanguageModel> at_start;
    std::shared_ptr<const LanguageModel> current;
};

/// Opens every state of a run folder for the price of one. Throws Error, Cancelled.
[[nodiscard]] RunModels open_run_models(const std::filesystem::path &folder, const Task &task = {});

/// The built-in model and texts: $INVARSCOPE_DEMO, or beside the install prefix, or in the source tree that built the
/// program. Holds model/, calibration.txt and heldout.txt. Throws Error when it is nowhere.
[[nodiscard]] std::filesystem::path demo_folder();

} // namespace invar
