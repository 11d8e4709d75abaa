// SPDX-License-Identifier: GPL-3.0-or-later
// From the settings on the screen to a run, what is shown while it goes on, and its export.
#include "app/window/compare_pane.h"
#include "app/window/export_dialog.h"
#include "app/window/main_window.h"
#include "app/window/perplexity_pane.h"
#include "app/window/run_folders.h"
#include "app/window/run_view.h"
#include "app/window/text_pane.h"
#include "app/window/weights_pane.h"
#include "core/search/memory_plan.h"
#include "widgets/core_messages.h"
#include "widgets/drift_panel.h"
#include "widgets/message_bar.h"
#include "widgets/moves_table.h"
#include "widgets/settings_panel.h"
#include "widgets/status_strip.h"

#include <QAction>
#include <QApplication>
#include <QDir>
#include <QInputDialog>
#include <QLocale>
#include <QMessageBox>
#include <QTimer>
#include <QUrl>

#include <algorithm>
#include <limits>

namespace invar {

namespace {

QString stop_text(StopReason reason) {
    switch (reason) {
    case StopReason::steps_done:
        return MainWindow::tr("The search is done");
    case StopReason::time_up:
        return MainWindow::tr("The search's time is up");
    case StopReason::stopped:
        break;
    }
    return MainWindow::tr("The search was stopped");
}

} // namespace

SearchSettings MainWindow::settings_on_screen() const {
    SearchSettings settings = settings_->settings();
    settings.model = model_;
    return settings;
}

bool MainWindow::start_means_resume() const {
    return info_ && !run_.empty() && run_settings_ && differing_fields(*run_settings_, settings_on_screen()).empty();
}

/// Whether the open run has what the starting method, where it takes its time, would only make once more.
bool MainWindow::takes_over_start(const SearchSettings &settings) const {
    const auto *const method = find_starting_method(settings.method);
    return method != nullptr && method->needs_calibration && run_settings_ && is_run_folder(run_) &&
           differing_start_fields(*run_settings_, settings, true).empty();
}

void MainWindow::start_or_resume() {
    if (start_means_resume())
        ask_resume();
    else
        start_anew();
}

void MainWindow::start_anew() {
    if (controller_.busy() || !info_)
        return;
    const SearchSettings settings = settings_on_screen();
    const auto problems = find_problems(settings, *info_);
    if (!problems.empty()) {
        show_problems(problems);
        return;
    }
    if (!fits_in_memory(settings))
        return;
    std::error_code failure;
    std::filesystem::create_directories(runs_, failure);
    if (failure) {
        show_error(tr("The folder for runs, %1, cannot be made: %2")
                       .arg(to_qstring(runs_), QString::fromStdString(failure.message())));
        return;
    }
    memory_.set_search_settings(settings);
    resuming_ = false;
    view_->messages().dismiss();
    auto asked = settings;
    if (takes_over_start(settings)) {
        asked.model = run_.string();
        view_->messages().show_message(MessageBar::Kind::info,
                                       tr("The starting method need not run again: what it made is taken over from %1")
                                           .arg(to_qstring(run_.filename())));
    }
    controller_.start(asked, new_run_folder(runs_, model_));
}

void MainWindow::ask_resume() {
    if (controller_.busy() || run_.empty() || !run_settings_)
        return;
    std::int64_t total = run_settings_->steps;
    if (total > 0) { // otherwise it goes on until stopped, as it began
        const std::int64_t suggested = total > run_steps_ ? total : run_steps_ + total;
        const auto limited = [](std::int64_t value) {
            return static_cast<int>(std::min<std::int64_t>(value, std::numeric_limits<int>::max()));
        };
        bool accepted = false;
        total = QInputDialog::getInt(
            this, tr("Resume"), tr("%1 steps are done. Go on to how many in all?").arg(run_steps_), limited(suggested),
            limited(run_steps_ + 1), std::numeric_limits<int>::max(), 100, &accepted);
        if (!accepted)
            return;
    }
    resuming_ = true;
    run_settings_->steps = total;
    view_->messages().dismiss();
    settings_->set_settings(*run_settings_);
    controller_.resume_run(run_, total, run_settings_->seconds);
}

void MainWindow::show_problems(const std::vector<SettingsProblem> &problems) {
    show_error(tr("These settings cannot work: %1").arg(settings_->told(problems)));
}

void MainWindow::pause_or_continue() {
    if (controller_.state() == SearchController::State::paused)
        controller_.continue_();
    else
        controller_.pause();
}

bool MainWindow::fits_in_memory(const SearchSettings &settings) {
    const MemoryPlan plan = plan_memory(settings, *info_);
    if (plan.fits())
        return true;
    const auto answer =
        QMessageBox::warning(this, tr("Little memory"),
                             tr("This search will need about %1, and %2 are free. Start it all the same?")
                                 .arg(size_text(plan.bytes), size_text(plan.limit)),
                             QMessageBox::Yes | QMessageBox::No, QMessageBox::No);
    return answer == QMessageBox::Yes;
}

void MainWindow::show_batch(const EventBatch &events) {
    if (events.started)
        show_started(*events.started);
    view_->apply(events);
    drift_->append(events.steps);
    if (events.statistics && !view_->is_frozen())
        moves_table_->set_statistics(*events.statistics);
    show_progress(events);
}

void MainWindow::show_started(const RunStarted &started) {
    run_ = controller_.folder();
    const std::int64_t total = resuming_ && run_settings_ ? run_settings_->steps : started.settings.steps;
    run_settings_ = started.settings;
    run_settings_->model = model_;
    run_settings_->steps = total;
    run_steps_ = started.history.empty() ? 0 : started.history.back().step;
    seconds_before_ = started.history.empty() ? 0 : started.history.back().seconds;
    moves_table_->set_statistics(started.statistics);
    drift_->clear();
    drift_->append(started.history);
    drift_->append(run_steps_, started.drift);
    perplexity_->set_device(started.settings.device);
    perplexity_->set_run(run_, resuming_);
    perplexity_->set_step(run_steps_);
    perplexity_->set_searching(true);
    text_->set_device(started.settings.device);
    text_->set_run(run_);
    text_->set_searching(true);
    weights_->set_run(run_);
    weights_->set_searching(true);
    status_->set_progress({.step = run_steps_,
                           .steps = total,
                           .seconds = seconds_before_,
                           .time_budget = 0,
                           .accepted = started.statistics.total.accepted,
                           .loss = started.history.empty() ? 0 : started.history.back().best_loss});
    remember_recent(run_.string());
    update_title();
    update_actions();
}

void MainWindow::show_progress(const EventBatch &events) {
    // While it runs, a stage is what is measured at its end.
    if (events.stage && !events.started && controller_.state() != SearchController::State::paused) {
        const double now = steady_seconds();
        preparation_.update(events.stage->second, now);
        status_->set_stage(core_message(events.stage->first), events.stage->second, preparation_.seconds(now));
    }
    if (!events.latest || !run_settings_)
        return;
    const StepRecord &latest = *events.latest;
    run_steps_ = latest.step;
    perplexity_->set_step(latest.step);
    const double budget = run_settings_->seconds > 0 ? seconds_before_ + run_settings_->seconds : 0;
    const MoveStatistics counts = events.statistics.value_or(MoveStatistics{});
    status_->set_progress({.step = latest.step,
                           .steps = run_settings_->steps,
                           .seconds = latest.seconds,
                           .time_budget = budget,
                           .accepted = counts.total.accepted,
                           .loss = latest.best_loss,
                           .dropped = counts.dropped,
                           .audited = counts.audited,
                           .wrongly_dropped = counts.wrongly_dropped});
}

void MainWindow::search_state_changed(SearchController::State state) {
    using State = SearchController::State;
    settings_->set_locked(state != State::idle);
    compare_->set_searching(state != State::idle);
    if (state == State::paused || state == State::running) {
        status_->set_paused(state == State::paused);
    } else if (state == State::preparing) {
        preparation_.restart();
        status_->set_stage(tr("Preparing"), -1);
    } else if (state == State::stopping) {
        status_->set_stage(tr("Stopping"), -1);
    }
    const bool at_rest = state == State::idle || state == State::stopping || state == State::paused;
    if (at_rest || (state == State::running && !run_.empty() && run_ == controller_.folder())) {
        perplexity_->set_searching(!at_rest);
        text_->set_searching(!at_rest);
        weights_->set_searching(!at_rest);
    }
    update_actions();
    if (state != State::idle)
        return;
    // Queued: finished() or failed() is still to come.
    if (exit_code_)
        QTimer::singleShot(0, this, [code = *exit_code_] { QApplication::exit(code); });
    else if (closing_)
        QTimer::singleShot(0, this, &QWidget::close);
}

void MainWindow::search_finished(const RunSummary &summary) {
    if (!is_run_folder(controller_.folder())) { // stopped before there was anything to save
        view_->abandon_training();
        status_->set_idle(tr("Stopped before the first step"));
        return;
    }
    const QLocale locale;
    if (summary.steps > 0)
        run_steps_ = summary.steps;
    drift_->append(run_steps_, summary.drift);
    const QString text = tr("%1: %2 steps, %3 accepted, loss %4")
                             .arg(stop_text(summary.reason))
                             .arg(summary.steps)
                             .arg(summary.accepted)
                             .arg(locale.toString(summary.loss, 'f', 4));
    status_->set_idle(text);
    show_success(text + QStringLiteral(". ") + tr("Saved in %1").arg(to_qstring(run_)), run_, {actions_.export_});
    update_actions();
}

void MainWindow::search_failed(const QString &reason) {
    view_->abandon_training();
    status_->set_idle(tr("The search ended with an error"));
    show_error(reason);
    update_actions();
}

void MainWindow::show_success(const QString &text, const std::filesystem::path &folder, QList<QAction *> actions) {
    actions_.open_folder->setData(QUrl::fromLocalFile(to_qstring(folder)));
    actions << actions_.open_folder;
    view_->messages().show_message(MessageBar::Kind::info, text, actions);
}

void MainWindow::show_export_dialog() {
    if (run_.empty())
        return;
    const QString remembered = memory_.export_folder();
    ExportDialog dialog(jobs_, run_, remembered.isEmpty() ? QDir::homePath() : remembered, this);
    connect(&dialog, &ExportDialog::exported, this,
            [this](const ExportResult &result, const std::filesystem::path &output) {
                memory_.set_export_folder(to_qstring(output.parent_path()));
                const QString text =
                    tr("Exported to %1: %n file(s), %2", nullptr, static_cast<int>(result.files.size()));
                show_success(text.arg(to_qstring(output), size_text(result.bytes)),
                             std::filesystem::is_directory(output) ? output : output.parent_path());
            });
    dialog.exec();
}

} // namespace invar
