// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QPalette>

namespace invar {

enum class Theme { system, light, dark };

/// Fusion style with our light or dark palette, for the whole application; `system`: light or dark as the desktop's
/// own palette was when the program started.
void apply_theme(Theme theme);

[[nodiscard]] QPalette light_palette();
[[nodiscard]] QPalette dark_palette();

} // namespace invar
