// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/language_model.h"

#include <filesystem>
#include <memory>
#include <string>

namespace invar {

/// Which weights of a run folder to open.
enum class RunState { full_precision, at_start, current };

/// Opens what a person may call MODEL: a Hugging Face folder, "demo", or a run folder (the model as that run left it,
/// or at another of its states). Throws Error, Cancelled.
[[nodiscard]] std::shared_ptr<const LanguageModel> open_model(const std::string &model, const Task &task = {},
                                                              RunState state = RunState::current);

/// The built-in model and texts: $INVARSCOPE_DEMO, or beside the install prefix, or in the source tree that built the
/// program. Holds model/, calibration.txt and heldout.txt. Throws Error when it is nowhere.
[[nodiscard]] std::filesystem::path demo_folder();

} // namespace invar
