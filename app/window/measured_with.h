// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/search/compare_methods.h"
#include "core/search/settings.h"

#include <QString>

#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace invar {

/// What is on the screen now: the settings, and what was chosen for starting methods other than theirs.
struct SettingsOnScreen {
    SearchSettings settings;
    std::map<std::string, MethodOptions> other_options{};

    [[nodiscard]] MethodOptions options_of(const std::string &method) const;
};

/// What a comparison or a sweep was measured with, so that it can be told when the settings have gone on.
struct MeasuredWith {
    SettingsOnScreen on_screen;
    std::filesystem::path heldout{}; ///< of a comparison
};

/// "2 bits, groups of 64, 16 × 128 tokens"
[[nodiscard]] QString short_text(const SearchSettings &settings);

/// Whether rounding each matrix alone would come to the same with both.
[[nodiscard]] bool same_sweep(const SearchSettings &a, const SearchSettings &b);

/// Whether measuring the methods of `outcomes` again, now, would come to the same.
[[nodiscard]] bool same_comparison(const MeasuredWith &then, const MeasuredWith &now,
                                   const std::vector<MethodOutcome> &outcomes);

} // namespace invar
