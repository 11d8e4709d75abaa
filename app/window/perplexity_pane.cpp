// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/window/perplexity_pane.h"

#include "app/window/run_folders.h"
#include "core/base/files.h"
#include "core/evaluate/perplexity.h"
#include "core/search/open_model.h"

#include <QCheckBox>
#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>
#include <chrono>

namespace invar {

namespace {

const auto slot = QStringLiteral("perplexity");
constexpr qint64 watch_interval_ms = 15'000;
constexpr qint64 watch_share = 4; ///< at most a fifth of the time goes into measuring
constexpr double share_of_loading = 0.2;

RunState state_of(PerplexityPanel::Which which) {
    switch (which) {
    case PerplexityPanel::Which::full_precision:
        return RunState::full_precision;
    case PerplexityPanel::Which::at_start:
        return RunState::at_start;
    case PerplexityPanel::Which::now:
        break;
    }
    return RunState::current;
}

double measure_state(const std::string &source, RunState state, const std::filesystem::path &text,
                     const EvaluationOptions &options, const Task &task) {
    const Task loading{task.stop, [&task](double fraction, std::string_view stage) {
                           task.report(fraction * share_of_loading, stage);
                       }};
    const Task measuring{task.stop, [&task](double fraction, std::string_view stage) {
                             task.report(share_of_loading + fraction * (1 - share_of_loading), stage);
                         }};
    const auto model = open_model(source, loading, state);
    const auto ids = model->tokenizer().encode(read_text_file(text), false);
    return measure_perplexity(*model, ids, options, measuring).perplexity;
}

} // namespace

PerplexityPane::PerplexityPane(BackgroundJobs &jobs, QWidget *parent)
    : QWidget(parent), jobs_(jobs), panel_(new PerplexityPanel(this)), watch_(new QCheckBox(this)),
      text_label_(new QLabel(this)), choose_(new QToolButton(this)) {
    watch_->setObjectName(QStringLiteral("measure_while_searching"));
    panel_->setObjectName(QStringLiteral("perplexity_panel"));
    text_label_->setTextInteractionFlags(Qt::TextSelectableByMouse);
    text_label_->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    choose_->setObjectName(QStringLiteral("choose_heldout_text"));

    auto *text_row = new QHBoxLayout;
    text_row->addWidget(text_label_, 1);
    text_row->addWidget(choose_);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(6, 4, 6, 4);
    layout->addWidget(panel_, 1);
    layout->addWidget(watch_);
    layout->addLayout(text_row);

    watch_timer_.setSingleShot(true);
    connect(&watch_timer_, &QTimer::timeout, this, &PerplexityPane::watch);
    connect(watch_, &QCheckBox::toggled, this, [this] { set_searching(searching_); });
    connect(panel_, &PerplexityPanel::measure_requested, this, &PerplexityPane::measure);
    connect(choose_, &QToolButton::clicked, this, &PerplexityPane::choose_text_requested);
    retranslate();
    update_panel();
}

void PerplexityPane::set_model(const std::string &model, const std::filesystem::path &text) {
    cancel();
    model_ = model;
    run_.clear();
    text_ = text;
    forget();
}

void PerplexityPane::set_run(const std::filesystem::path &folder, bool same) {
    run_ = folder;
    if (same)
        return;
    const auto full_precision = panel_->value(Which::full_precision);
    cancel();
    forget();
    if (full_precision) // the model is the same
        panel_->set_value(Which::full_precision, *full_precision);
}

void PerplexityPane::set_text(const std::filesystem::path &text) {
    cancel();
    text_ = text;
    forget();
}

void PerplexityPane::set_watching(bool on) { watch_->setChecked(on); }

bool PerplexityPane::is_watching() const { return watch_->isChecked(); }

void PerplexityPane::set_searching(bool searching) {
    searching_ = searching;
    if (!searching_ || !is_watching())
        watch_timer_.stop();
    else if (panel_->value(Which::now))
        watch_later();
    else
        watch();
}

void PerplexityPane::watch() {
    if (!jobs_.running(slot) && !text_.empty())
        measure();
}

void PerplexityPane::watch_later() {
    if (searching_ && is_watching() && !jobs_.running(slot) && !watch_timer_.isActive())
        watch_timer_.start(std::chrono::milliseconds(std::max(watch_interval_ms, watch_share * last_duration_ms_)));
}

void PerplexityPane::measure() {
    if (model_.empty() || jobs_.running(slot))
        return;
    if (text_.empty()) {
        Q_EMIT choose_text_requested();
        return;
    }
    waiting_.clear();
    if (!panel_->value(Which::full_precision))
        waiting_.push_back(Which::full_precision);
    if (!run_.empty()) {
        if (!panel_->value(Which::at_start))
            waiting_.push_back(Which::at_start);
        waiting_.push_back(Which::now);
    }
    if (waiting_.empty()) // full precision alone, asked for again
        waiting_.push_back(Which::full_precision);
    next();
}

void PerplexityPane::next() {
    if (waiting_.empty()) {
        update_panel();
        watch_later();
        return;
    }
    clock_.start();
    const Which which = waiting_.front();
    waiting_.pop_front();
    EvaluationOptions options;
    options.device = device_;
    const bool of_model = which == Which::full_precision || run_.empty();
    const std::string source = of_model ? model_ : run_.string();
    // Full precision is the model as it is; the two others lie in the run folder.
    const RunState state = of_model ? RunState::current : state_of(which);
    jobs_.start(
        slot,
        [source, state, text = text_, options](const Task &task) {
            return measure_state(source, state, text, options, task);
        },
        [this, which, step = step_](double perplexity) { measured(which, perplexity, step); },
        {.progress = [this](double fraction, const QString &) { panel_->set_busy(true, fraction); },
         .failed =
             [this](const QString &reason) {
                 waiting_.clear();
                 update_panel();
                 Q_EMIT failed(tr("Perplexity could not be measured: %1").arg(reason));
             },
         .cancelled = {}});
    panel_->set_busy(true);
}

void PerplexityPane::measured(Which which, double perplexity, std::int64_t step) {
    last_duration_ms_ = clock_.elapsed();
    panel_->set_value(which, perplexity, which == Which::now ? step : -1);
    next();
}

void PerplexityPane::cancel() {
    waiting_.clear();
    jobs_.drop(slot);
    update_panel();
}

void PerplexityPane::forget() {
    panel_->clear();
    update_panel();
}

void PerplexityPane::update_panel() {
    panel_->set_busy(jobs_.running(slot));
    panel_->set_measurable(!model_.empty());
    choose_->setEnabled(!model_.empty());
    const QString name = text_.empty() ? tr("none chosen") : to_qstring(text_.filename());
    text_label_->setText(tr("Text: %1").arg(name));
    text_label_->setToolTip(to_qstring(text_));
}

void PerplexityPane::retranslate() {
    watch_->setText(tr("Measure while searching"));
    watch_->setToolTip(tr("Measures the present state now and then; the search is slower meanwhile"));
    choose_->setText(tr("Change…"));
    choose_->setToolTip(tr("Choose the held-out text that perplexity is measured on"));
    update_panel();
}

void PerplexityPane::changeEvent(QEvent *event) {
    if (event->type() == QEvent::LanguageChange)
        retranslate();
    QWidget::changeEvent(event);
}

} // namespace invar
