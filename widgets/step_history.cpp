// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/step_history.h"

#include "widgets/plot_format.h"

#include <QTextStream>

#include <qcustomplot.h>

#include <algorithm>
#include <cmath>

namespace invar {

StepHistory::StepHistory(QWidget *parent) : PlotView(parent), line_(plot()->addGraph()) {
    line_->setScatterStyle(QCPScatterStyle(QCPScatterStyle::ssDisc, 5));
    plot()->setMinimumHeight(86); // two of them and the numbers beside them fit into 720 lines
    plot()->xAxis->ticker()->setTickCount(5);
    plot()->yAxis->ticker()->setTickCount(3);
    plot()->axisRect()->setMinimumMargins({0, 4, 8, 0});
}

void StepHistory::clear() {
    points_.clear();
    reset_zoom();
}

void StepHistory::append(Point point) {
    // Measured twice at one step: the later one counts.
    std::erase_if(points_, [&](const Point &other) { return other.step == point.step; });
    points_.insert(std::ranges::upper_bound(points_, point.step, {}, &Point::step), point);
    schedule_refresh();
}

void StepHistory::take_up_data() {
    plot()->xAxis->setLabel(tr("step")); // here, because the language may have changed
    plot()->yAxis->setLabel(value_label());
    QVector<QCPGraphData> measured;
    for (const Point &point : points_)
        measured.append({static_cast<double>(point.step), point.value});
    line_->data()->set(measured, true);
}

void StepHistory::fit_axes() {
    if (points_.empty()) {
        plot()->xAxis->setRange(0, 1);
        plot()->yAxis->setRange(0, 1);
        return;
    }
    const auto [low, high] = std::ranges::minmax(points_, {}, &Point::value);
    const double pad = std::max({0.12 * (high.value - low.value), 0.002 * std::abs(high.value), 1e-12});
    const double last = std::max(1.0, static_cast<double>(points_.back().step));
    plot()->xAxis->setRange(-0.04 * last, last * 1.04);
    plot()->yAxis->setRange(low.value - pad, high.value + pad);
}

void StepHistory::apply_colours(const PlotColours &colours) {
    PlotView::apply_colours(colours);
    line_->setPen(QPen(colours.series[0], 1));
}

QString StepHistory::describe(QPointF position) const {
    if (points_.empty() || !plot()->axisRect()->rect().contains(position.toPoint()))
        return {};
    const double step = plot()->xAxis->pixelToCoord(position.x());
    return describe_point(*std::ranges::min_element(
        points_, {}, [step](const Point &point) { return std::abs(static_cast<double>(point.step) - step); }));
}

void StepHistory::write_csv(QTextStream &out) const {
    out << "step," << column() << '\n';
    for (const Point &point : points_)
        if (plot()->xAxis->range().contains(static_cast<double>(point.step)))
            out << point.step << ',' << exact_number(point.value) << '\n';
}

PerplexityHistory::PerplexityHistory(QWidget *parent) : StepHistory(parent) {
    setObjectName(QStringLiteral("perplexity_history"));
    set_file_stem(QStringLiteral("perplexity"));
    plot()->setAccessibleName(tr("Perplexity over the search"));
}

QString PerplexityHistory::value_label() const { return tr("perplexity"); }

QString PerplexityHistory::describe_point(const Point &point) const {
    return tr("step %1: perplexity %2").arg(QString::number(point.step), short_number(point.value));
}

DriftHistory::DriftHistory(QWidget *parent) : StepHistory(parent) {
    setObjectName(QStringLiteral("drift_history"));
    set_file_stem(QStringLiteral("drift"));
    plot()->setAccessibleName(tr("Drift over the search"));
}

QString DriftHistory::value_label() const { return tr("drift (%)"); }

QString DriftHistory::describe_point(const Point &point) const {
    return tr("step %1: the full-precision model has moved by %2 %")
        .arg(QString::number(point.step), short_number(point.value));
}

} // namespace invar
