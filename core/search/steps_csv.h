// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/search/events.h"

#include <optional>
#include <string>
#include <string_view>

namespace invar {

/// The rows of steps.csv. Numbers are written so that reading them gives the same bits; `moved` joins names with '+'.
[[nodiscard]] std::string steps_csv_header();
[[nodiscard]] std::string to_csv_row(const StepRecord &record);
/// A row without its line end; nothing when it is not a whole row.
[[nodiscard]] std::optional<StepRecord> parse_csv_row(std::string_view line);

} // namespace invar
