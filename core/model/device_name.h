// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

namespace invar {

/// Why a device ("cpu", "cuda", "cuda:i") cannot be used here; empty: it can. See usable_device().
[[nodiscard]] std::string problem_of_device(const std::string &name);

} // namespace invar
