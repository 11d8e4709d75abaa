// SPDX-License-Identifier: GPL-3.0-or-later
// Includes QCustomPlot: for .cpp files only.
#pragma once

#include <qcustomplot.h>

namespace invar {

/// Viridis (Smith and van der Walt, CC0): even steps of lightness, the same order with any kind of colour vision.
[[nodiscard]] QCPColorGradient sequential_gradient();

/// Orange (worse) over the background's tone (no change) to blue (better), told apart with any kind of colour vision.
[[nodiscard]] QCPColorGradient diverging_gradient(bool dark);

/// Ticks at whole numbers only, for axes that count layers.
[[nodiscard]] QSharedPointer<QCPAxisTicker> whole_number_ticker();

/// Black or white, whichever is read better on `background`.
[[nodiscard]] QColor ink_on(const QColor &background);

} // namespace invar
