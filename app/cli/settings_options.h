// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/exit_status.h"
#include "core/search/settings_error.h"

#include <CLI/CLI.hpp>

#include <filesystem>
#include <string>
#include <string_view>

namespace invar::cli {

inline constexpr const char *model_kinds = "Hugging Face folder, .gguf file or demo";

/// MODEL, where to start from, the calibration set and how to compute: what `quantize` and `search` share. `settings`
/// must outlive the parsing. `kinds`: what MODEL may be.
void add_start_options(CLI::App &command, SearchSettings &settings, const char *kinds = model_kinds);
/// The same for a command that rounds to nearest, without a starting method.
void add_rounding_options(CLI::App &command, SearchSettings &settings);
/// What only a search has: moves, objective, budget, seed.
void add_search_options(CLI::App &command, SearchSettings &settings);

/// --precision, --device and --threads alone, for commands that only run a model.
void add_compute_options(CLI::App &command, Precision &precision, std::string &device, int &threads);

/// The settings of a new search on a run: what was given on the command line, all else as in that run. Throws Error.
[[nodiscard]] SearchSettings completed_from_run(const SearchSettings &given, const CLI::App &command,
                                                const std::filesystem::path &run);

/// The option that sets a member of SearchSettings: "group_size" -> "--group".
[[nodiscard]] std::string option_of(std::string_view field);

/// Runs `work`; settings that cannot work become a UsageError that names the options.
template <typename Work> auto with_option_names(Work &&work) {
    try {
        return work();
    } catch (const SettingsError &error) {
        std::string reasons;
        for (const auto &problem : error.problems())
            reasons += fmt::format("{}{}: {}", reasons.empty() ? "" : "; ", option_of(problem.field), problem.reason);
        throw UsageError(reasons);
    }
}

} // namespace invar::cli
