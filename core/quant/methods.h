// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

namespace invar {

/// A starting method as the window and the command line list it.
struct MethodInfo {
    std::string name;  ///< "rtn"
    std::string title; ///< "Round to nearest"
    std::string description;
    bool needs_calibration = false; ///< whether it looks at the calibration set
};

/// All registered starting methods, in the order of their registration.
[[nodiscard]] const std::vector<MethodInfo> &starting_methods();

} // namespace invar
