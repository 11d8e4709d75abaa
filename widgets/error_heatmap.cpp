// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/error_heatmap.h"

#include "widgets/cell_overlay.h"
#include "widgets/colour_maps.h"
#include "widgets/elided_label.h"
#include "widgets/plot_format.h"

#include <QComboBox>
#include <QFontInfo>
#include <QFontMetrics>
#include <QHBoxLayout>

#include <algorithm>
#include <cmath>
#include <limits>

namespace invar {

namespace {

constexpr double nothing = std::numeric_limits<double>::quiet_NaN();

} // namespace

ErrorHeatmap::ErrorHeatmap(QWidget *parent) : PlotView(parent) {
    setObjectName(QStringLiteral("error_heatmap"));
    set_file_stem(QStringLiteral("errors"));
    build_map();
    build_toolbar();
    retranslate();
    enable_interactions();
    set_shape(0, {});
}

void ErrorHeatmap::build_map() {
    QCustomPlot &view = *plot();
    view.addLayer(QStringLiteral("cells"), view.layer(QStringLiteral("axes")), QCustomPlot::limBelow);
    view.layer(QStringLiteral("cells"))->setMode(QCPLayer::lmBuffered);
    map_ = new QCPColorMap(view.xAxis, view.yAxis);
    map_->setInterpolate(false);
    map_->setTightBoundary(false);
    scale_ = new QCPColorScale(&view);
    view.plotLayout()->addElement(0, 1, scale_);
    view.plotLayout()->setColumnSpacing(4);
    scale_->setType(QCPAxis::atRight);
    scale_->setBarWidth(12);
    scale_->setRangeDrag(false);
    scale_->setRangeZoom(false);
    map_->setColorScale(scale_);
    auto *margins = new QCPMarginGroup(&view);
    view.axisRect()->setMarginGroup(QCP::msTop | QCP::msBottom, margins);
    scale_->setMarginGroup(QCP::msTop | QCP::msBottom, margins);
    view.axisRect()->setMinimumMargins({0, 6, 0, 0});
    view.axisRect()->setupFullAxesBox(false);
    for (QCPAxis *axis : view.axisRect()->axes()) {
        axis->grid()->setVisible(false);
        axis->setSubTicks(false);
        axis->setTickLength(0, 3);
    }
    view.xAxis2->setTicks(false);
    view.yAxis2->setTicks(false);
    view.yAxis->setRangeReversed(true); // the first projection on top, as it is read
    view.xAxis->setTicker(whole_number_ticker());

    overlay_ = new CellOverlay(view.xAxis, view.yAxis, [this](int layer, int row) {
        const auto shown = value(layer, row);
        return shown ? CellOverlay::Content{true, cell_colour(layer, row), text_of(*shown, view_)}
                     : CellOverlay::Content{};
    });
}

void ErrorHeatmap::build_toolbar() {
    measure_choice_ = new QComboBox(this);
    measure_choice_->setObjectName(QStringLiteral("measure"));
    measure_choice_->setSizeAdjustPolicy(QComboBox::AdjustToContents);
    measure_choice_->addItems({QString(), QString(), QString(), QString()});
    view_choice_ = new QComboBox(this);
    view_choice_->setObjectName(QStringLiteral("view"));
    view_choice_->setSizeAdjustPolicy(QComboBox::AdjustToContents);
    view_choice_->addItems({QString(), QString(), QString()});
    view_choice_->setCurrentIndex(static_cast<int>(view_));
    connect(measure_choice_, &QComboBox::currentIndexChanged, this,
            [this](int index) { set_measure(static_cast<Measure>(index)); });
    connect(view_choice_, &QComboBox::currentIndexChanged, this,
            [this](int index) { set_view(static_cast<View>(index)); });
    toolbar()->addWidget(measure_choice_);
    note_ = new ElidedLabel(this);
    note_->setObjectName(QStringLiteral("output_note"));
    note_->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    toolbar()->addWidget(view_choice_);
    toolbar()->addWidget(note_, 1);
    toolbar()->addStretch(0);
}

void ErrorHeatmap::set_shape(int layers, const QStringList &projections) {
    layers_ = std::max(layers, 0);
    rows_ = projections;
    if (!rows_.contains(output_row()))
        rows_ += output_row();
    cells_.assign(static_cast<std::size_t>(layers_) * static_cast<std::size_t>(rows_.size()), {});
    const int columns = std::max(layers_, 1);
    const int rows = static_cast<int>(rows_.size());
    map_->data()->setSize(columns, rows);
    map_->data()->setRange({0, columns - 1.0}, {0, rows - 1.0});
    overlay_->set_shape(layers_, rows);
    choose_layer_ticks(plot()->width());
    retranslate();
    reset_zoom();
}

ErrorHeatmap::Cell *ErrorHeatmap::find(const MatrixError &error) {
    const auto row = rows_.indexOf(QString::fromStdString(error.projection));
    if (row < 0 || error.layer < 0 || error.layer >= layers_)
        return nullptr;
    return &cells_[static_cast<std::size_t>(error.layer * rows_.size() + row)];
}

const ErrorHeatmap::Cell &ErrorHeatmap::cell(int layer, int row) const {
    return cells_.at(static_cast<std::size_t>(layer * rows_.size() + row));
}

void ErrorHeatmap::set_start(const std::vector<MatrixError> &errors) {
    for (const MatrixError &error : errors)
        if (Cell *found = find(error))
            found->start = found->now = error;
    schedule_refresh();
}

void ErrorHeatmap::update(const std::vector<MatrixError> &errors) {
    for (const MatrixError &error : errors)
        if (Cell *found = find(error))
            found->now = error;
    schedule_refresh();
}

void ErrorHeatmap::set_measure(Measure measure) {
    measure_ = measure;
    measure_choice_->setCurrentIndex(static_cast<int>(measure));
    retranslate();
    apply_colours(colours());
    schedule_refresh();
}

void ErrorHeatmap::set_view(View view) {
    view_ = view;
    view_choice_->setCurrentIndex(static_cast<int>(view));
    retranslate();
    apply_colours(colours());
    schedule_refresh();
}

QString ErrorHeatmap::output_row() { return QString::fromUtf8(layer_output_column.data(), layer_output_column.size()); }

double ErrorHeatmap::measured(const MatrixError &error) const {
    switch (measure_) {
    case Measure::relative:
        return error.relative;
    case Measure::sqnr:
        return error.sqnr_db;
    case Measure::mse:
        return error.mse;
    case Measure::output:
        return error.output.value_or(nothing);
    }
    return nothing;
}

std::optional<double> ErrorHeatmap::value_in(View view, const Cell &cell) const {
    const auto &state = view == View::start ? cell.start : cell.now;
    if (!state || (view == View::improvement && !cell.start))
        return {};
    const double now = measured(*state);
    if (view != View::improvement)
        return std::isnan(now) ? std::nullopt : std::optional(now);
    const double start = measured(*cell.start);
    if (start == now)
        return 0;
    const double change = measure_ == Measure::sqnr ? now - start : 100 * (start - now) / start;
    return std::isfinite(change) ? std::optional(change) : std::nullopt;
}

std::optional<double> ErrorHeatmap::value(int layer, int row) const {
    if (layer < 0 || layer >= layers_ || row < 0 || row >= rows_.size())
        return {};
    return value_in(view_, cell(layer, row));
}

QColor ErrorHeatmap::cell_colour(int layer, int row) const {
    const auto shown = value(layer, row);
    if (!shown)
        return {};
    QCPColorGradient gradient = map_->gradient();
    const QCPRange range = map_->dataRange();
    return QColor::fromRgb(gradient.color(std::clamp(*shown, range.lower, range.upper), range,
                                          map_->dataScaleType() == QCPAxis::stLogarithmic));
}

void ErrorHeatmap::update_range() {
    // Start and now share one range, or the colours of the two could not be compared.
    double low = std::numeric_limits<double>::infinity();
    double high = -low;
    double change = measure_ == Measure::sqnr ? 0.1 : 1;
    const bool logarithmic = view_ != View::improvement && measure_ == Measure::mse;
    const auto include = [&](std::optional<double> value) {
        if (!value || !std::isfinite(*value) || (logarithmic && *value <= 0))
            return;
        low = std::min(low, *value);
        high = std::max(high, *value);
        change = std::max(change, std::abs(*value));
    };
    const bool has_matrices = layers_ > 0 && rows_.size() > 1;
    for (int layer = 0; layer < layers_; ++layer)
        for (int row = 0; row < rows_.size(); ++row) {
            // The MSE of hidden states is of another order than that of weights and would flatten their colours.
            if (logarithmic && has_matrices && rows_[row] == output_row())
                continue;
            const Cell &each = cell(layer, row);
            if (view_ != View::improvement)
                include(value_in(View::start, each));
            include(value_in(view_ == View::improvement ? view_ : View::now, each));
        }
    if (view_ == View::improvement)
        scale_->setDataRange({-change, change});
    else if (low < high)
        scale_->setDataRange({low, high});
    else if (low == high)
        scale_->setDataRange({low - 0.01 * std::abs(low) - 1e-12, high + 0.01 * std::abs(high) + 1e-12});
    scale_->setDataScaleType(logarithmic ? QCPAxis::stLogarithmic : QCPAxis::stLinear);
    const double ratio = logarithmic ? high / low : 0;
    const auto ticker =
        ratio > 20 ? QSharedPointer<QCPAxisTicker>(new QCPAxisTickerLog) : QSharedPointer<QCPAxisTicker>::create();
    ticker->setTickCount(4);
    scale_->axis()->setTicker(ticker);
    scale_->axis()->setNumberFormat(logarithmic ? QStringLiteral("eb") : QStringLiteral("gb"));
    scale_->axis()->setNumberPrecision(logarithmic ? (ratio > 20 ? 0 : 1) : 4);
}

void ErrorHeatmap::take_up_data() {
    update_range();
    const bool logarithmic = map_->dataScaleType() == QCPAxis::stLogarithmic;
    const QCPRange range = scale_->dataRange();
    for (int layer = 0; layer < layers_; ++layer)
        for (int row = 0; row < rows_.size(); ++row) {
            const auto shown = value(layer, row);
            // An exact matrix has infinite SQNR and an MSE of 0: the best colour, not none.
            const double floor = logarithmic ? range.lower : -std::numeric_limits<double>::max();
            map_->data()->setCell(layer, row,
                                  shown ? std::clamp(*shown, floor, std::max(range.upper, floor)) : nothing);
        }
}

void ErrorHeatmap::choose_layer_ticks(int width) {
    constexpr int names_and_scale = 140; // pixels beside the map
    constexpr int gap = 6;
    const int label = QFontMetrics(plot()->font()).horizontalAdvance(QString::number(layers_)) + gap;
    const int fit = std::clamp((width - names_and_scale) / label, 2, 12);
    int step = 1; // the ticker rounds to 1, 2, 5, 10 …, also downwards
    for (int i = 0; step * fit < layers_; ++i)
        step = i % 3 == 1 ? step * 5 / 2 : step * 2;
    plot()->xAxis->ticker()->setTickCount(std::max(layers_ / step, 1));
}

void ErrorHeatmap::arrange(QSize size) {
    choose_layer_ticks(size.width());
    // Rows of a low plot are lower than a line of text, and their names would touch.
    constexpr double lines_of_the_axis_below = 3.2;
    constexpr int least_pixels = 7;
    QFont names = plot()->font();
    const QFontInfo usual(names);
    const auto row = (size.height() - lines_of_the_axis_below * QFontMetrics(names).height()) /
                     static_cast<double>(std::max<qsizetype>(rows_.size(), 1));
    names.setPixelSize(std::clamp(static_cast<int>(row), std::min(least_pixels, usual.pixelSize()), usual.pixelSize()));
    plot()->yAxis->setTickLabelFont(names);
}

void ErrorHeatmap::fit_axes() {
    plot()->xAxis->setRange(-0.5, std::max(layers_, 1) - 0.5);
    plot()->yAxis->setRange(-0.5, static_cast<double>(std::max<qsizetype>(rows_.size(), 1)) - 0.5);
}

void ErrorHeatmap::apply_colours(const PlotColours &colours) {
    PlotView::apply_colours(colours);
    QCPColorGradient gradient = sequential_gradient();
    if (view_ == View::improvement)
        gradient = diverging_gradient(colours.dark);
    else if (measure_ == Measure::sqnr)
        gradient = gradient.inverted(); // bright is bad in every measure
    scale_->setGradient(gradient);
    overlay_->set_colours(colours.frame, colours.text);
    QCPAxis &axis = *scale_->axis();
    axis.setLabelColor(colours.text);
    axis.setTickLabelColor(colours.text);
    axis.setBasePen(QPen(colours.frame));
    axis.setTickPen(QPen(colours.frame));
    axis.setSubTickPen(QPen(colours.frame));
}

std::optional<ErrorHeatmap::Place> ErrorHeatmap::place_at(QPointF position) const {
    if (!plot()->axisRect()->rect().contains(position.toPoint()))
        return {};
    const Place place{static_cast<int>(std::lround(plot()->xAxis->pixelToCoord(position.x()))),
                      static_cast<int>(std::lround(plot()->yAxis->pixelToCoord(position.y())))};
    const bool inside = place.layer >= 0 && place.layer < layers_ && place.row >= 0 && place.row < rows_.size();
    return inside ? std::optional(place) : std::nullopt;
}

void ErrorHeatmap::clicked(QPointF position) {
    if (const auto place = place_at(position))
        emit cell_clicked(place->layer, rows_[place->row]);
}

void ErrorHeatmap::changeEvent(QEvent *event) {
    if (event->type() == QEvent::LanguageChange)
        retranslate();
    PlotView::changeEvent(event);
}

} // namespace invar
