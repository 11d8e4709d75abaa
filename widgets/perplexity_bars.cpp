// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/perplexity_bars.h"

#include "widgets/plot_format.h"

#include <QPainter>
#include <QTextStream>

#include <qcustomplot.h>

#include <algorithm>
#include <cmath>

namespace invar {

PerplexityBars::PerplexityBars(QWidget *parent) : QWidget(parent) {
    setObjectName(QStringLiteral("perplexity_bars"));
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    setToolTip(tr("Perplexity on the held-out text, which the search never sees: less is better"));
}

void PerplexityBars::set_values(const Values &values) {
    values_ = values;
    update();
}

int PerplexityBars::row_height() const { return fontMetrics().height() + 10; }

QSize PerplexityBars::sizeHint() const { return {260, 3 * row_height()}; }

QSize PerplexityBars::minimumSizeHint() const { return {180, 3 * row_height()}; }

void PerplexityBars::paintEvent(QPaintEvent *) {
    QPainter painter(this);
    const PlotColours colours = plot_colours(palette());
    const std::array names{tr("full precision"), tr("at the start"), tr("now")};
    const std::array fills{colours.series[2], colours.series[1], colours.series[0]};
    double largest = 0;
    int name_width = 0;
    for (std::size_t i = 0; i < names.size(); ++i) {
        largest = std::max(largest, values_[i].value_or(0));
        name_width = std::max(name_width, fontMetrics().horizontalAdvance(names[i]));
    }
    const int number_width = fontMetrics().horizontalAdvance(QStringLiteral("00000.00"));
    const int left = name_width + 8;
    const int room = std::max(0, width() - left - number_width - 6);
    for (std::size_t i = 0; i < names.size(); ++i) {
        const QRect row(0, static_cast<int>(i) * row_height(), width(), row_height());
        painter.setPen(palette().color(QPalette::WindowText));
        painter.drawText(row.adjusted(0, 0, -row.width() + name_width, 0), Qt::AlignRight | Qt::AlignVCenter, names[i]);
        if (!values_[i]) {
            painter.setPen(palette().color(QPalette::PlaceholderText));
            painter.drawText(row.adjusted(left, 0, 0, 0), Qt::AlignLeft | Qt::AlignVCenter, tr("not measured"));
            continue;
        }
        const int length = largest > 0 ? static_cast<int>(std::lround(*values_[i] / largest * room)) : 0;
        painter.fillRect(QRect(left, row.top() + 4, std::max(length, 1), row.height() - 8), fills[i]);
        painter.drawText(row.adjusted(left + length + 6, 0, 0, 0), Qt::AlignLeft | Qt::AlignVCenter,
                         QLocale().toString(*values_[i], 'f', *values_[i] < 1000 ? 2 : 0));
    }
}

PerplexityHistory::PerplexityHistory(QWidget *parent) : PlotView(parent) {
    setObjectName(QStringLiteral("perplexity_history"));
    set_file_stem(QStringLiteral("perplexity"));
    line_ = plot()->addGraph();
    line_->setScatterStyle(QCPScatterStyle(QCPScatterStyle::ssDisc, 5));
    plot()->xAxis->ticker()->setTickCount(5);
    plot()->yAxis->ticker()->setTickCount(3);
    plot()->axisRect()->setMinimumMargins({0, 4, 8, 0});
    plot()->setAccessibleName(tr("Perplexity over the search"));
}

void PerplexityHistory::clear() {
    points_.clear();
    reset_zoom();
}

void PerplexityHistory::append(Point point) {
    // Measured twice at one step: the later one counts.
    std::erase_if(points_, [&](const Point &other) { return other.step == point.step; });
    points_.insert(std::ranges::upper_bound(points_, point.step, {}, &Point::step), point);
    schedule_refresh();
}

void PerplexityHistory::take_up_data() {
    plot()->xAxis->setLabel(tr("step")); // here, because the language may have changed
    plot()->yAxis->setLabel(tr("perplexity"));
    QVector<QCPGraphData> measured;
    for (const Point &point : points_)
        measured.append({static_cast<double>(point.step), point.perplexity});
    line_->data()->set(measured, true);
}

void PerplexityHistory::fit_axes() {
    if (points_.empty()) {
        plot()->xAxis->setRange(0, 1);
        plot()->yAxis->setRange(0, 1);
        return;
    }
    const auto [low, high] = std::ranges::minmax(points_, {}, &Point::perplexity);
    const double pad = std::max(0.12 * (high.perplexity - low.perplexity), 0.002 * high.perplexity);
    const double last = std::max(1.0, static_cast<double>(points_.back().step));
    plot()->xAxis->setRange(-0.04 * last, last * 1.04);
    plot()->yAxis->setRange(low.perplexity - pad, high.perplexity + pad);
}

void PerplexityHistory::apply_colours(const PlotColours &colours) {
    PlotView::apply_colours(colours);
    line_->setPen(QPen(colours.series[0], 1));
}

QString PerplexityHistory::describe(QPointF position) const {
    if (points_.empty() || !plot()->axisRect()->rect().contains(position.toPoint()))
        return {};
    const double step = plot()->xAxis->pixelToCoord(position.x());
    const auto nearest = std::ranges::min_element(
        points_, {}, [step](const Point &point) { return std::abs(static_cast<double>(point.step) - step); });
    return tr("step %1: perplexity %2").arg(QString::number(nearest->step), short_number(nearest->perplexity));
}

void PerplexityHistory::write_csv(QTextStream &out) const {
    out << "step,perplexity\n";
    for (const Point &point : points_)
        if (plot()->xAxis->range().contains(static_cast<double>(point.step)))
            out << point.step << ',' << exact_number(point.perplexity) << '\n';
}

} // namespace invar
