// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/search/events.h"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <filesystem>
#include <span>

namespace invar::cli {

using Json = nlohmann::ordered_json;

/// Adds --json.
void add_json_flag(CLI::App &command, bool &json);

/// The program's one JSON object, on one line of stdout. Numbers that are not finite become null.
void print_json(const Json &object);

/// float32 values with the 9 digits that give the same bits back, instead of the 17 of a double.
[[nodiscard]] Json float_list(std::span<const float> values);

[[nodiscard]] Json json_of(const MoveCounts &counts);
[[nodiscard]] Json json_of(const MatrixError &error);

} // namespace invar::cli
