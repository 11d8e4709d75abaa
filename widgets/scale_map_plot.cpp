// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/scale_map_plot.h"

#include "widgets/colour_maps.h"
#include "widgets/plot_format.h"

#include <QTextStream>

#include <algorithm>
#include <cmath>
#include <utility>

namespace invar {

namespace {

/// First and last index of the `step` things that a cell stands for, of `size`.
std::pair<std::int64_t, std::int64_t> extent(std::int64_t cell, std::int64_t step, std::int64_t size) {
    return {cell * step, std::min((cell + 1) * step, size) - 1};
}

QString span_text(std::pair<std::int64_t, std::int64_t> span) {
    return span.first == span.second ? QString::number(span.first)
                                     : QStringLiteral("%1–%2").arg(span.first).arg(span.second);
}

} // namespace

ScaleMapPlot::ScaleMapPlot(QWidget *parent)
    : PlotView(parent), cells_(new QCPColorMap(plot()->xAxis, plot()->yAxis)), scale_(new QCPColorScale(plot())),
      row_line_(new QCPItemStraightLine(plot())), group_line_(new QCPItemStraightLine(plot())) {
    setObjectName(QStringLiteral("scale_map"));
    set_file_stem(QStringLiteral("scales"));
    QCustomPlot &view = *plot();
    cells_->setInterpolate(false);
    cells_->setTightBoundary(false);
    view.plotLayout()->addElement(0, 1, scale_);
    view.plotLayout()->setColumnSpacing(4);
    scale_->setType(QCPAxis::atRight);
    scale_->setBarWidth(12);
    scale_->setRangeDrag(false);
    scale_->setRangeZoom(false);
    const auto few_ticks = QSharedPointer<QCPAxisTicker>::create();
    few_ticks->setTickCount(3);
    scale_->axis()->setTicker(few_ticks);
    cells_->setColorScale(scale_);
    auto *margins = new QCPMarginGroup(&view);
    view.axisRect()->setMarginGroup(QCP::msTop | QCP::msBottom, margins);
    scale_->setMarginGroup(QCP::msTop | QCP::msBottom, margins);
    view.axisRect()->setMinimumMargins({0, 6, 0, 0});
    for (QCPAxis *axis : {view.xAxis, view.yAxis}) {
        axis->grid()->setVisible(false);
        axis->setSubTicks(false);
        axis->setTickLength(0, 3);
        axis->setTicker(whole_number_ticker());
        axis->ticker()->setTickCount(4);
    }
    view.yAxis->setRangeReversed(true); // the first row on top, as matrices are written
    for (QCPItemStraightLine *line : {row_line_, group_line_}) {
        line->setSelectable(false);
        line->setVisible(false);
    }
    enable_interactions();
}

void ScaleMapPlot::set_map(const ScaleMap &map, std::int64_t rows, std::int64_t groups) {
    map_ = map;
    rows_ = rows;
    groups_ = groups;
    const bool known = !map_.values.empty();
    const auto columns = static_cast<int>(known ? map_.columns : 1);
    const auto lines = static_cast<int>(known ? map_.rows : 1);
    cells_->data()->setSize(columns, lines);
    // Cells lie where their middle row and group are.
    const auto range = [](int cells, std::int64_t step) {
        const double first = static_cast<double>(step - 1) / 2;
        return QCPRange(first, first + static_cast<double>((cells - 1) * step));
    };
    cells_->data()->setRange(range(columns, map_.group_step), range(lines, map_.row_step));
    for (int row = 0; row < lines; ++row)
        for (int column = 0; column < columns; ++column)
            cells_->data()->setCell(column, row, known ? value({row, column}) : std::nan(""));
    if (known) {
        const auto [low, high] = std::ranges::minmax(map_.values);
        const double pad = low < high ? 0 : 0.01 * std::abs(static_cast<double>(high)) + 1e-12;
        scale_->setDataRange({static_cast<double>(low) - pad, static_cast<double>(high) + pad});
    } else {
        row_line_->setVisible(false);
        group_line_->setVisible(false);
    }
    schedule_refresh();
}

void ScaleMapPlot::set_chosen(std::int64_t row, std::int64_t group) {
    const auto across = static_cast<double>(row);
    const auto down = static_cast<double>(group);
    row_line_->point1->setCoords(0, across);
    row_line_->point2->setCoords(1, across);
    group_line_->point1->setCoords(down, 0);
    group_line_->point2->setCoords(down, 1);
    for (QCPItemStraightLine *line : {row_line_, group_line_})
        line->setVisible(!map_.values.empty());
    schedule_refresh();
}

double ScaleMapPlot::value(Cell cell) const {
    return map_.values[static_cast<std::size_t>(cell.row * map_.columns + cell.column)];
}

void ScaleMapPlot::take_up_data() {
    plot()->setAccessibleName(tr("Scale of each group")); // here, because the language may have changed
    plot()->yAxis->setLabel(tr("row"));
    plot()->xAxis->setLabel(map_.row_step * map_.group_step > 1
                                ? tr("group (a cell: mean of %1 × %2 scales)").arg(map_.row_step).arg(map_.group_step)
                                : tr("group"));
    scale_->setLabel(tr("scale"));
}

void ScaleMapPlot::fit_axes() {
    plot()->xAxis->setRange(-0.5, static_cast<double>(std::max<std::int64_t>(groups_, 1)) - 0.5);
    plot()->yAxis->setRange(-0.5, static_cast<double>(std::max<std::int64_t>(rows_, 1)) - 0.5);
}

void ScaleMapPlot::apply_colours(const PlotColours &colours) {
    PlotView::apply_colours(colours);
    scale_->setGradient(sequential_gradient());
    QCPAxis &axis = *scale_->axis();
    axis.setLabelColor(colours.text);
    axis.setTickLabelColor(colours.text);
    for (const auto set : {&QCPAxis::setBasePen, &QCPAxis::setTickPen, &QCPAxis::setSubTickPen})
        (axis.*set)(QPen(colours.frame));
    for (QCPItemStraightLine *line : {row_line_, group_line_})
        line->setPen(QPen(colours.dark ? Qt::white : QColor(0xff, 0x50, 0x50), 1)); // seen on all of the gradient
}

std::optional<ScaleMapPlot::Cell> ScaleMapPlot::cell_at(QPointF position) const {
    if (map_.values.empty() || !plot()->axisRect()->rect().contains(position.toPoint()))
        return {};
    const auto row = std::llround(plot()->yAxis->pixelToCoord(position.y()));
    const auto group = std::llround(plot()->xAxis->pixelToCoord(position.x()));
    if (row < 0 || row >= rows_ || group < 0 || group >= groups_)
        return {};
    return Cell{row / map_.row_step, group / map_.group_step};
}

QString ScaleMapPlot::describe(QPointF position) const {
    const auto cell = cell_at(position);
    if (!cell)
        return {};
    return tr("row %1, group %2: scale %3")
        .arg(span_text(extent(cell->row, map_.row_step, rows_)),
             span_text(extent(cell->column, map_.group_step, groups_)), short_number(value(*cell)));
}

void ScaleMapPlot::write_csv(QTextStream &out) const {
    out << "first_row,last_row,first_group,last_group,scale\n";
    for (Cell cell; cell.row < map_.rows; ++cell.row)
        for (cell.column = 0; cell.column < map_.columns; ++cell.column) {
            const auto rows = extent(cell.row, map_.row_step, rows_);
            const auto groups = extent(cell.column, map_.group_step, groups_);
            if (plot()->yAxis->range().contains(static_cast<double>(rows.first)) &&
                plot()->xAxis->range().contains(static_cast<double>(groups.first)))
                out << rows.first << ',' << rows.second << ',' << groups.first << ',' << groups.second << ','
                    << exact_number(value(cell)) << '\n';
        }
}

void ScaleMapPlot::clicked(QPointF position) {
    if (const auto cell = cell_at(position)) {
        const auto middle = [](std::pair<std::int64_t, std::int64_t> span) { return (span.first + span.second) / 2; };
        emit group_clicked(middle(extent(cell->row, map_.row_step, rows_)),
                           middle(extent(cell->column, map_.group_step, groups_)));
    }
}

} // namespace invar
