// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QStringList>
#include <QTableView>

#include <vector>

namespace invar {

/// Bits per weight of each matrix: decoder layers from top to bottom, projections from left to right. The brush paints
/// the cells that it is dragged over and the rows and columns whose headers are clicked; the right mouse button takes
/// a cell back to the rest. Digits set the selected cells.
class BitsTable : public QTableView {
    Q_OBJECT
public:
    using Bits = std::vector<std::vector<int>>; ///< [layer][projection], 1 to 8

    static constexpr int as_rest = 0; ///< brush: whatever the rest has
    static constexpr int most_bits = 8;

    explicit BitsTable(QWidget *parent = nullptr);

    /// `rest`: the bits of a matrix that has none of its own; all cells get them.
    void set_shape(int layers, const QStringList &projections, int rest);
    /// Of the same shape. Does not emit painted().
    void set_bits(Bits bits);
    [[nodiscard]] const Bits &bits() const;
    [[nodiscard]] int rest() const;

    /// as_rest, or 1 to most_bits.
    void set_brush(int bits) { brush_ = bits; }
    [[nodiscard]] int brush() const { return brush_; }

    /// In even steps of lightness, the same order with any kind of colour vision.
    [[nodiscard]] static QColor colour_of(int bits);
    /// Black or white, whichever is read better on that colour.
    [[nodiscard]] static QColor ink_of(int bits);

    [[nodiscard]] QSize sizeHint() const override;

signals:
    /// The user changed at least one cell.
    void painted();

protected:
    void mousePressEvent(QMouseEvent *event) override;
    void mouseMoveEvent(QMouseEvent *event) override;
    void mouseReleaseEvent(QMouseEvent *event) override;
    void mouseDoubleClickEvent(QMouseEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;

private:
    class Cells;

    void set_cells(const QModelIndexList &cells, int bits);
    void paint_to(const QModelIndex &cell);
    void paint_row(int layer);
    void paint_column(int projection);

    Cells *cells_;
    int brush_ = as_rest;
    int stroke_ = as_rest;            ///< what the stroke in progress paints
    QPersistentModelIndex stroke_at_; ///< where it is; invalid: there is none
};

} // namespace invar
