// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace invar {

/// A way to choose moves, as the window and the command line list it.
struct PolicyInfo {
    std::string name;  ///< "published"
    std::string title; ///< "As published"
    std::string description;
    bool screens = false;          ///< needs the loss's gradient to choose among many moves of a step
    bool moves_all_layers = false; ///< at once
    bool walks_norms = false; ///< scales norms where nobody chose its moves, by slopes of their own and no gradient
};

/// All registered policies, in the order of their registration; the first is the default.
[[nodiscard]] const std::vector<PolicyInfo> &move_policies();

/// None where no policy has that name.
[[nodiscard]] const PolicyInfo *find_policy(std::string_view name);

} // namespace invar
