// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/search/events.h"

#include <optional>
#include <string>
#include <string_view>

namespace invar {

/// The rows of steps.csv. Numbers are written so that reading them gives the same bits; `moved` joins names with '+'.
[[nodiscard]] std::string steps_csv_header();
/// Bytes of the first line of a record; headers and rows had fewer columns in earlier versions.
[[nodiscard]] std::size_t first_line_size(std::string_view record);
[[nodiscard]] std::string to_csv_row(const StepRecord &record);
/// A row without its line end; nothing when it is not a whole row.
[[nodiscard]] std::optional<StepRecord> parse_csv_row(std::string_view line);

} // namespace invar
