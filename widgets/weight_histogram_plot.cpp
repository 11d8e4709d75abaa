// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/weight_histogram_plot.h"

#include "widgets/level_lines.h"
#include "widgets/plot_format.h"

#include <QTextStream>

#include <qcustomplot.h>

#include <algorithm>

namespace invar {

namespace {

constexpr double log_floor = 0.5; ///< where an empty bin lies on a logarithmic axis

} // namespace

WeightHistogramPlot::WeightHistogramPlot(QWidget *parent)
    : PlotView(parent), before_(plot()->addGraph()), after_(plot()->addGraph()),
      lines_(new QCPCurve(plot()->xAxis, plot()->yAxis)) {
    setObjectName(QStringLiteral("weight_histogram"));
    set_file_stem(QStringLiteral("weights"));
    for (QCPGraph *graph : {before_, after_})
        graph->setLineStyle(QCPGraph::lsStepLeft);
    for (QCPAbstractPlottable *each : std::initializer_list<QCPAbstractPlottable *>{before_, after_, lines_})
        each->setAntialiased(false);
    plot()->xAxis->ticker()->setTickCount(5);
    plot()->yAxis->ticker()->setTickCount(3);
    plot()->xAxis->grid()->setVisible(false); // vertical lines are levels here
    plot()->axisRect()->setMinimumMargins({0, 4, 8, 0});
    place_legend_on_top();
    enable_interactions();
}

void WeightHistogramPlot::set_histogram(const WeightHistogram &histogram) {
    histogram_ = histogram;
    schedule_refresh();
}

void WeightHistogramPlot::set_levels(const std::vector<double> &levels, const QString &of) {
    levels_ = levels;
    levels_of_ = of;
    schedule_refresh();
}

double WeightHistogramPlot::highest() const {
    std::int64_t highest = 0;
    for (const auto *counts : {&histogram_.before, &histogram_.after})
        if (!counts->empty())
            highest = std::max(highest, *std::ranges::max_element(*counts));
    return static_cast<double>(std::max<std::int64_t>(highest, 1));
}

void WeightHistogramPlot::take_up_data() {
    plot()->setAccessibleName(tr("Weights before and after rounding")); // here, because the language may have changed
    plot()->xAxis->setLabel(tr("weight"));
    plot()->yAxis->setLabel(tr("count"));
    before_->setName(tr("full precision"));
    after_->setName(tr("rounded"));
    lines_->setName(tr("levels")); // short: the legend has one row over a low plot

    const auto edges = histogram_.edges();
    const auto fill = [&](QCPGraph &graph, const std::vector<std::int64_t> &counts) {
        QVector<QCPGraphData> points;
        for (std::size_t i = 0; i < counts.size(); ++i)
            points.append({edges[i], std::max(static_cast<double>(counts[i]), log_scale() ? log_floor : 0)});
        if (!counts.empty())
            points.append({edges.back(), log_scale() ? log_floor : 0});
        graph.data()->set(points, true);
    };
    fill(*before_, histogram_.before);
    fill(*after_, histogram_.after);
    LineList lines;
    for (const double level : drawn_levels(levels_))
        lines.add({level, log_scale() ? log_floor / 10 : 0}, {level, 100 * highest()});
    lines.give_to(*lines_);
    if (levels_.empty())
        lines_->removeFromLegend();
    else
        lines_->addToLegend();

    plot()->yAxis->setScaleType(log_scale() ? QCPAxis::stLogarithmic : QCPAxis::stLinear);
    plot()->yAxis->setTicker(log_scale() ? QSharedPointer<QCPAxisTicker>(new QCPAxisTickerLog)
                                         : QSharedPointer<QCPAxisTicker>::create());
    plot()->yAxis->ticker()->setTickCount(3);
    plot()->yAxis->setNumberFormat(log_scale() ? QStringLiteral("eb") : QStringLiteral("gb"));
    plot()->yAxis->setNumberPrecision(log_scale() ? 0 : 6);
}

void WeightHistogramPlot::fit_axes() {
    if (histogram_.before.empty()) {
        plot()->xAxis->setRange(-1, 1);
        plot()->yAxis->setRange(0.5, 1);
        return;
    }
    const double pad = 0.02 * (histogram_.high - histogram_.low);
    plot()->xAxis->setRange(histogram_.low - pad, histogram_.high + pad);
    plot()->yAxis->setRange(log_scale() ? log_floor : 0, highest() * (log_scale() ? 1.6 : 1.06));
}

void WeightHistogramPlot::apply_colours(const PlotColours &colours) {
    QColor area = colours.series[2]; // as in the perplexity panel: full precision, now
    before_->setPen(QPen(area, colours.curve_width));
    area.setAlphaF(0.25F);
    before_->setBrush(area);
    after_->setPen(QPen(colours.series[0], colours.curve_width));
    lines_->setPen(QPen(colours.series[1], 1, Qt::DashLine));
    PlotView::apply_colours(colours);
}

QString WeightHistogramPlot::describe(QPointF position) const {
    const double weight = plot()->xAxis->pixelToCoord(position.x());
    if (histogram_.before.empty() || !plot()->axisRect()->rect().contains(position.toPoint()) ||
        weight < histogram_.low || weight > histogram_.high)
        return {};
    const auto bin = std::min(static_cast<std::size_t>((weight - histogram_.low) / histogram_.bin_width()),
                              histogram_.before.size() - 1);
    const auto edges = histogram_.edges();
    const QString counts = tr("%1 to %2: %3 weights in full precision, %4 rounded")
                               .arg(short_number(edges[bin]), short_number(edges[bin + 1]),
                                    QString::number(histogram_.before[bin]), QString::number(histogram_.after[bin]));
    return levels_.empty() ? counts : counts + QStringLiteral(" · ") + tr("levels of %1").arg(levels_of_);
}

void WeightHistogramPlot::write_csv(QTextStream &out) const {
    out << "low,high,full_precision,rounded\n";
    const auto edges = histogram_.edges();
    for (std::size_t bin = 0; bin < histogram_.before.size(); ++bin)
        if (plot()->xAxis->range().contains((edges[bin] + edges[bin + 1]) / 2))
            out << exact_number(edges[bin]) << ',' << exact_number(edges[bin + 1]) << ',' << histogram_.before[bin]
                << ',' << histogram_.after[bin] << '\n';
}

} // namespace invar
