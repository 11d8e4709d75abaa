// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/cell_overlay.h"

#include "widgets/colour_maps.h"

#include <algorithm>
#include <cmath>

namespace invar {

CellOverlay::CellOverlay(QCPAxis *x, QCPAxis *y, Source source)
    : QCPLayerable(x->parentPlot(), QStringLiteral("cells")), x_(x), y_(y), source_(std::move(source)) {}

void CellOverlay::set_shape(int columns, int rows) {
    columns_ = columns;
    rows_ = rows;
    current_.reset();
}

void CellOverlay::set_colours(const QColor &hatch, const QColor &frame) {
    hatch_ = hatch;
    frame_ = frame;
}

bool CellOverlay::set_current(std::optional<QPoint> cell) {
    const bool changed = cell != current_;
    current_ = cell;
    return changed;
}

void CellOverlay::applyDefaultAntialiasingHint(QCPPainter *painter) const { painter->setAntialiasing(false); }

QRect CellOverlay::clipRect() const { return x_->axisRect()->rect(); }

QRectF CellOverlay::rect_of(int column, int row) const {
    return QRectF(QPointF(x_->coordToPixel(column - 0.5), y_->coordToPixel(row - 0.5)),
                  QPointF(x_->coordToPixel(column + 0.5), y_->coordToPixel(row + 0.5)))
        .normalized();
}

void CellOverlay::draw(QCPPainter *painter) {
    painter->setFont(parentPlot()->font());
    const QFontMetricsF metrics(painter->font());
    const auto first = [](double low) { return std::max(0, static_cast<int>(std::floor(low + 0.5))); };
    const auto last = [](double high, int count) {
        return std::min(count - 1, static_cast<int>(std::floor(high + 0.5)));
    };
    for (int column = first(x_->range().lower); column <= last(x_->range().upper, columns_); ++column) {
        for (int row = first(y_->range().lower); row <= last(y_->range().upper, rows_); ++row) {
            const QRectF cell = rect_of(column, row);
            const Content content = source_(column, row);
            if (!content.known) {
                painter->fillRect(cell, QBrush(hatch_, Qt::BDiagPattern));
                continue;
            }
            const bool fits =
                metrics.horizontalAdvance(content.text) + 4 <= cell.width() && metrics.height() <= cell.height();
            if (fits) {
                painter->setPen(ink_on(content.colour));
                painter->drawText(cell, Qt::AlignCenter, content.text);
            }
        }
    }
    if (current_) {
        painter->setBrush(Qt::NoBrush);
        painter->setPen(QPen(frame_, 2));
        painter->drawRect(rect_of(current_->x(), current_->y()));
    }
}

} // namespace invar
