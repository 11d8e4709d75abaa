// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/matrix_panel.h"

#include "widgets/elided_label.h"
#include "widgets/plot_format.h"
#include "widgets/row_plot.h"
#include "widgets/scale_map_plot.h"
#include "widgets/weight_histogram_plot.h"

#include <QComboBox>
#include <QEvent>
#include <QHBoxLayout>
#include <QLocale>
#include <QSignalBlocker>
#include <QSpinBox>
#include <QSplitter>
#include <QVBoxLayout>

#include <algorithm>
#include <limits>

namespace invar {

namespace {

constexpr int bins_of_row = 96;
constexpr int bins_of_group = 48;

int limited(std::int64_t value) {
    return static_cast<int>(std::clamp<std::int64_t>(value, 0, std::numeric_limits<int>::max()));
}

QString error_text(double mse, double sqnr_db) {
    return MatrixPanel::tr("MSE %1 · SQNR %2 dB").arg(short_number(mse), QLocale().toString(sqnr_db, 'f', 1));
}

} // namespace

MatrixPanel::MatrixPanel(QWidget *parent)
    : QWidget(parent), layer_label_(new QLabel(this)), layer_(new QSpinBox(this)), projection_(new QComboBox(this)),
      state_(new QComboBox(this)), row_label_(new QLabel(this)), row_(new QSpinBox(this)),
      group_label_(new QLabel(this)), group_(new QSpinBox(this)), part_label_(new QLabel(this)),
      part_(new QComboBox(this)), matrix_text_(new ElidedLabel(this)), scales_text_(new ElidedLabel(this)),
      row_text_(new ElidedLabel(this)), histogram_(new WeightHistogramPlot(this)), scales_(new ScaleMapPlot(this)),
      row_plot_(new RowPlot(this)) {
    setObjectName(QStringLiteral("matrix_panel"));
    matrix_text_->setObjectName(QStringLiteral("matrix_text"));
    scales_text_->setObjectName(QStringLiteral("scales_text"));
    row_text_->setObjectName(QStringLiteral("row_text"));
    build_controls();

    auto *controls = new QHBoxLayout;
    controls->setSpacing(6);
    for (QWidget *widget : std::initializer_list<QWidget *>{layer_label_, layer_, projection_, state_, row_label_, row_,
                                                            group_label_, group_, part_label_, part_})
        controls->addWidget(widget);
    controls->addStretch(1);
    auto *plots = new QSplitter(this);
    plots->setChildrenCollapsible(false);
    plots->addWidget(column(matrix_text_, histogram_));
    plots->addWidget(column(scales_text_, scales_));
    plots->addWidget(column(row_text_, row_plot_));
    for (const auto &[index, share] : {std::pair{0, 34}, {1, 26}, {2, 40}})
        plots->setStretchFactor(index, share);
    plots->setSizes({3400, 2600, 4000}); // shares of the room there is
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(6, 4, 6, 2);
    layout->setSpacing(2);
    layout->addLayout(controls);
    layout->addWidget(plots, 1);

    connect(layer_, &QSpinBox::valueChanged, this, &MatrixPanel::matrix_wanted);
    connect(projection_, &QComboBox::currentIndexChanged, this, &MatrixPanel::matrix_wanted);
    connect(state_, &QComboBox::currentIndexChanged, this, &MatrixPanel::matrix_wanted);
    connect(row_, &QSpinBox::valueChanged, this, &MatrixPanel::row_wanted);
    connect(group_, &QSpinBox::valueChanged, this, &MatrixPanel::use_group);
    connect(part_, &QComboBox::currentIndexChanged, this, [this] {
        histogram_->reset_zoom();
        show_histogram();
    });
    connect(row_plot_, &RowPlot::group_clicked, this, &MatrixPanel::choose_group);
    connect(scales_, &ScaleMapPlot::group_clicked, this, [this](std::int64_t row, std::int64_t group) {
        choose_row(row);
        choose_group(group);
    });
    for (const PlotView *plot : std::initializer_list<const PlotView *>{histogram_, scales_, row_plot_})
        connect(plot, &PlotView::message, this, &MatrixPanel::message);
    set_model(0, {});
    retranslate();
}

void MatrixPanel::build_controls() {
    layer_->setObjectName(QStringLiteral("weights_layer"));
    projection_->setObjectName(QStringLiteral("weights_projection"));
    state_->setObjectName(QStringLiteral("weights_state"));
    row_->setObjectName(QStringLiteral("weights_row"));
    group_->setObjectName(QStringLiteral("weights_group"));
    part_->setObjectName(QStringLiteral("weights_part"));
    layer_label_->setBuddy(layer_);
    row_label_->setBuddy(row_);
    group_label_->setBuddy(group_);
    part_label_->setBuddy(part_);
    for (QSpinBox *box : {layer_, row_, group_}) {
        box->setKeyboardTracking(false);
        box->setRange(0, 0);
    }
    for (QComboBox *box : {projection_, state_, part_})
        box->setSizeAdjustPolicy(QComboBox::AdjustToContents);
    part_->addItems({QString(), QString(), QString()});
}

QWidget *MatrixPanel::column(ElidedLabel *heading, QWidget *plot) {
    heading->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Fixed);
    heading->setTextFormat(Qt::PlainText);
    auto *box = new QWidget(this);
    auto *layout = new QVBoxLayout(box);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    heading->setContentsMargins(6, 2, 0, 0);
    layout->addWidget(heading);
    layout->addWidget(plot, 1);
    return box;
}

void MatrixPanel::set_model(int layers, const QStringList &projections) {
    {
        const QSignalBlocker no_layer(layer_);
        const QSignalBlocker no_projection(projection_);
        layer_->setRange(0, std::max(layers - 1, 0));
        layer_->setValue(0);
        projection_->clear();
        projection_->addItems(projections);
    }
    for (QWidget *widget : std::initializer_list<QWidget *>{layer_, projection_, state_, row_, group_, part_})
        widget->setEnabled(layers > 0);
    set_run(false);
    clear();
}

void MatrixPanel::set_run(bool is_run) {
    is_run_ = is_run;
    const QSignalBlocker no_state(state_);
    state_->clear();
    state_->addItems(is_run ? QStringList{QString(), QString()} : QStringList{QString()});
    state_->setCurrentIndex(is_run ? 1 : 0);
    retranslate();
}

void MatrixPanel::clear() {
    note_.clear();
    view_.reset();
    row_view_.reset();
    histogram_->set_histogram({});
    histogram_->set_levels({}, {});
    scales_->set_map({}, 0, 0);
    row_plot_->clear();
    show_texts();
}

void MatrixPanel::choose(const MatrixName &name) {
    const auto projection = projection_->findText(QString::fromStdString(name.projection));
    if (projection < 0 || name.layer < 0 || name.layer > layer_->maximum() || name == matrix())
        return;
    {
        const QSignalBlocker no_layer(layer_);
        const QSignalBlocker no_projection(projection_);
        layer_->setValue(name.layer);
        projection_->setCurrentIndex(projection);
    }
    emit matrix_wanted();
}

void MatrixPanel::choose_row(std::int64_t row) { row_->setValue(limited(row)); }

void MatrixPanel::choose_group(std::int64_t group) { group_->setValue(limited(group)); }

MatrixName MatrixPanel::matrix() const {
    return {.layer = layer_->value(), .projection = projection_->currentText().toStdString()};
}

WeightState MatrixPanel::state() const {
    return is_run_ && state_->currentIndex() == 0 ? WeightState::at_start : WeightState::now;
}

std::int64_t MatrixPanel::row() const { return row_->value(); }

std::int64_t MatrixPanel::group() const { return group_->value(); }

void MatrixPanel::show_matrix(const MatrixView &view) {
    note_.clear();
    const bool is_same =
        view_ && view_->error.layer == view.error.layer && view_->error.projection == view.error.projection;
    if (!is_same) // otherwise it is the same one later, and a zoom stays
        for (PlotView *plot : std::initializer_list<PlotView *>{histogram_, scales_, row_plot_})
            plot->reset_zoom();
    view_ = view;
    {
        const QSignalBlocker no_row(row_);
        const QSignalBlocker no_group(group_);
        row_->setRange(0, limited(view.rows - 1));
        group_->setRange(0, limited(view.groups - 1));
    }
    scales_->set_map(view.scales, view.rows, view.groups);
    show_histogram();
    show_texts();
}

void MatrixPanel::show_row(const RowView &row) {
    if (row.row != this->row())
        return;
    row_view_ = row;
    row_plot_->set_row(row);
    use_group();
    show_texts();
}

void MatrixPanel::use_group() {
    row_plot_->set_group(group());
    scales_->set_chosen(row(), group());
    show_histogram();
}

void MatrixPanel::show_histogram() {
    const auto part = static_cast<Part>(part_->currentIndex());
    if (part == Part::matrix)
        histogram_->set_histogram(view_ ? view_->histogram : WeightHistogram{});
    if (!row_view_ || group() >= static_cast<std::int64_t>(row_view_->scales.size()))
        return;
    const auto size = static_cast<std::size_t>(row_view_->group_size);
    const auto first = part == Part::group ? static_cast<std::size_t>(group()) * size : 0;
    const auto count = part == Part::group ? size : row_view_->exact.size();
    if (part != Part::matrix)
        histogram_->set_histogram(count_weights(std::span(row_view_->exact).subspan(first, count),
                                                std::span(row_view_->rounded).subspan(first, count),
                                                part == Part::row ? bins_of_row : bins_of_group));
    histogram_->set_levels(row_view_->levels(group()), tr("row %1, group %2").arg(row_view_->row).arg(group()));
}

void MatrixPanel::show_problem(const QString &reason) {
    clear();
    note_ = reason;
    note_is_problem_ = true;
    show_texts();
}

void MatrixPanel::show_busy(const QString &what) {
    note_ = what;
    note_is_problem_ = false;
    show_texts();
}

void MatrixPanel::show_texts() {
    const auto set = [](ElidedLabel &label, const QString &text) {
        label.setText(text);
        label.setToolTip(text);
    };
    QString matrix;
    QString scales;
    QString row;
    if (view_) {
        matrix = tr("layer %1, %2 · %3")
                     .arg(QString::number(view_->error.layer), QString::fromStdString(view_->error.projection),
                          error_text(view_->error.mse, view_->error.sqnr_db));
        if (view_->error.output)
            matrix += QStringLiteral(" · ") +
                      tr("output error %1 %").arg(QLocale().toString(100 * *view_->error.output, 'f', 1));
        scales = tr("%1 × %2 weights · %n bit(s), groups of %3", nullptr, view_->grid.bits)
                     .arg(view_->rows)
                     .arg(view_->columns)
                     .arg(view_->group_size);
    }
    if (row_view_)
        row = tr("row %1 · %2").arg(QString::number(row_view_->row), error_text(row_view_->mse, row_view_->sqnr_db));
    set(*matrix_text_, note_.isEmpty() ? matrix : note_);
    set(*scales_text_, scales);
    set(*row_text_, row);
    QPalette colours = palette();
    if (!note_.isEmpty() && note_is_problem_)
        colours.setColor(QPalette::WindowText, plot_colours(palette()).problem);
    matrix_text_->setPalette(colours);
}

void MatrixPanel::retranslate() {
    layer_label_->setText(tr("Layer:"));
    projection_->setAccessibleName(tr("Projection"));
    projection_->setToolTip(tr("Projection of that decoder layer"));
    if (is_run_) {
        state_->setItemText(0, tr("at the start"));
        state_->setItemText(1, tr("now"));
        state_->setToolTip(
            tr("Which weights of the run: as the starting method rounded them, or as the search has them "
               "now. Full precision is shown under the same moves"));
    } else {
        state_->setItemText(0, tr("preview"));
        state_->setToolTip(
            tr("What rounding to nearest with the settings' bits and group size does to the open model"));
    }
    state_->setAccessibleName(tr("Shown weights"));
    row_label_->setText(tr("Row:"));
    group_label_->setText(tr("Group:"));
    group_->setToolTip(tr("Group of that row, whose levels are drawn in the histogram"));
    part_label_->setText(tr("Histogram of:"));
    part_->setItemText(0, tr("the matrix"));
    part_->setItemText(1, tr("the row"));
    part_->setItemText(2, tr("the group"));
    show_texts();
    show_histogram();
}

void MatrixPanel::changeEvent(QEvent *event) {
    if (event->type() == QEvent::LanguageChange)
        retranslate();
    else if (event->type() == QEvent::PaletteChange)
        show_texts();
    QWidget::changeEvent(event);
}

} // namespace invar
