// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/search/proposal.h"

#include <filesystem>
#include <vector>

namespace invar {

/// The candidates of a trace that `reference_port.py --trace` wrote: one JSON object a line with `layer`, `rotation`
/// (n / 2 angles), `scale` (n) and `order` (n); what the port measured is left aside. Throws Error naming the line.
[[nodiscard]] std::vector<Proposal> read_trace(const std::filesystem::path &file);

} // namespace invar
