// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/window/icons.h"

#include <QPainter>
#include <QPainterPath>
#include <QPalette>

#include <array>

namespace invar {

namespace {

// All shapes live on a grid of 16 x 16.
void draw_play(QPainter &painter) { painter.drawPolygon(QPolygonF({{4, 2.5}, {13, 8}, {4, 13.5}})); }

void draw_pause(QPainter &painter) {
    painter.drawRoundedRect(QRectF(3.5, 2.5, 3.2, 11), 0.8, 0.8);
    painter.drawRoundedRect(QRectF(9.3, 2.5, 3.2, 11), 0.8, 0.8);
}

void draw_stop(QPainter &painter) { painter.drawRoundedRect(QRectF(3, 3, 10, 10), 1.2, 1.2); }

void draw_resume(QPainter &painter) {
    painter.drawRoundedRect(QRectF(2.5, 2.5, 2.4, 11), 0.6, 0.6);
    painter.drawPolygon(QPolygonF({{6.5, 2.5}, {14, 8}, {6.5, 13.5}}));
}

void draw_folder(QPainter &painter) {
    QPainterPath path({1.5, 12.5});
    for (const QPointF corner :
         {QPointF(1.5, 3.5), QPointF(6, 3.5), QPointF(7.5, 5), QPointF(14.5, 5), QPointF(14.5, 12.5)})
        path.lineTo(corner);
    path.closeSubpath();
    painter.drawPath(path);
}

// A little heatmap: what the demo shows.
void draw_demo(QPainter &painter) {
    const QColor colour = painter.brush().color();
    for (int row = 0; row < 3; ++row) {
        for (int column = 0; column < 3; ++column) {
            QColor cell = colour;
            cell.setAlphaF(1.0F - 0.16F * static_cast<float>((row * 2 + column * 5) % 6));
            painter.setBrush(cell);
            painter.drawRoundedRect(QRectF(2 + column * 4.2, 2 + row * 4.2, 3.6, 3.6), 0.6, 0.6);
        }
    }
}

void draw_export(QPainter &painter) {
    painter.drawPolygon(QPolygonF({{8, 1.5}, {12, 6}, {9.2, 6}, {9.2, 10.5}, {6.8, 10.5}, {6.8, 6}, {4, 6}}));
    painter.drawPolygon(QPolygonF({{2, 9}, {4, 9}, {4, 12.5}, {12, 12.5}, {12, 9}, {14, 9}, {14, 14.5}, {2, 14.5}}));
}

void draw_freeze(QPainter &painter) {
    QPen pen(painter.brush().color(), 1.5);
    pen.setCapStyle(Qt::RoundCap);
    painter.setPen(pen);
    painter.translate(8, 8);
    for (int arm = 0; arm < 6; ++arm) {
        painter.drawLine(QPointF(0, 0), QPointF(0, -6.3));
        painter.drawLine(QPointF(0, -4), QPointF(1.7, -5.7));
        painter.drawLine(QPointF(0, -4), QPointF(-1.7, -5.7));
        painter.rotate(60);
    }
}

void draw_text(QPainter &painter) {
    painter.setPen(QPen(painter.brush().color(), 1.6));
    for (const auto &[y, right] : {std::pair{3.5, 14.0}, {7.0, 11.0}, {10.5, 14.0}, {14.0, 8.0}})
        painter.drawLine(QPointF(2, y - 0.5), QPointF(right, y - 0.5));
}

// A histogram.
void draw_weights(QPainter &painter) {
    constexpr std::array heights{2.5, 7.0, 12.5, 9.0, 4.0};
    for (std::size_t bar = 0; bar < heights.size(); ++bar)
        painter.drawRect(QRectF(1.5 + 2.7 * static_cast<double>(bar), 14.5 - heights.at(bar), 2.2, heights.at(bar)));
}

void draw_help(QPainter &painter) {
    painter.setPen(QPen(painter.brush().color(), 1.4));
    painter.setBrush(Qt::NoBrush);
    painter.drawEllipse(QRectF(1.8, 1.8, 12.4, 12.4));
    QFont font = painter.font();
    font.setPixelSize(10);
    font.setBold(true);
    painter.setFont(font);
    painter.drawText(QRectF(0, 0, 16, 16), Qt::AlignCenter, QStringLiteral("?"));
}

void draw(QPainter &painter, Symbol symbol) {
    switch (symbol) {
    case Symbol::play:
        return draw_play(painter);
    case Symbol::pause:
        return draw_pause(painter);
    case Symbol::stop:
        return draw_stop(painter);
    case Symbol::resume:
        return draw_resume(painter);
    case Symbol::folder:
        return draw_folder(painter);
    case Symbol::demo:
        return draw_demo(painter);
    case Symbol::export_:
        return draw_export(painter);
    case Symbol::freeze:
        return draw_freeze(painter);
    case Symbol::text:
        return draw_text(painter);
    case Symbol::weights:
        return draw_weights(painter);
    case Symbol::help:
        return draw_help(painter);
    }
}

QPixmap draw_pixmap(Symbol symbol, int size, const QColor &colour) {
    QPixmap pixmap(size, size);
    pixmap.fill(Qt::transparent);
    QPainter painter(&pixmap);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.scale(size / 16.0, size / 16.0);
    painter.setPen(Qt::NoPen);
    painter.setBrush(colour);
    draw(painter, symbol);
    return pixmap;
}

} // namespace

QIcon make_icon(Symbol symbol, const QPalette &palette) {
    QIcon icon;
    for (const int size : {16, 20, 24, 32, 48}) {
        icon.addPixmap(draw_pixmap(symbol, size, palette.color(QPalette::Active, QPalette::ButtonText)));
        icon.addPixmap(draw_pixmap(symbol, size, palette.color(QPalette::Disabled, QPalette::ButtonText)),
                       QIcon::Disabled);
    }
    return icon;
}

} // namespace invar
