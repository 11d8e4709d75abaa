// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/loss_plot.h"

#include "widgets/plot_format.h"

#include <QCheckBox>
#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QTextStream>

#include <qcustomplot.h>

#include <algorithm>
#include <cmath>

namespace invar {

namespace {

constexpr std::size_t sampled_candidates = 512; ///< enough for a stable percentile, cheap at any length
constexpr double candidate_percentile = 0.9;
constexpr double shared_height = 0.8; ///< of a part's own span is left to the other part
constexpr double largest_stretch = 3; ///< candidates may stretch the best curve's range this far

QCPGraphData point(double key, double value) { return {key, value}; }

} // namespace

void LossPlot::Extent::include(double value) {
    if (!std::isfinite(value))
        return;
    low = std::min(low, value);
    high = std::max(high, value);
}

LossPlot::LossPlot(QWidget *parent) : PlotView(parent) {
    setObjectName(QStringLiteral("loss_plot"));
    set_file_stem(QStringLiteral("loss"));
    build_axes();
    build_curves();
    build_toolbar();
    update_labels();
    enable_interactions();
}

void LossPlot::build_axes() {
    QCustomPlot &view = *plot();
    QCPLayoutGrid &grid = *view.plotLayout();
    view.setMinimumHeight(150); // two plots, a legend and an axis
    top_ = view.axisRect();
    bottom_ = new QCPAxisRect(&view);
    bottom_->setupFullAxesBox(false);
    bottom_->axis(QCPAxis::atRight)->setTickLabels(true);

    place_legend_on_top();
    grid.addElement(2, 0, bottom_);
    grid.setRowStretchFactor(1, 3);
    grid.setRowStretchFactor(2, 2);

    auto *margins = new QCPMarginGroup(&view);
    for (QCPAxisRect *rect : {top_, bottom_})
        rect->setMarginGroup(QCP::msLeft | QCP::msRight, margins);
    top_->setMinimumMargins({0, 4, 8, 4});
    bottom_->setMinimumMargins({0, 4, 8, 0});
    bottom_->setMinimumSize(40, 40);
    top_->setMinimumSize(40, 40);

    QCPAxis *upper = top_->axis(QCPAxis::atBottom);
    QCPAxis *lower = bottom_->axis(QCPAxis::atBottom);
    upper->setTickLabels(false);
    const auto linked = qOverload<const QCPRange &>(&QCPAxis::setRange);
    const auto moved = qOverload<const QCPRange &>(&QCPAxis::rangeChanged);
    connect(upper, moved, lower, linked);
    connect(lower, moved, upper, linked);
    // Dragging one part of the loss must drag the other with it, or the two axes would drift apart.
    bottom_->setRangeDragAxes(lower, bottom_->axis(QCPAxis::atLeft));
    bottom_->setRangeDragAxes({lower}, {bottom_->axis(QCPAxis::atLeft), bottom_->axis(QCPAxis::atRight)});
    bottom_->setRangeZoomAxes({lower}, {bottom_->axis(QCPAxis::atLeft), bottom_->axis(QCPAxis::atRight)});
}

void LossPlot::build_curves() {
    QCustomPlot &view = *plot();
    QCPAxis *x = top_->axis(QCPAxis::atBottom);
    QCPAxis *y = top_->axis(QCPAxis::atLeft);
    QCPAxis *part_x = bottom_->axis(QCPAxis::atBottom);
    candidates_ = view.addGraph(x, y);
    comparison_ = view.addGraph(x, y);
    best_ = view.addGraph(x, y);
    ce_part_ = view.addGraph(part_x, bottom_->axis(QCPAxis::atLeft));
    mse_part_ = view.addGraph(part_x, bottom_->axis(QCPAxis::atRight));
    reference_name_ = view.addGraph(part_x, bottom_->axis(QCPAxis::atLeft));
    reference_line_ = new QCPItemStraightLine(&view);
    reference_line_->setClipAxisRect(bottom_);
    for (QCPItemPosition *end : {reference_line_->point1, reference_line_->point2})
        end->setAxes(part_x, bottom_->axis(QCPAxis::atLeft));
    for (QCPGraph *graph : {best_, comparison_, ce_part_, mse_part_})
        graph->setLineStyle(QCPGraph::lsStepLeft);
    candidates_->setLineStyle(QCPGraph::lsNone);
    candidates_->setScatterStyle(QCPScatterStyle(QCPScatterStyle::ssDisc, 2.5));
    // The legend tells the curves in the order of the eye, not of painting.
    view.legend->clearItems();
    for (QCPGraph *graph : {best_, candidates_, ce_part_, mse_part_})
        graph->addToLegend();
}

void LossPlot::build_toolbar() {
    x_choice_ = new QComboBox(this);
    x_choice_->setObjectName(QStringLiteral("x_axis"));
    x_choice_->addItems({QString(), QString()});
    connect(x_choice_, &QComboBox::currentIndexChanged, this,
            [this](int index) { set_x_axis(static_cast<XAxis>(index)); });
    candidates_check_ = new QCheckBox(this);
    candidates_check_->setObjectName(QStringLiteral("candidates"));
    candidates_check_->setChecked(true);
    connect(candidates_check_, &QCheckBox::toggled, this, &LossPlot::set_candidates_visible);
    toolbar()->addWidget(x_choice_);
    toolbar()->addWidget(candidates_check_);
    toolbar()->addStretch(1);
}

void LossPlot::update_labels() {
    plot()->setAccessibleName(tr("Loss over the search"));
    x_choice_->setItemText(0, tr("by step"));
    x_choice_->setItemText(1, tr("by searching time"));
    x_choice_->setToolTip(tr("What the horizontal axis counts"));
    x_choice_->setAccessibleName(tr("Horizontal axis"));
    candidates_check_->setText(tr("&Candidates"));
    candidates_check_->setToolTip(tr("Show the loss of every proposal tried, accepted or not, as a faint dot"));
    candidates_check_->setAccessibleName(tr("Show candidates"));
    best_->setName(tr("best loss"));
    candidates_->setName(tr("candidates"));
    ce_part_->setName(tr("CE / CE₀"));
    mse_part_->setName(tr("α · MSE / MSE₀"));
    reference_name_->setName(
        tr("full precision (%1)").arg(QLocale().toString(ce0_ > 0 ? reference_ / ce0_ : 0, 'g', 3)));
    top_->axis(QCPAxis::atLeft)->setLabel(tr("total loss"));
    bottom_->axis(QCPAxis::atLeft)->setLabel(tr("CE part"));
    bottom_->axis(QCPAxis::atRight)->setLabel(tr("MSE part"));
    bottom_->axis(QCPAxis::atBottom)->setLabel(x_axis_ == XAxis::step ? tr("step") : tr("searching time (s)"));
}

void LossPlot::clear() {
    steps_.clear();
    rebuild();
}

void LossPlot::set_start(double ce0, double mse0, double alpha) {
    ce0_ = ce0;
    mse0_ = mse0;
    alpha_ = alpha;
    rebuild();
}

void LossPlot::set_reference(double full_precision_ce) {
    reference_ = full_precision_ce;
    rebuild();
}

void LossPlot::set_comparison(const QString &name, std::span<const StepRecord> steps) {
    comparison_steps_.assign(steps.begin(), steps.end());
    comparison_->setName(name);
    if (steps.empty())
        comparison_->removeFromLegend();
    else
        comparison_->addToLegend();
    rebuild();
}

void LossPlot::append(std::span<const StepRecord> steps) {
    steps_.insert(steps_.end(), steps.begin(), steps.end());
    schedule_refresh();
}

void LossPlot::set_x_axis(XAxis axis) {
    if (axis == x_axis_)
        return;
    x_axis_ = axis;
    x_choice_->setCurrentIndex(static_cast<int>(axis));
    rebuild();
    reset_zoom();
}

void LossPlot::set_candidates_visible(bool visible) {
    candidates_check_->setChecked(visible);
    if (candidates_->visible() != visible)
        toggle_curve(candidates_);
}

void LossPlot::set_log_scale(bool on) {
    PlotView::set_log_scale(on);
    const auto scale = on ? QCPAxis::stLogarithmic : QCPAxis::stLinear;
    top_->axis(QCPAxis::atLeft)->setScaleType(scale);
    bottom_->axis(QCPAxis::atLeft)->setScaleType(scale);
    bottom_->axis(QCPAxis::atRight)->setScaleType(scale);
    reset_zoom();
}

double LossPlot::x_of(const StepRecord &record) const {
    return x_axis_ == XAxis::step ? static_cast<double>(record.step) : record.seconds;
}

double LossPlot::ce_part_of(const StepRecord &record) const {
    return ce0_ > 0 ? record.best_ce / ce0_ : record.best_ce;
}

double LossPlot::mse_part_of(const StepRecord &record) const {
    return mse0_ > 0 ? alpha_ * record.best_mse / mse0_ : 0;
}

void LossPlot::rebuild() {
    for (QCPGraph *graph : {best_, candidates_, ce_part_, mse_part_, comparison_})
        graph->data()->clear();
    drawn_ = 0;
    best_extent_ = ce_extent_ = mse_extent_ = {};
    add_start_point();
    for (const StepRecord &record : comparison_steps_)
        comparison_->addData(x_of(record), record.best_loss);
    const bool has_reference = reference_ > 0 && ce0_ > 0;
    const double level = has_reference ? reference_ / ce0_ : 0;
    reference_line_->point1->setCoords(0, level);
    reference_line_->point2->setCoords(1, level);
    if (has_reference)
        reference_name_->addToLegend();
    else
        reference_name_->removeFromLegend();
    update_labels();
    apply_colours(colours());
    schedule_refresh();
}

void LossPlot::add_start_point() {
    if (ce0_ <= 0)
        return;
    const double mse_part = mse0_ > 0 ? alpha_ : 0;
    best_->data()->add(point(0, 1 + mse_part));
    ce_part_->data()->add(point(0, 1));
    mse_part_->data()->add(point(0, mse_part));
    best_extent_.include(1 + mse_part);
    ce_extent_.include(1);
    mse_extent_.include(mse_part);
}

void LossPlot::take_up_data() {
    const auto count = static_cast<qsizetype>(steps_.size() - drawn_);
    if (count == 0)
        return;
    QVector<QCPGraphData> best, candidates, ce, mse;
    for (auto *points : {&best, &candidates, &ce, &mse})
        points->reserve(count);
    for (; drawn_ < steps_.size(); ++drawn_) {
        const StepRecord &record = steps_[drawn_];
        const double x = x_of(record);
        best.append(point(x, record.best_loss));
        ce.append(point(x, ce_part_of(record)));
        mse.append(point(x, mse_part_of(record)));
        if (std::isfinite(record.loss))
            candidates.append(point(x, record.loss));
        best_extent_.include(record.best_loss);
        ce_extent_.include(ce.back().value);
        mse_extent_.include(mse.back().value);
    }
    best_->data()->add(best, true);
    candidates_->data()->add(candidates, true);
    ce_part_->data()->add(ce, true);
    mse_part_->data()->add(mse, true);
}

LossPlot::Extent LossPlot::loss_extent() const {
    Extent extent = best_extent_;
    if (comparison_->visible())
        for (const auto *steps : {&comparison_steps_})
            if (!steps->empty()) {
                extent.include(steps->front().best_loss);
                extent.include(steps->back().best_loss);
            }
    if (!candidates_->visible() || steps_.empty())
        return extent;
    const std::size_t stride = steps_.size() / sampled_candidates + 1;
    std::vector<double> sample;
    for (std::size_t i = 0; i < steps_.size(); i += stride)
        if (std::isfinite(steps_[i].loss))
            sample.push_back(steps_[i].loss);
    if (sample.empty())
        return extent;
    const auto nth = sample.begin() + static_cast<std::ptrdiff_t>(candidate_percentile * (sample.size() - 1));
    std::nth_element(sample.begin(), nth, sample.end());
    const double span = extent.high - extent.low;
    extent.include(span > 0 ? std::min(*nth, extent.low + largest_stretch * span) : *nth);
    return extent;
}

void LossPlot::fit_value_axis(QCPAxis &axis, Extent extent) const {
    if (extent.low > extent.high)
        return;
    if (extent.low == extent.high)
        extent = {extent.low - 0.01 * std::abs(extent.low) - 1e-9, extent.high + 0.01 * std::abs(extent.high) + 1e-9};
    const double pad = 0.06 * (extent.high - extent.low);
    const double low = log_scale() && extent.low > 0 ? std::max(extent.low - pad, extent.low * 0.9) : extent.low - pad;
    axis.setRange(low, extent.high + pad);
}

void LossPlot::fit_axes() {
    double last = steps_.empty() ? 0 : x_of(steps_.back());
    if (comparison_->visible() && !comparison_steps_.empty())
        last = std::max(last, x_of(comparison_steps_.back()));
    top_->axis(QCPAxis::atBottom)->setRange(0, last > 0 ? last * 1.02 : 1);
    fit_value_axis(*top_->axis(QCPAxis::atLeft), loss_extent());
    // Both parts fall from the start to now: drawn over the same height they would hide each other.
    const double ce_span = ce_extent_.high - ce_extent_.low;
    const double mse_span = mse_extent_.high - mse_extent_.low;
    fit_value_axis(*bottom_->axis(QCPAxis::atLeft), {ce_extent_.low - shared_height * ce_span, ce_extent_.high});
    fit_value_axis(*bottom_->axis(QCPAxis::atRight), {mse_extent_.low, mse_extent_.high + shared_height * mse_span});
}

void LossPlot::arrange(QSize size) {
    const auto set_ticks = [](QCPAxis *axis, int pixels, int spacing) {
        axis->ticker()->setTickCount(std::clamp(pixels / spacing, 2, 8));
    };
    for (QCPAxisRect *rect : {top_, bottom_})
        set_ticks(rect->axis(QCPAxis::atBottom), size.width() - 120, 75);
    const int height = size.height() - 70; // without the legend and the label of the x axis
    set_ticks(top_->axis(QCPAxis::atLeft), height * 3 / 5, 36);
    for (const auto side : {QCPAxis::atLeft, QCPAxis::atRight})
        set_ticks(bottom_->axis(side), height * 2 / 5, 30);
}

void LossPlot::apply_colours(const PlotColours &colours) {
    PlotView::apply_colours(colours);
    const auto &[best, ce, mse, reference, neutral] = colours.series;
    QColor dots = neutral;
    dots.setAlphaF(0.4F);
    best_->setPen(QPen(best, colours.curve_width));
    candidates_->setPen(QPen(dots, 1));
    comparison_->setPen(QPen(colours.text, colours.curve_width, Qt::DashLine));
    ce_part_->setPen(QPen(ce, colours.curve_width));
    mse_part_->setPen(QPen(mse, colours.curve_width));
    reference_name_->setPen(QPen(reference, colours.curve_width, Qt::DashLine));
    reference_line_->setPen(QPen(reference, colours.curve_width, Qt::DashLine));
    reference_line_->setVisible(reference_ > 0 && ce0_ > 0 && reference_name_->visible());
    for (const auto &[side, colour] : {std::pair{QCPAxis::atLeft, ce}, std::pair{QCPAxis::atRight, mse}}) {
        bottom_->axis(side)->setLabelColor(colour);
        bottom_->axis(side)->setTickLabelColor(colour);
    }
}

const StepRecord *LossPlot::nearest(double x) const {
    if (steps_.empty())
        return nullptr;
    const auto after = std::ranges::lower_bound(steps_, x, {}, [this](const StepRecord &r) { return x_of(r); });
    if (after == steps_.end())
        return &steps_.back();
    if (after == steps_.begin())
        return &steps_.front();
    const auto before = std::prev(after);
    return x - x_of(*before) < x_of(*after) - x ? &*before : &*after;
}

QString LossPlot::describe(QPointF position) const {
    const StepRecord *record =
        plot()->axisRectAt(position) ? nearest(top_->axis(QCPAxis::atBottom)->pixelToCoord(position.x())) : nullptr;
    if (!record)
        return {};
    return tr("step %1 (%2 s) · best %3 = CE part %4 + MSE part %5 · candidate %6: layer %7, %8, %9")
        .arg(QString::number(record->step), QString::number(record->seconds, 'f', 1), short_number(record->best_loss),
             short_number(ce_part_of(*record)), short_number(mse_part_of(*record)), short_number(record->loss),
             QString::number(record->layer), names_of(record->moved),
             record->accepted ? tr("accepted") : tr("rejected"));
}

void LossPlot::write_csv(QTextStream &out) const {
    out << "step,seconds,layer,moved,accepted,loss,ce,mse,best_loss,best_ce,best_mse,ce_part,mse_part\n";
    const QCPRange visible = top_->axis(QCPAxis::atBottom)->range();
    for (const StepRecord &record : steps_) {
        if (!visible.contains(x_of(record)))
            continue;
        out << record.step << ',' << exact_number(record.seconds) << ',' << record.layer << ','
            << QString::fromStdString(to_string(record.moved)).replace(u',', u'+') << ',' << (record.accepted ? 1 : 0);
        for (const double value : {record.loss, record.ce, record.mse, record.best_loss, record.best_ce,
                                   record.best_mse, ce_part_of(record), mse_part_of(record)})
            out << ',' << exact_number(value);
        out << '\n';
    }
}

void LossPlot::changeEvent(QEvent *event) {
    if (event->type() == QEvent::LanguageChange)
        update_labels();
    PlotView::changeEvent(event);
}

} // namespace invar
