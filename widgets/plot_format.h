// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/invariance/kinds.h"

#include <QString>

namespace invar {

/// For people: up to five significant digits in their own locale.
[[nodiscard]] QString short_number(double value);
/// For files: 17 significant digits, read back as the same double.
[[nodiscard]] QString exact_number(double value);

/// "permutation", "scaling", "rotation" in the user's language.
[[nodiscard]] QString title_of(Invariance invariance);
/// "permutation + scaling".
[[nodiscard]] QString names_of(const InvarianceSet &set);

} // namespace invar
