// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QColor>
#include <QPalette>

#include <array>

namespace invar {

/// What plots are painted with. Curves use the Okabe-Ito colours, told apart with any kind of colour vision, in a
/// lighter or darker cut so that each has contrast on its background.
struct PlotColours {
    QColor background;
    QColor text;
    QColor frame; ///< axes and ticks
    QColor grid;
    QColor selection;
    QColor problem; ///< text of an error
    std::array<QColor, 5> series;
    bool dark = false;
    double curve_width = 1; ///< 1 on the screen: wider lines are many times slower to draw there

    bool operator==(const PlotColours &) const = default;
};

[[nodiscard]] bool is_dark(const QPalette &palette);
[[nodiscard]] PlotColours plot_colours(const QPalette &palette);
/// Dark ink on white paper: what files are drawn with.
[[nodiscard]] PlotColours print_colours();

} // namespace invar
