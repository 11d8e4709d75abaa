// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/colour_maps.h"

#include <array>
#include <cmath>
#include <span>

namespace invar {

namespace {

constexpr std::array<QRgb, 9> viridis{0xff440154, 0xff472d7b, 0xff3b528b, 0xff2c728e, 0xff21918c,
                                      0xff28ae80, 0xff5ec962, 0xffaddc30, 0xfffde725};
// Purple-free relatives of ColorBrewer's PuOr (Apache-2.0), turned so that better is blue.
constexpr std::array<QRgb, 7> better_on_light{0xff8c3a00, 0xffd9761c, 0xfff6c58f, 0xfff4f4f4,
                                              0xff9ccae6, 0xff3a8cc4, 0xff0a4a86};
constexpr std::array<QRgb, 7> better_on_dark{0xffffb067, 0xffc96d1c, 0xff6e4420, 0xff33363b,
                                             0xff235a80, 0xff2f8fc8, 0xff8fd3ff};

QCPColorGradient gradient_of(std::span<const QRgb> stops) {
    QCPColorGradient gradient;
    gradient.clearColorStops();
    for (std::size_t i = 0; i < stops.size(); ++i)
        gradient.setColorStopAt(static_cast<double>(i) / static_cast<double>(stops.size() - 1), QColor(stops[i]));
    gradient.setNanHandling(QCPColorGradient::nhTransparent);
    gradient.setLevelCount(256);
    return gradient;
}

double linear(double channel) {
    return channel <= 0.04045 ? channel / 12.92 : std::pow((channel + 0.055) / 1.055, 2.4);
}

} // namespace

QCPColorGradient sequential_gradient() { return gradient_of(viridis); }

QCPColorGradient diverging_gradient(bool dark) {
    return dark ? gradient_of(better_on_dark) : gradient_of(better_on_light);
}

QSharedPointer<QCPAxisTicker> whole_number_ticker() {
    auto ticker = QSharedPointer<QCPAxisTickerFixed>::create();
    ticker->setTickStep(1);
    ticker->setScaleStrategy(QCPAxisTickerFixed::ssMultiples);
    return ticker;
}

QColor ink_on(const QColor &background) {
    // WCAG relative luminance; 0.18 is where black and white have about the same contrast.
    const double luminance =
        0.2126 * linear(background.redF()) + 0.7152 * linear(background.greenF()) + 0.0722 * linear(background.blueF());
    return luminance > 0.18 ? QColor(Qt::black) : QColor(Qt::white);
}

} // namespace invar
