// SPDX-License-Identifier: GPL-3.0-or-later
// Includes QCustomPlot: for .cpp files only.
#pragma once

#include <QPoint>

#include <qcustomplot.h>

#include <functional>
#include <optional>

namespace invar {

/// Drawn over a colour map of unit cells: hatches where there is no data, each cell's value where it fits, a frame
/// round the cell under the cursor.
class CellOverlay : public QCPLayerable {
public:
    struct Content {
        bool known = false; ///< unknown cells are hatched
        QColor colour;      ///< of the cell, for readable ink
        QString text;
    };
    using Source = std::function<Content(int column, int row)>;

    /// `source` is asked for every visible cell of `columns` x `rows`.
    CellOverlay(QCPAxis *x, QCPAxis *y, Source source);

    void set_shape(int columns, int rows);
    void set_colours(const QColor &hatch, const QColor &frame);
    /// The outlined cell; returns whether that changed.
    bool set_current(std::optional<QPoint> cell);

protected:
    void applyDefaultAntialiasingHint(QCPPainter *painter) const override;
    void draw(QCPPainter *painter) override;
    [[nodiscard]] QRect clipRect() const override;

private:
    [[nodiscard]] QRectF rect_of(int column, int row) const;

    QCPAxis *x_;
    QCPAxis *y_;
    Source source_;
    int columns_ = 0;
    int rows_ = 0;
    QColor hatch_;
    QColor frame_;
    std::optional<QPoint> current_;
};

} // namespace invar
