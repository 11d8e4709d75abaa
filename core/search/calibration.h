// SPDX-License-Identifier: GPL-3.0-or-later
// For core only: includes LibTorch.
#pragma once

#include "core/model/language_model.h"
#include "core/search/settings.h"

#include <ATen/core/Tensor.h>

namespace invar {

/// The calibration set that the settings name: int64 [sequences, sequence_length], the text's (or JSON list's) ids cut
/// into rows as they stand. Throws Error when it is unreadable, too short or holds ids outside the vocabulary.
[[nodiscard]] at::Tensor load_calibration(const SearchSettings &settings, const LanguageModel &model);

} // namespace invar
