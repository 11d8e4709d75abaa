// SPDX-License-Identifier: GPL-3.0-or-later
// Opening models and runs: the dialogs, the jobs, and what is shown when they are done.
#include "app/window/compare_pane.h"
#include "app/window/describe_exception.h"
#include "app/window/main_window.h"
#include "app/window/perplexity_pane.h"
#include "app/window/run_folders.h"
#include "app/window/run_view.h"
#include "app/window/text_pane.h"
#include "app/window/weights_pane.h"
#include "core/search/open_model.h"
#include "widgets/drift_panel.h"
#include "widgets/message_bar.h"
#include "widgets/moves_table.h"
#include "widgets/settings_panel.h"
#include "widgets/status_strip.h"

#include <QAction>
#include <QDragEnterEvent>
#include <QDropEvent>
#include <QFileDialog>
#include <QLocale>
#include <QMenu>
#include <QMimeData>

namespace invar {

namespace {

const auto open_slot = QStringLiteral("open");
const std::string demo = "demo";

/// Settings with which the demo shows something soon.
SearchSettings demo_settings() {
    SearchSettings settings;
    settings.model = demo;
    settings.grid = {.bits = 2, .group_size = 128, .symmetric = false, .scales = ScalePrecision::float16};
    settings.sequences = 16;
    settings.sequence_length = 128;
    return settings;
}

QString dropped_path(const QMimeData &data) {
    const auto urls = data.urls();
    return urls.size() == 1 && urls.first().isLocalFile() ? urls.first().toLocalFile() : QString();
}

} // namespace

struct MainWindow::OpenedRun {
    RunRecord record;
    std::optional<ModelInfo> info;
    QString model_problem; ///< why there is no info
};

void MainWindow::open(const std::string &what) {
    if (controller_.busy()) {
        show_error(tr("Stop the search before opening something else."));
        return;
    }
    if (what == demo) {
        begin_opening(tr("the demo model"));
        jobs_.start(
            open_slot, [](const Task &task) { return open_model(demo, task)->info(); },
            [this](const ModelInfo &info) {
                settings_->set_settings(demo_settings());
                model_opened(demo, info);
            },
            {.progress = {},
             .failed = [this](const QString &reason) { opening_failed(QStringLiteral("demo"), reason); },
             .cancelled = {}});
        return;
    }
    std::error_code ignored;
    const auto folder = std::filesystem::absolute(what, ignored).lexically_normal();
    const QString name = to_qstring(folder);
    begin_opening(model_title(folder.string()));
    const BackgroundJobs::Callbacks callbacks{
        .progress = {},
        .failed = [this, name](const QString &reason) { opening_failed(name, reason); },
        .cancelled = {}};
    if (!is_run_folder(folder)) {
        jobs_.start(
            open_slot, [folder](const Task &task) { return open_model(folder.string(), task)->info(); },
            [this, folder](const ModelInfo &info) { model_opened(folder.string(), info); }, callbacks);
        return;
    }
    jobs_.start(
        open_slot,
        [folder](const Task &task) {
            OpenedRun run{.record = read_run_record(folder), .info = {}, .model_problem = {}};
            try {
                run.info = open_model(run.record.settings.model, task)->info();
            } catch (const Error &) {
                run.model_problem = describe_current_exception();
            }
            return run;
        },
        [this, folder](const OpenedRun &run) { run_opened(folder, run); }, callbacks);
}

void MainWindow::begin_opening(const QString &name) {
    view_->messages().dismiss();
    status_->set_stage(tr("Opening %1").arg(name), -1);
}

void MainWindow::opening_failed(const QString &what, const QString &reason) {
    memory_.forget_recent(what);
    show_error(reason);
    status_->set_idle(model_.empty() ? tr("Nothing is open") : tr("%1 stays open").arg(model_title(model_)));
    Q_EMIT open_failed(reason);
}

void MainWindow::take_up_model(const std::string &model, const std::optional<ModelInfo> &info) {
    model_ = model;
    info_ = info;
    if (info)
        settings_->set_model(*info);
    perplexity_->set_model(info ? model : std::string(), heldout_text_of(model));
    perplexity_->set_watching(model == demo);
    compare_->set_model(info ? model : std::string(), info, heldout_text_of(model));
    weights_->set_model(model, info);
    // Of the kind of text that the demo knows, and one that any model can go on from.
    text_->set_model(info ? model : std::string(), model == demo
                                                       ? QStringLiteral("And the LORD said unto Moses, Speak unto")
                                                       : QStringLiteral("Once upon a time"));
}

void MainWindow::model_opened(const std::string &model, const ModelInfo &info) {
    take_up_model(model, info);
    run_.clear();
    run_settings_.reset();
    run_steps_ = 0;
    view_->clear(&info);
    moves_table_->set_statistics({});
    drift_->clear();
    const QLocale locale;
    status_->set_idle(tr("%1: %2, %3 decoder layers, %4 million parameters")
                          .arg(model_title(model), QString::fromStdString(info.family).toUpper())
                          .arg(info.layers)
                          .arg(locale.toString(static_cast<double>(info.parameters) / 1e6, 'f', 1)));
    remember_recent(model);
    update_title();
    update_actions();
    Q_EMIT opened();
}

void MainWindow::run_opened(const std::filesystem::path &folder, const OpenedRun &run) {
    take_up_model(run.record.settings.model, run.info);
    run_ = folder;
    run_settings_ = run.record.settings;
    run_steps_ = run.record.steps.empty() ? 0 : run.record.steps.back().step;
    seconds_before_ = run.record.steps.empty() ? 0 : run.record.steps.back().seconds;
    settings_->set_settings(run.record.settings);
    view_->show_record(run.record);
    moves_table_->set_statistics(run.record.statistics);
    perplexity_->set_run(folder, false);
    perplexity_->set_device(run.record.settings.device);
    text_->set_run(folder);
    weights_->set_run(folder);
    text_->set_device(run.record.settings.device);
    drift_->clear();
    drift_->append(run.record.steps);
    const double loss = run.record.steps.empty() ? 0 : run.record.steps.back().best_loss;
    status_->set_idle(tr("Run of %1 steps, %2 accepted, loss %3")
                          .arg(run_steps_)
                          .arg(run.record.statistics.total.accepted)
                          .arg(QLocale().toString(loss, 'f', 4)));
    if (!run.info)
        view_->messages().show_message(
            MessageBar::Kind::warning,
            tr("The model of this run cannot be opened, so it can only be looked at: %1").arg(run.model_problem));
    remember_recent(folder.string());
    update_title();
    update_actions();
    Q_EMIT opened();
}

std::filesystem::path MainWindow::heldout_text_of(const std::string &model) const {
    const QString chosen = memory_.heldout_text(QString::fromStdString(model));
    if (!chosen.isEmpty() || model != demo)
        return to_path(chosen);
    try {
        return demo_folder() / "heldout.txt";
    } catch (const Error &) {
        return {};
    }
}

bool MainWindow::choose_heldout_text() {
    const QString file = QFileDialog::getOpenFileName(this, tr("Text to measure perplexity on"),
                                                      to_qstring(heldout_text_of(model_).parent_path()),
                                                      tr("Text (*.txt);;All files (*)"));
    if (file.isEmpty())
        return false;
    memory_.set_heldout_text(QString::fromStdString(model_), file);
    perplexity_->set_text(to_path(file));
    compare_->set_heldout(to_path(file));
    return true;
}

void MainWindow::browse_calibration_text() {
    const QString file =
        QFileDialog::getOpenFileName(this, tr("Calibration text"), {}, tr("Text (*.txt);;All files (*)"));
    if (!file.isEmpty())
        settings_->set_calibration_text(file);
}

void MainWindow::open_model_folder() {
    const QString folder = QFileDialog::getExistingDirectory(this, tr("Open a model folder"));
    if (!folder.isEmpty())
        open(to_path(folder).string());
}

void MainWindow::open_gguf_file() {
    const QString file =
        QFileDialog::getOpenFileName(this, tr("Open a GGUF file"), {}, tr("GGUF models (*.gguf);;All files (*)"));
    if (!file.isEmpty())
        open(to_path(file).string());
}

void MainWindow::open_run_folder() {
    const QString folder = QFileDialog::getExistingDirectory(this, tr("Open a run folder"), to_qstring(runs_));
    if (folder.isEmpty())
        return;
    if (is_run_folder(to_path(folder)))
        open(to_path(folder).string());
    else
        show_error(tr("%1 is not a run folder: it holds no record of a search.").arg(folder));
}

void MainWindow::remember_recent(const std::string &item) {
    memory_.add_recent(item == demo ? QStringLiteral("demo") : to_qstring(item));
}

void MainWindow::fill_recent_menu() {
    QMenu &menu = *actions_.recent_menu;
    menu.clear();
    const QStringList items = memory_.recent();
    for (const QString &item : items) {
        QString shown = item;
        menu.addAction(shown.replace(QLatin1Char('&'), QStringLiteral("&&")), this,
                       [this, item] { open(to_path(item).string()); });
    }
    if (items.isEmpty())
        menu.addAction(tr("Nothing yet"))->setEnabled(false);
    menu.addSeparator();
    auto *forget = menu.addAction(tr("&Clear this list"), this, [this] { memory_.clear_recent(); });
    forget->setObjectName(QStringLiteral("clear_recent"));
    forget->setEnabled(!items.isEmpty());
}

void MainWindow::dragEnterEvent(QDragEnterEvent *event) {
    if (!dropped_path(*event->mimeData()).isEmpty())
        event->acceptProposedAction();
}

void MainWindow::dropEvent(QDropEvent *event) {
    const QString path = dropped_path(*event->mimeData());
    if (path.isEmpty())
        return;
    event->acceptProposedAction();
    open(to_path(path).string());
}

} // namespace invar
