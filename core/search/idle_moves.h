// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/search/settings.h"

namespace invar {

/// The moves that change nothing under such settings: the order of a row that shares one scale does not, unless its
/// columns are rounded one after the other in that order (GPTQ in the search, not by importance).
[[nodiscard]] InvarianceSet idle_moves(const SearchSettings &settings);

} // namespace invar
