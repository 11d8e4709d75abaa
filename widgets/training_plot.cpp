// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/training_plot.h"

#include "widgets/colour_maps.h"
#include "widgets/plot_format.h"

#include <QTextStream>

#include <qcustomplot.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <tuple>
#include <utility>

namespace invar {

namespace {

constexpr std::size_t most_names = 12;   ///< beyond, the legend names only the first layer and the last
constexpr int roomy_height = 200;        ///< pixels; a lower plot needs them for its curves and does the same
constexpr double decades_for_powers = 2; ///< from here on ticks stand at powers of ten
constexpr float faint = 0.55F;           ///< opacity of layers that are done while another is at work

auto place_of(const TrainingPoint &point) { return std::tuple(point.layer, point.step); }

} // namespace

TrainingPlot::TrainingPlot(QWidget *parent) : PlotView(parent), empty_(new QCPItemText(plot())) {
    setObjectName(QStringLiteral("training_plot"));
    set_file_stem(QStringLiteral("training"));
    empty_->position->setType(QCPItemPosition::ptAxisRectRatio);
    empty_->position->setCoords(0.5, 0.5);
    empty_->setSelectable(false);
    plot()->xAxis->ticker()->setTickCount(6);
    plot()->yAxis->setNumberFormat(QStringLiteral("gb"));
    plot()->yAxis->setNumberPrecision(3);
    plot()->axisRect()->setMinimumMargins({0, 4, 8, 0});
    connect(plot()->yAxis, qOverload<const QCPRange &>(&QCPAxis::rangeChanged), this, &TrainingPlot::choose_ticks);
    place_legend_on_top();
    enable_interactions();
    PlotView::set_log_scale(true);
}

void TrainingPlot::clear() {
    layers_.clear();
    last_ = {};
    reset_zoom();
}

void TrainingPlot::append(std::span<const TrainingPoint> points) {
    for (const TrainingPoint &point : points) {
        if (point.layer < 0)
            continue;
        if (!is_empty() && place_of(point) <= place_of(last_))
            clear();
        if (std::cmp_less_equal(layers_.size(), point.layer))
            layers_.resize(static_cast<std::size_t>(point.layer) + 1);
        layers_.back().push_back(point);
        last_ = point;
    }
    schedule_refresh();
}

void TrainingPlot::set_method(const QString &title) {
    method_ = title;
    schedule_refresh();
}

int TrainingPlot::current_layer() const {
    const bool done = last_.layer + 1 >= last_.layers && last_.step >= last_.steps;
    return is_empty() || done ? -1 : last_.layer;
}

QCPGraph *TrainingPlot::curve(int layer) const {
    return layer >= 0 && std::cmp_less(layer, curves_.size()) ? curves_[static_cast<std::size_t>(layer)] : nullptr;
}

QString TrainingPlot::empty_text() const {
    return is_empty() ? tr("Nothing was trained.\nAutoRound and OmniQuant draw their curves here.") : QString();
}

void TrainingPlot::take_up_data() {
    plot()->setAccessibleName(tr("Training of decoder layers")); // here, because the language may have changed
    plot()->xAxis->setLabel(method_.isEmpty() ? tr("training step of a layer")
                                              : tr("training step of a layer (%1)").arg(method_));
    plot()->yAxis->setLabel(tr("output error (MSE)"));
    empty_->setText(empty_text());
    empty_->setVisible(is_empty());

    while (curves_.size() > layers_.size()) {
        plot()->removeGraph(curves_.back());
        curves_.pop_back();
    }
    while (curves_.size() < layers_.size())
        curves_.push_back(plot()->addGraph());
    for (std::size_t layer = 0; layer < layers_.size(); ++layer) {
        QVector<QCPGraphData> points;
        points.reserve(static_cast<qsizetype>(layers_[layer].size()));
        for (const TrainingPoint &point : layers_[layer])
            points.append({static_cast<double>(point.step), point.loss});
        curves_[layer]->data()->set(points, true);
    }
    update_legend();
    plot()->yAxis->setScaleType(log_scale() ? QCPAxis::stLogarithmic : QCPAxis::stLinear);
    choose_ticks();
    apply_colours(colours());
}

void TrainingPlot::update_legend() {
    const int current = current_layer();
    const bool all = curves_.size() <= most_names && plot()->height() >= roomy_height;
    for (std::size_t layer = 0; layer < curves_.size(); ++layer) {
        QCPGraph &curve = *curves_[layer];
        const auto number = static_cast<int>(layer);
        curve.setName(number == current ? tr("layer %1 (in training)").arg(number) : tr("layer %1").arg(number));
        if (all || layer == 0 || layer + 1 == curves_.size())
            curve.addToLegend();
        else
            curve.removeFromLegend();
    }
}

void TrainingPlot::choose_ticks() {
    const QCPRange range = plot()->yAxis->range();
    const bool powers = log_scale() && range.lower > 0 && std::log10(range.upper / range.lower) >= decades_for_powers;
    if (powers == !plot()->yAxis->ticker().dynamicCast<QCPAxisTickerLog>().isNull())
        return;
    plot()->yAxis->setTicker(powers ? QSharedPointer<QCPAxisTicker>(new QCPAxisTickerLog)
                                    : QSharedPointer<QCPAxisTicker>::create());
}

void TrainingPlot::fit_axes() {
    double low = std::numeric_limits<double>::infinity();
    double high = -low;
    for (const Curve &layer : layers_)
        for (const TrainingPoint &point : layer)
            if (std::isfinite(point.loss) && (point.loss > 0 || !log_scale())) {
                low = std::min(low, point.loss);
                high = std::max(high, point.loss);
            }
    plot()->xAxis->setRange(0, static_cast<double>(std::max<std::int64_t>(last_.steps, 1)));
    if (low > high)
        plot()->yAxis->setRange(log_scale() ? 0.1 : 0, 1);
    else if (log_scale()) {
        const double pad = std::max(std::pow(high / low, 0.06), 1.02);
        plot()->yAxis->setRange(low / pad, high * pad);
    } else {
        const double pad = std::max(0.06 * (high - low), 1e-12);
        plot()->yAxis->setRange(low - pad, high + pad);
    }
}

void TrainingPlot::arrange(QSize size) {
    plot()->yAxis->ticker()->setTickCount(std::clamp((size.height() - 70) / 36, 2, 8));
}

QColor TrainingPlot::colour_of(std::size_t layer, const PlotColours &colours) const {
    if (std::cmp_equal(layer, current_layer()))
        return colours.series[1];
    // By depth, without the end of the scale that would be lost on the background.
    const double share = last_.layers > 1 ? std::min(static_cast<double>(layer) / (last_.layers - 1), 1.0) : 0;
    const double place = colours.dark ? 0.95 - 0.65 * share : 0.75 * share;
    return QColor::fromRgba(sequential_gradient().color(place, {0, 1}));
}

void TrainingPlot::apply_colours(const PlotColours &colours) {
    const int current = current_layer();
    for (std::size_t layer = 0; layer < curves_.size(); ++layer) {
        const bool stands_out = std::cmp_equal(layer, current);
        QColor colour = colour_of(layer, colours);
        colour.setAlphaF(current < 0 || stands_out ? 1 : faint);
        curves_[layer]->setPen(QPen(colour, stands_out ? colours.curve_width + 1 : colours.curve_width));
    }
    empty_->setColor(colours.text);
    empty_->setFont(font());
    PlotView::apply_colours(colours);
}

QString TrainingPlot::describe(QPointF position) const {
    if (!plot()->axisRect()->rect().contains(position.toPoint()))
        return {};
    const double step = plot()->xAxis->pixelToCoord(position.x());
    const TrainingPoint *nearest = nullptr;
    double distance = std::numeric_limits<double>::infinity();
    for (std::size_t layer = 0; layer < std::min(layers_.size(), curves_.size()); ++layer) {
        if (layers_[layer].empty() || !curves_[layer]->visible())
            continue;
        const auto closer = [step](const TrainingPoint &a, const TrainingPoint &b) {
            return std::abs(static_cast<double>(a.step) - step) < std::abs(static_cast<double>(b.step) - step);
        };
        const TrainingPoint &point = *std::ranges::min_element(layers_[layer], closer);
        const double away = std::abs(plot()->yAxis->coordToPixel(point.loss) - position.y());
        if (away < distance) {
            distance = away;
            nearest = &point;
        }
    }
    if (!nearest)
        return {};
    const double first = layers_[static_cast<std::size_t>(nearest->layer)].front().loss;
    return tr("layer %1, step %2 of %3: output error %4, %5 % of the first")
        .arg(QString::number(nearest->layer), QString::number(nearest->step), QString::number(nearest->steps),
             short_number(nearest->loss), QLocale().toString(first > 0 ? 100 * nearest->loss / first : 0, 'f', 1));
}

void TrainingPlot::write_csv(QTextStream &out) const {
    out << "layer,step,loss\n";
    for (const Curve &layer : layers_)
        for (const TrainingPoint &point : layer)
            if (plot()->xAxis->range().contains(static_cast<double>(point.step)))
                out << point.layer << ',' << point.step << ',' << exact_number(point.loss) << '\n';
}

} // namespace invar
