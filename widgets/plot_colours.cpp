// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/plot_colours.h"

namespace invar {

namespace {

constexpr std::array<QRgb, 5> series_on_light{0xff0072b2, 0xffd55e00, 0xff00805f, 0xffb0508a, 0xff6b6b6b};
constexpr std::array<QRgb, 5> series_on_dark{0xff56b4e9, 0xfff0903c, 0xff2fc79b, 0xffe08fc0, 0xffb4b4b4};

QColor mix(const QColor &a, const QColor &b, double share_of_b) {
    const auto channel = [share_of_b](int x, int y) { return static_cast<int>(x + (y - x) * share_of_b + 0.5); };
    return {channel(a.red(), b.red()), channel(a.green(), b.green()), channel(a.blue(), b.blue())};
}

} // namespace

bool is_dark(const QPalette &palette) {
    return palette.color(QPalette::Base).lightnessF() < palette.color(QPalette::Text).lightnessF();
}

PlotColours plot_colours(const QPalette &palette) {
    PlotColours colours;
    colours.dark = is_dark(palette);
    colours.background = palette.color(QPalette::Active, QPalette::Base);
    colours.text = palette.color(QPalette::Active, QPalette::Text);
    colours.frame = mix(colours.background, colours.text, 0.5);
    colours.grid = mix(colours.background, colours.text, 0.13);
    colours.selection = palette.color(QPalette::Active, QPalette::Highlight);
    colours.problem = colours.dark ? QColor(0xff, 0x8a, 0x80) : QColor(0xb0, 0x1c, 0x1c);
    const auto &series = colours.dark ? series_on_dark : series_on_light;
    for (std::size_t i = 0; i < series.size(); ++i)
        colours.series[i] = QColor::fromRgba(series[i]);
    return colours;
}

PlotColours print_colours() {
    QPalette paper;
    paper.setColor(QPalette::Base, Qt::white);
    paper.setColor(QPalette::Text, QColor(0x20, 0x20, 0x20));
    paper.setColor(QPalette::Highlight, QColor(0x00, 0x72, 0xb2));
    PlotColours colours = plot_colours(paper);
    colours.curve_width = 1.5;
    return colours;
}

} // namespace invar
