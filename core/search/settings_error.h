// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/error.h"
#include "core/search/settings.h"

#include <utility>
#include <vector>

namespace invar {

/// Thrown when a run is asked for with settings that cannot work; what() tells of the first.
class SettingsError : public Error {
public:
    /// `problems`: at least one.
    explicit SettingsError(std::vector<SettingsProblem> problems)
        : Error(fmt::format("the setting \"{}\" {}", problems.front().field, problems.front().reason)),
          problems_(std::move(problems)) {}

    [[nodiscard]] const std::vector<SettingsProblem> &problems() const { return problems_; }

private:
    std::vector<SettingsProblem> problems_;
};

} // namespace invar
