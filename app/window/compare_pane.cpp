// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/window/compare_pane.h"

#include "core/quant/grid_plan.h"
#include "core/quant/methods.h"
#include "core/search/sensitivity.h"
#include "widgets/core_texts.h"
#include "widgets/elided_label.h"
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

} // namespace

ComparePane::ComparePane(BackgroundJobs &jobs, std::function<SettingsOnScreen()> on_screen, QWidget *parent)
    : QWidget(parent), jobs_(jobs), on_screen_(std::move(on_screen)), tabs_(new QTabWidget(this)),
      methods_(new MethodsTable), training_(new TrainingPlot), sensitivity_(new SensitivityTable),
      measure_methods_(new QPushButton(this)), measure_sensitivity_(new QPushButton(this)),
      more_bits_(new QPushButton(this)), stop_(new QPushButton(this)), progress_(new QProgressBar(this)),
      note_(new ElidedLabel(this)) {
    auto *methods_and_training = new QSplitter;
    methods_and_training->addWidget(methods_);
    methods_and_training->addWidget(training_);
    methods_and_training->setChildrenCollapsible(false);
    methods_and_training->setStretchFactor(0, 2);
    methods_and_training->setStretchFactor(1, 3);
    methods_and_training->setSizes({2000, 3000}); // shares, once both are shown
    training_->hide();
    connect(training_, &PlotView::message, this, &ComparePane::failed);
    tabs_->addTab(methods_and_training, QString());
    tabs_->addTab(sensitivity_, QString());
    tabs_->setObjectName(QStringLiteral("compare_tabs"));
    measure_methods_->setObjectName(QStringLiteral("measure_methods"));
    measure_sensitivity_->setObjectName(QStringLiteral("measure_sensitivity"));
    more_bits_->setObjectName(QStringLiteral("more_bits"));
    stop_->setObjectName(QStringLiteral("stop_comparing"));
    progress_->setRange(0, 1000);
    progress_->setTextVisible(false);
    note_->setObjectName(QStringLiteral("compare_note"));
    note_->setTextFormat(Qt::PlainText);
    note_->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    auto *row = new QHBoxLayout; // one for both pages: a low window has no room for more
    for (QPushButton *button : {measure_methods_, measure_sensitivity_, more_bits_})
        row->addWidget(button);
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
    connect(methods_, &MethodsTable::method_chosen, this,
            [this](const QString &name, const MethodOptions &options, bool measured) {
                auto all = options;
                if (!measured) // what was chosen for that method stays
                    all.merge(this->on_screen().options_of(name.toStdString()));
                Q_EMIT method_chosen(name, all);
            });
    connect(tabs_, &QTabWidget::currentChanged, this, [this] {
        update_note();
        update_controls();
    });
    retranslate();
}

void ComparePane::set_model(const std::string &model, const std::optional<ModelInfo> &info,
                            const std::filesystem::path &heldout) {
    cancel();
    model_ = model;
    info_ = info;
    heldout_ = heldout;
    forget_methods();
    forget_sensitivity();
    update_note();
    update_controls();
}

void ComparePane::set_heldout(const std::filesystem::path &heldout) {
    heldout_ = heldout;
    update_note();
}

void ComparePane::settings_changed() { update_note(); }

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
    update_note();
    update_controls();
}

void ComparePane::show_note(const QString &text) {
    note_->setText(text);
    note_->setToolTip(text);
}

void ComparePane::update_note() {
    if (is_measuring())
        return; // it tells how far that is
    const bool of_methods = tabs_->currentIndex() == 0;
    const auto &then = of_methods ? methods_with_ : sensitivity_with_;
    if (!then || (of_methods ? methods_->outcomes().empty() : sensitivity_->is_empty())) {
        show_note({});
        return;
    }
    const auto now = on_screen();
    const bool same = of_methods ? same_comparison(*then, {now, heldout_}, methods_->outcomes())
                                 : same_sweep(then->on_screen.settings, now.settings);
    const QString with = short_text(then->on_screen.settings);
    show_note(same ? tr("Measured with %1").arg(with)
                   : tr("The settings have changed since this was measured with %1").arg(with));
}

SettingsOnScreen ComparePane::on_screen() const {
    auto now = on_screen_();
    now.settings.model = model_;
    return now;
}

bool ComparePane::is_refused(const SearchSettings &settings) {
    const auto problems = find_start_problems(settings, *info_);
    if (!problems.empty())
        Q_EMIT refused(problems);
    return !problems.empty();
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
                    show_note(text);
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
    show_note({});
    update_controls();
}

void ComparePane::measure_methods() {
    if (model_.empty() || is_measuring())
        return;
    const auto now = on_screen();
    if (is_refused(now.settings))
        return;
    if (heldout_.empty()) {
        Q_EMIT choose_text_requested();
        return;
    }
    forget_methods();
    methods_with_ = MeasuredWith{.on_screen = now, .heldout = heldout_};
    start([now, heldout = heldout_](const Task &task, const auto &tell) {
        return compare_methods(now.settings, now.other_options, heldout, task, tell, tell);
    });
}

void ComparePane::measure_sensitivity() {
    if (model_.empty() || is_measuring())
        return;
    const auto now = on_screen();
    if (is_refused(now.settings))
        return;
    forget_sensitivity();
    sensitivity_with_ = MeasuredWith{.on_screen = now};
    start([settings = now.settings](const Task &task, const auto &tell) {
        return invar::measure_sensitivity(settings, task, tell);
    });
}

void ComparePane::take(const MethodOutcome &outcome) { methods_->add(outcome); }

void ComparePane::take(const MethodTraining &training) {
    if (training_method_ != training.method) {
        training_method_ = training.method;
        training_->clear();
        training_->set_method(core_text(find_starting_method(training.method)->title));
        training_->show();
    }
    training_->append({&training.point, 1});
}

void ComparePane::take(const MatrixSensitivity &matrix) {
    sensitivity_->add(matrix);
    update_controls();
}

void ComparePane::forget_methods() {
    methods_with_.reset();
    methods_->clear_outcomes();
    training_method_.clear();
    training_->clear();
    training_->hide();
}

void ComparePane::forget_sensitivity() {
    sensitivity_with_.reset();
    QStringList projections;
    if (info_)
        for (const std::string &projection : info_->projections)
            projections.append(QString::fromStdString(projection));
    sensitivity_->set_shape(info_ ? info_->layers : 0, projections);
}

void ComparePane::give_worst_layers_more_bits() {
    give_more_bits([worst = sensitivity_->worst_layers(worst_shown)](int layer, const std::string &) {
        return std::ranges::find(worst, layer) != worst.end();
    });
}

void ComparePane::give_more_bits(const std::function<bool(int layer, const std::string &projection)> &to) {
    const auto now = on_screen().settings;
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
    const bool of_methods = tabs_->currentIndex() == 0;
    measure_methods_->setVisible(of_methods);
    measure_sensitivity_->setVisible(!of_methods);
    more_bits_->setVisible(!of_methods);
    stop_->setVisible(is_measuring());
    progress_->setVisible(is_measuring());
}

void ComparePane::retranslate() {
    tabs_->setTabText(0, tr("Starting methods"));
    tabs_->setTabText(1, tr("Which layers hurt"));
    measure_methods_->setText(tr("Measure all"));
    measure_methods_->setToolTip(
        tr("Quantizes with every starting method in turn, each with the options that were chosen for it in the "
           "settings, and measures perplexity on the held-out text; a double click or Enter on a row takes its method "
           "into the settings"));
    measure_sensitivity_->setText(tr("Measure"));
    measure_sensitivity_->setToolTip(
        tr("Rounds each matrix alone with the settings' bits and groups, and measures by how much the loss rises"));
    more_bits_->setText(tr("Two more bits for the worst two layers"));
    more_bits_->setToolTip(tr("Adds two bits, eight at most, to what the settings have now for all matrices of the two "
                              "layers that hurt most"));
    stop_->setText(tr("Stop"));
    progress_->setAccessibleName(tr("Progress of the measurement"));
    update_note();
    update_controls();
}

void ComparePane::changeEvent(QEvent *event) {
    QWidget::changeEvent(event);
    if (event->type() == QEvent::LanguageChange)
        retranslate();
}

} // namespace invar
