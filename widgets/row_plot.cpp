// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/row_plot.h"

#include "widgets/colour_maps.h"
#include "widgets/level_lines.h"
#include "widgets/plot_format.h"

#include <QTextStream>

#include <algorithm>
#include <cmath>
#include <limits>

namespace invar {

namespace {

constexpr std::int64_t roomy = 400; ///< columns beyond which neighbouring groups are left out

} // namespace

RowPlot::RowPlot(QWidget *parent)
    : PlotView(parent), chosen_(new QCPItemRect(plot())), levels_(new QCPCurve(plot()->xAxis, plot()->yAxis)),
      borders_(new QCPCurve(plot()->xAxis, plot()->yAxis)), rounded_(plot()->addGraph()), exact_(plot()->addGraph()) {
    setObjectName(QStringLiteral("row_plot"));
    set_file_stem(QStringLiteral("row"));
    QCustomPlot &view = *plot();
    rounded_->setLineStyle(QCPGraph::lsStepCenter);
    exact_->setLineStyle(QCPGraph::lsNone);
    for (QCPAbstractPlottable *each : std::initializer_list<QCPAbstractPlottable *>{levels_, borders_, rounded_})
        each->setAntialiased(false);
    chosen_->setLayer(QStringLiteral("background"));
    chosen_->setSelectable(false);
    chosen_->setVisible(false);
    for (QCPItemPosition *corner : {chosen_->topLeft, chosen_->bottomRight})
        corner->setTypeY(QCPItemPosition::ptAxisRectRatio);
    view.xAxis->grid()->setVisible(false); // upright lines part groups here
    view.yAxis->grid()->setVisible(false); // and others are levels
    view.xAxis->setSubTicks(false);
    view.xAxis->setTicker(whole_number_ticker());
    view.xAxis->ticker()->setTickCount(6);
    view.yAxis->ticker()->setTickCount(4);
    view.axisRect()->setMinimumMargins({0, 4, 8, 0});
    place_legend_on_top();
    borders_->removeFromLegend();
    enable_interactions();
}

void RowPlot::clear() {
    row_ = {};
    group_ = 0;
    reset_zoom();
}

void RowPlot::set_row(const RowView &row) {
    row_ = row;
    set_group(group_);
}

void RowPlot::set_group(std::int64_t group) {
    const auto wanted = std::clamp<std::int64_t>(group, 0, std::max<std::int64_t>(groups() - 1, 0));
    if (wanted != group_)
        reset_zoom(); // or the chosen group might be out of sight
    group_ = wanted;
    schedule_refresh();
}

void RowPlot::take_up_data() {
    plot()->setAccessibleName(tr("One row before and after rounding")); // here, because the language may have changed
    plot()->xAxis->setLabel(tr("column"));
    plot()->yAxis->setLabel(tr("weight"));
    exact_->setName(tr("full precision"));
    rounded_->setName(tr("rounded"));
    levels_->setName(tr("levels"));

    const auto fill = [](QCPGraph &graph, const std::vector<float> &values) {
        QVector<QCPGraphData> points;
        for (std::size_t i = 0; i < values.size(); ++i)
            points.append({static_cast<double>(i), static_cast<double>(values[i])});
        graph.data()->set(points, true);
    };
    fill(*exact_, row_.exact);
    fill(*rounded_, row_.rounded);

    double reach = 1;
    for (const float weight : row_.exact)
        reach = std::max(reach, 100 * std::abs(static_cast<double>(weight)));
    LineList levels;
    LineList borders;
    const auto size = static_cast<double>(row_.group_size);
    for (std::int64_t group = 0; group < groups(); ++group) {
        const double left = static_cast<double>(group) * size - 0.5;
        for (const double level : drawn_levels(row_.levels(group)))
            levels.add({left, level}, {left + size, level});
        if (group > 0)
            borders.add({left, -reach}, {left, reach});
    }
    levels.give_to(*levels_);
    borders.give_to(*borders_);
    chosen_->setVisible(groups() > 1);
    chosen_->topLeft->setCoords(static_cast<double>(group_) * size - 0.5, 0);
    chosen_->bottomRight->setCoords(static_cast<double>(group_ + 1) * size - 0.5, 1);
}

void RowPlot::fit_axes() {
    if (row_.exact.empty()) {
        plot()->xAxis->setRange(0, 1);
        plot()->yAxis->setRange(-1, 1);
        return;
    }
    const std::int64_t around = 3 * row_.group_size <= roomy ? 1 : 0;
    const auto first = std::max<std::int64_t>(group_ - around, 0);
    const auto last = std::min(group_ + around, groups() - 1);
    double low = std::numeric_limits<double>::infinity();
    double high = -low;
    for (auto column = static_cast<std::size_t>(first * row_.group_size);
         column < static_cast<std::size_t>((last + 1) * row_.group_size); ++column)
        for (const double weight : {row_.exact[column], row_.rounded[column]})
            if (std::isfinite(weight)) {
                low = std::min(low, weight);
                high = std::max(high, weight);
            }
    if (low > high)
        low = high = 0;
    const double pad = std::max(0.06 * (high - low), 1e-9);
    plot()->xAxis->setRange(static_cast<double>(first * row_.group_size) - 0.5,
                            static_cast<double>((last + 1) * row_.group_size) - 0.5);
    plot()->yAxis->setRange(low - pad, high + pad);
}

void RowPlot::apply_colours(const PlotColours &colours) {
    exact_->setPen(QPen(colours.series[2])); // as in the perplexity panel: full precision, now
    exact_->setScatterStyle(QCPScatterStyle(QCPScatterStyle::ssDisc, 4));
    rounded_->setPen(QPen(colours.series[0], colours.curve_width));
    QColor faint = colours.series[1];
    faint.setAlphaF(0.45F);
    levels_->setPen(QPen(faint));
    borders_->setPen(QPen(colours.frame));
    QColor ground = colours.selection;
    ground.setAlphaF(colours.dark ? 0.2F : 0.1F);
    chosen_->setPen(Qt::NoPen);
    chosen_->setBrush(ground);
    PlotView::apply_colours(colours);
}

std::optional<std::size_t> RowPlot::column_at(QPointF position) const {
    const auto column = std::llround(plot()->xAxis->pixelToCoord(position.x()));
    if (!plot()->axisRect()->rect().contains(position.toPoint()) || column < 0 ||
        column >= static_cast<std::int64_t>(row_.exact.size()))
        return {};
    return static_cast<std::size_t>(column);
}

QString RowPlot::describe(QPointF position) const {
    const auto column = column_at(position);
    if (!column)
        return {};
    const auto group = *column / static_cast<std::size_t>(row_.group_size);
    return tr("column %1, group %2: %3 becomes %4 (scale %5, zero point %6)")
        .arg(QString::number(*column), QString::number(group), short_number(row_.exact[*column]),
             short_number(row_.rounded[*column]), short_number(row_.scales[group]), short_number(row_.zeros[group]));
}

void RowPlot::write_csv(QTextStream &out) const {
    out << "column,group,full_precision,rounded,scale,zero_point\n";
    for (std::size_t column = 0; column < row_.exact.size(); ++column) {
        const auto group = column / static_cast<std::size_t>(row_.group_size);
        if (plot()->xAxis->range().contains(static_cast<double>(column)))
            out << column << ',' << group << ',' << exact_number(row_.exact[column]) << ','
                << exact_number(row_.rounded[column]) << ',' << exact_number(row_.scales[group]) << ','
                << exact_number(row_.zeros[group]) << '\n';
    }
}

void RowPlot::clicked(QPointF position) {
    if (const auto column = column_at(position))
        emit group_clicked(static_cast<std::int64_t>(*column) / row_.group_size);
}

} // namespace invar
