// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>

namespace invar::cli {

/// Throws Error when `output` exists and is not an empty folder: said before an hour of work, not after it.
void require_new(const std::filesystem::path &output);

} // namespace invar::cli
