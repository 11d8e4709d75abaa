// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/evaluate/matrix_view.h"
#include "widgets/plot_view.h"

#include <optional>

class QCPColorMap;
class QCPColorScale;
class QCPItemStraightLine;

namespace invar {

/// The scales of a matrix's groups, rows from top to bottom, groups from left to right. A click chooses a group.
class ScaleMapPlot : public PlotView {
    Q_OBJECT
public:
    explicit ScaleMapPlot(QWidget *parent = nullptr);

    /// Of a matrix with so many rows and groups; an empty one clears the plot.
    void set_map(const ScaleMap &map, std::int64_t rows, std::int64_t groups);
    /// Drawn as a cross of two lines.
    void set_chosen(std::int64_t row, std::int64_t group);
    [[nodiscard]] const ScaleMap &map() const { return map_; }

signals:
    /// The middle of the clicked cell.
    void group_clicked(std::int64_t row, std::int64_t group);

protected:
    void take_up_data() override;
    void fit_axes() override;
    void apply_colours(const PlotColours &colours) override;
    [[nodiscard]] QString describe(QPointF position) const override;
    void write_csv(QTextStream &out) const override;
    void clicked(QPointF position) override;

private:
    struct Cell {
        std::int64_t row = 0, column = 0;
    };
    [[nodiscard]] std::optional<Cell> cell_at(QPointF position) const;
    [[nodiscard]] double value(Cell cell) const;

    ScaleMap map_;
    std::int64_t rows_ = 0, groups_ = 0;
    QCPColorMap *cells_;
    QCPColorScale *scale_;
    QCPItemStraightLine *row_line_;
    QCPItemStraightLine *group_line_;
};

} // namespace invar
