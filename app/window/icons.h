// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QIcon>

class QPalette;

namespace invar {

enum class Symbol { play, pause, stop, resume, folder, demo, export_, freeze, text, weights, help };

/// A plain symbol in the palette's text colour, so that it reads on light and on dark.
[[nodiscard]] QIcon make_icon(Symbol symbol, const QPalette &palette);

} // namespace invar
