// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/window/compare_pane.h"

#include "core/quant/grid_plan.h"
#include "core/quant/methods.h"
#include "core/search/compare_methods.h"
#include "core/search/sensitivity.h"
#include "widgets/core_texts.h"
#include "widgets/methods_table.h"
#include "widgets/sensitivity_table.h"
#include "widgets/status_strip.h"
#include "widgets/training_plot.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QLocale>
#include <QProgressBar>
#include <QPushButton>
#include <QSplitter>
#include <QTabWidget>
#include <QVBoxLayout>

#include <algorithm>

namespace invar {

namespace {

const auto slot = QStringLiteral("compare");
constexpr int worst_shown = 2;
constexpr int more_bits = 2;
constexpr int most_bits = 8;

QWidget *page(QWidget *content, std::initializer_list<QPushButton *> buttons) {
    auto *widget = new QWidget;
    auto *layout = new QVBoxLayout(widget);
    auto *row = new QHBoxLayout;
    for (QPushButton *button : buttons)
        row->addWidget(button);
    row->addStretch(1);
    layout->addLayout(row);
    layout->addWidget(content, 1);
    return widget;
}

} // namespace

ComparePane::ComparePane(BackgroundJobs &jobs, std::function<SearchSettings()> settings, QWidget *parent)
    : QWidget(parent), jobs_(jobs), current_settings_(std::move(settings)), tabs_(new QTabWidget(this)),
      methods_(new MethodsTable), training_(new TrainingPlot), sensitivity_(new SensitivityTable),
      measure_methods_(new QPushButton), measure_sensitivity_(new QPushButton), more_bits_(new QPushButton),
      stop_(new QPushButton(this)), progress_(new QProgressBar(this)), note_(new QLabel(this)) {
    auto *methods_and_training = new QSplitter;
    methods_and_training->addWidget(methods_);
    methods_and_training->addWidget(training_);
    methods_and_training->setChildrenCollapsible(false);
    methods_and_training->setStretchFactor(0, 2);
    methods_and_training->setStretchFactor(1, 3);
    methods_and_training->setSizes({2000, 3000}); // shares, once both are shown
    training_->hide();
    connect(training_, &PlotView::message, this, &ComparePane::failed);
    tabs_->addTab(page(methods_and_training, {measure_methods_}), QString());
    tabs_->addTab(page(sensitivity_, {measure_sensitivity_, more_bits_}), QString());
    tabs_->setObjectName(QStringLiteral("compare_tabs"));
    measure_methods_->setObjectName(QStringLiteral("measure_methods"));
    measure_sensitivity_->setObjectName(QStringLiteral("measure_sensitivity"));
    more_bits_->setObjectName(QStringLiteral("more_bits"));
    stop_->setObjectName(QStringLiteral("stop_comparing"));
    progress_->setRange(0, 1000);
    progress_->setTextVisible(false);
    note_->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    auto *row = new QHBoxLayout;
    row->addWidget(note_, 1);
    row->addWidget(progress_);
    row->addWidget(stop_);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(6, 4, 6, 4);
    layout->addWidget(tabs_, 1);
    layout->addLayout(row);

    connect(measure_methods_, &QPushButton::clicked, this, &ComparePane::measure_methods);
    connect(measure_sensitivity_, &QPushButton::clicked, this, &ComparePane::measure_sensitivity);
    connect(more_bits_, &QPushButton::clicked, this, &ComparePane::give_worst_layers_more_bits);
    connect(sensitivity_, &SensitivityTable::matrix_chosen, this, [this](int chosen, const QString &name) {
        if (!more_bits_->isEnabled())
            return;
        give_more_bits([chosen, wanted = name.toStdString()](int layer, const std::string &projection) {
            return layer == chosen && (wanted.empty() || wanted == projection);
        });
    });
    connect(stop_, &QPushButton::clicked, this, &ComparePane::cancel);
    connect(methods_, &MethodsTable::method_chosen, this, &ComparePane::method_chosen);
    retranslate();
}

void ComparePane::set_model(const std::string &model, const std::optional<ModelInfo> &info,
                            const std::filesystem::path &heldout) {
    cancel();
    model_ = model;
    info_ = info;
    heldout_ = heldout;
    methods_->clear_outcomes();
    forget_training();
    QStringList projections;
    if (info)
        for (const std::string &projection : info->projections)
            projections.append(QString::fromStdString(projection));
    sensitivity_->set_shape(info ? info->layers : 0, projections);
    update_controls();
}

void ComparePane::set_searching(bool searching) {
    searching_ = searching;
    if (searching)
        cancel();
    update_controls();
}

bool ComparePane::is_measuring() const { return jobs_.running(slot); }

void ComparePane::cancel() {
    ++round_;
    jobs_.drop(slot);
    end();
}

void ComparePane::end() {
    progress_->setValue(0);
    time_left_.restart();
    note_->clear();
    update_controls();
}

SearchSettings ComparePane::settings() const {
    auto settings = current_settings_();
    settings.model = model_;
    return settings;
}

BackgroundJobs::Callbacks ComparePane::callbacks() {
    return {.progress =
                [this](double fraction, const QString &stage) {
                    const double now = steady_seconds();
                    time_left_.update(fraction, now);
                    const auto left = time_left_.seconds(now);
                    const QString text =
                        left ? QStringLiteral("%1 · %2").arg(StatusStrip::estimate_text(*left), stage) : stage;
                    progress_->setValue(static_cast<int>(1000 * fraction));
                    note_->setText(text);
                    note_->setToolTip(text);
                },
            .failed =
                [this](const QString &reason) {
                    end();
                    Q_EMIT failed(reason);
                },
            .cancelled = [this] { end(); }};
}

template <typename Work> void ComparePane::start(Work work) {
    const quint64 round = ++round_;
    const auto tell = [this, round](const auto &one) { // jobs end before their window does
        QMetaObject::invokeMethod(
            this,
            [this, round, one] {
                if (round_ == round)
                    take(one);
            },
            Qt::QueuedConnection);
    };
    jobs_.start(
        slot, [work, tell](const Task &task) { return work(task, tell); },
        [this](const auto &) {
            end();
            Q_EMIT finished();
        },
        callbacks());
    update_controls();
}

void ComparePane::measure_methods() {
    if (model_.empty() || is_measuring())
        return;
    if (heldout_.empty()) {
        Q_EMIT choose_text_requested();
        return;
    }
    methods_->clear_outcomes();
    forget_training();
    start([settings = settings(), heldout = heldout_](const Task &task, const auto &tell) {
        return compare_methods(settings, heldout, task, tell, tell);
    });
}

void ComparePane::measure_sensitivity() {
    if (model_.empty() || is_measuring())
        return;
    set_model(model_, info_, heldout_);
    start([settings = settings()](const Task &task, const auto &tell) {
        return invar::measure_sensitivity(settings, task, tell);
    });
}

void ComparePane::take(const MethodOutcome &outcome) { methods_->add(outcome); }

void ComparePane::take(const MethodTraining &training) {
    if (training_method_ != training.method) {
        training_method_ = training.method;
        training_->clear();
        const auto method = std::ranges::find(starting_methods(), training.method, &MethodInfo::name);
        training_->set_method(core_text(method->title));
        training_->show();
    }
    training_->append({&training.point, 1});
}

void ComparePane::take(const MatrixSensitivity &matrix) {
    sensitivity_->add(matrix);
    update_controls();
}

void ComparePane::forget_training() {
    training_method_.clear();
    training_->clear();
    training_->hide();
}

void ComparePane::give_worst_layers_more_bits() {
    give_more_bits([worst = sensitivity_->worst_layers(worst_shown)](int layer, const std::string &) {
        return std::ranges::find(worst, layer) != worst.end();
    });
}

void ComparePane::give_more_bits(const std::function<bool(int layer, const std::string &projection)> &to) {
    const auto now = settings();
    const GridPlan grids(now.grid, now.layer_bits, *info_);
    std::vector<std::vector<int>> bits(static_cast<std::size_t>(info_->layers));
    for (std::size_t layer = 0; layer < bits.size(); ++layer)
        for (std::size_t i = 0; i < info_->projections.size(); ++i) {
            const int before = grids.at(layer, i).bits;
            const bool more = to(static_cast<int>(layer), info_->projections[i]);
            bits[layer].push_back(more ? std::min(most_bits, before + more_bits) : before);
        }
    Q_EMIT layer_bits_chosen(LayerBits::of_table(bits, info_->projections, now.grid.bits));
}

void ComparePane::update_controls() {
    const bool ready = !model_.empty() && !searching_ && !is_measuring();
    measure_methods_->setEnabled(ready);
    measure_sensitivity_->setEnabled(ready);
    more_bits_->setEnabled(ready && !sensitivity_->worst_layers(worst_shown).empty());
    stop_->setVisible(is_measuring());
    progress_->setVisible(is_measuring());
}

void ComparePane::retranslate() {
    tabs_->setTabText(0, tr("Starting methods"));
    tabs_->setTabText(1, tr("Which layers hurt"));
    measure_methods_->setText(tr("Measure all"));
    measure_methods_->setToolTip(
        tr("Quantizes with every starting method in turn and measures perplexity on the held-out "
           "text; a double click on a row takes its method into the settings"));
    measure_sensitivity_->setText(tr("Measure"));
    measure_sensitivity_->setToolTip(
        tr("Rounds each matrix alone with the settings' bits and groups, and measures by how much the loss rises"));
    more_bits_->setText(tr("Two more bits for the worst two layers"));
    stop_->setText(tr("Stop"));
    update_controls();
}

void ComparePane::changeEvent(QEvent *event) {
    QWidget::changeEvent(event);
    if (event->type() == QEvent::LanguageChange)
        retranslate();
}

} // namespace invar
