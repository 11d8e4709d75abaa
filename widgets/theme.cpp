// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/theme.h"

#include "widgets/plot_colours.h"

#include <QApplication>
#include <QStyle>
#include <QStyleFactory>
#include <QToolTip>

namespace invar {

namespace {

struct Tones {
    QRgb window, base, alternate, button, text, faint, disabled, highlight, highlighted_text, link, tooltip;
    QRgb light, midlight, mid, dark, shadow;
};

constexpr Tones light_tones{0xfff3f4f6, 0xffffffff, 0xfff4f6f8, 0xfffafafb, 0xff1d2125, 0xff6b7280,
                            0xff9aa1ab, 0xff0072b2, 0xffffffff, 0xff005f96, 0xfffffbe8, 0xffffffff,
                            0xffe6e8eb, 0xffc3c8cf, 0xffa3a9b1, 0xff6b7077};
constexpr Tones dark_tones{0xff2a2d32, 0xff1b1d21, 0xff212429, 0xff373b42, 0xffe4e6e9, 0xff9aa3ae,
                           0xff6d747d, 0xff2f86c1, 0xffffffff, 0xff6cb8ea, 0xff343941, 0xff454b54,
                           0xff3a3f47, 0xff2a2e33, 0xff15171a, 0xff0b0c0e};

QPalette make_palette(const Tones &tones) {
    QPalette palette;
    const auto set = [&](QPalette::ColorRole role, QRgb colour) { palette.setColor(role, QColor(colour)); };
    set(QPalette::Window, tones.window);
    set(QPalette::WindowText, tones.text);
    set(QPalette::Base, tones.base);
    set(QPalette::AlternateBase, tones.alternate);
    set(QPalette::Text, tones.text);
    set(QPalette::PlaceholderText, tones.faint);
    set(QPalette::Button, tones.button);
    set(QPalette::ButtonText, tones.text);
    set(QPalette::BrightText, 0xffffffff);
    set(QPalette::Highlight, tones.highlight);
    set(QPalette::HighlightedText, tones.highlighted_text);
    set(QPalette::Link, tones.link);
    set(QPalette::LinkVisited, tones.link);
    set(QPalette::ToolTipBase, tones.tooltip);
    set(QPalette::ToolTipText, tones.text);
    set(QPalette::Light, tones.light);
    set(QPalette::Midlight, tones.midlight);
    set(QPalette::Mid, tones.mid);
    set(QPalette::Dark, tones.dark);
    set(QPalette::Shadow, tones.shadow);
    for (const auto role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText})
        palette.setColor(QPalette::Disabled, role, QColor(tones.disabled));
    palette.setColor(QPalette::Disabled, QPalette::Highlight, QColor(tones.mid));
    palette.setColor(QPalette::Disabled, QPalette::Base, QColor(tones.window));
    return palette;
}

} // namespace

QPalette light_palette() { return make_palette(light_tones); }

QPalette dark_palette() { return make_palette(dark_tones); }

void apply_theme(Theme theme) {
    // The desktop's own palette must be read before ours replaces it.
    static const bool desktop_is_dark = is_dark(QApplication::palette());
    const bool dark = theme == Theme::dark || (theme == Theme::system && desktop_is_dark);
    const QPalette palette = dark ? dark_palette() : light_palette();
    // One style everywhere: a platform's own would mix its colours with ours.
    QApplication::setStyle(QStyleFactory::create(QStringLiteral("Fusion")));
    QApplication::setPalette(palette);
    QToolTip::setPalette(palette);
}

} // namespace invar
