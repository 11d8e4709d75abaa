// SPDX-License-Identifier: GPL-3.0-or-later
// The whole window on a tiny random model, driven by its actions; modal dialogs are answered by a timer.
#include "app/window/main_window.h"
#include "app/window/perplexity_pane.h"
#include "app/window/run_folders.h"
#include "app/window/run_view.h"
#include "tests/app/tiny_demo.h"
#include "tests/app/window_test.h"
#include "tests/support/golden.h"
#include "widgets/drift_panel.h"
#include "widgets/message_bar.h"
#include "widgets/moves_plot.h"
#include "widgets/plot_colours.h"
#include "widgets/settings_panel.h"
#include "widgets/step_history.h"

#include <QApplication>
#include <QDockWidget>
#include <QDropEvent>
#include <QInputDialog>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QMenu>
#include <QMessageBox>
#include <QMimeData>
#include <QPushButton>
#include <QTest>

using namespace invar;
using namespace invar::test;
using State = SearchController::State;

class TestWindow : public QObject {
    Q_OBJECT

public:
    explicit TestWindow(const std::filesystem::path &home) : demo_(home / "demo") {}

private slots:
    void nothing_can_be_started_before_a_model_is_open();
    void actions_follow_the_search();
    void a_bad_folder_dropped_is_refused_with_its_reason();
    void a_dropped_model_is_opened();
    void a_dropped_gguf_file_is_opened();
    void settings_that_cannot_work_are_refused_with_their_names();
    void a_search_that_fails_says_why();
    void closing_while_searching_asks_first();
    void a_frozen_view_stands_still_while_the_search_goes_on();
    void a_run_is_opened_with_its_record_and_resumed();
    void an_export_is_written_and_its_place_told();
    void perplexity_is_measured_at_all_three_states();
    void what_was_opened_last_can_be_opened_again();
    void settings_and_layout_are_remembered();
    void with_any_dock_below_the_plots_it_fits_into_720_lines();
    void theme_and_language_can_be_changed_while_it_is_open();
    void space_pauses_unless_a_button_wants_it();

private:
    WindowSetup setup() const { return {.persistent = true, .runs = runs_ / "runs"}; }

    TinyDemo demo_;
    TemporaryFolder runs_;
};

void TestWindow::nothing_can_be_started_before_a_model_is_open() {
    MainWindow window(setup());
    const Actions &actions = window.actions();
    QVERIFY(actions.open_demo->isEnabled());
    for (const QAction *action : {actions.start, actions.pause, actions.stop, actions.resume, actions.export_})
        QVERIFY2(!action->isEnabled(), qPrintable(action->objectName()));
    actions.open_demo->trigger();
    QVERIFY(wait_for_opening(window));
    QVERIFY(actions.start->isEnabled());
    QVERIFY(!actions.export_->isEnabled());
    QCOMPARE(window.settings_panel().settings().grid.group_size, 128);
    QVERIFY(window.windowTitle().startsWith(QStringLiteral("demo")));
}

void TestWindow::actions_follow_the_search() {
    MainWindow window(setup());
    const Actions &actions = window.actions();
    QVERIFY(open_and_wait(window, "demo"));
    set_steps(window, 0);
    actions.start->trigger();
    QCOMPARE(window.controller().state(), State::preparing);
    QVERIFY(window.settings_panel().is_locked());
    for (const QAction *action :
         {actions.start, actions.pause, actions.open_demo, actions.open_model, actions.open_gguf, actions.open_run})
        QVERIFY2(!action->isEnabled(), qPrintable(action->objectName()));
    QVERIFY(actions.stop->isEnabled());

    QVERIFY(wait_for_moves(window, 3));
    QVERIFY(actions.export_->isEnabled()); // of the state that the search keeps saving
    QVERIFY(window.windowTitle().contains(to_qstring(window.run().filename())));
    actions.pause->trigger();
    QCOMPARE(window.controller().state(), State::paused);
    QCOMPARE(actions.pause->iconText(), QStringLiteral("Continue"));
    actions.pause->trigger();
    QCOMPARE(window.controller().state(), State::running);
    QCOMPARE(actions.pause->iconText(), QStringLiteral("Pause"));

    actions.stop->trigger();
    QVERIFY(!actions.stop->isEnabled());
    QVERIFY(wait_for_end(window));
    QVERIFY(!window.settings_panel().is_locked());
    QCOMPARE(actions.start->iconText(), QStringLiteral("Resume…"));
    QVERIFY(actions.start_anew->isEnabled());
    QVERIFY(window.view().messages().text().contains(QStringLiteral("stopped")));

    // Other settings: a new run.
    SearchSettings other = window.settings_panel().settings();
    other.grid.bits = 3;
    window.settings_panel().set_settings(other);
    QCOMPARE(actions.start->iconText(), QStringLiteral("Start"));
}

void TestWindow::a_bad_folder_dropped_is_refused_with_its_reason() {
    const TemporaryFolder folder;
    std::filesystem::create_directory(folder / "holiday-photos");
    MainWindow window(setup());
    window.show();
    drop(window, folder / "holiday-photos");
    QTRY_VERIFY_WITH_TIMEOUT(window.view().messages().isVisible(), patience_ms);
    QCOMPARE(window.view().messages().kind(), MessageBar::Kind::error);
    QVERIFY2(window.view().messages().text().contains(QStringLiteral("holiday-photos")),
             qPrintable(window.view().messages().text()));
    QVERIFY(!window.actions().start->isEnabled());
}

void TestWindow::a_dropped_model_is_opened() {
    MainWindow window(setup());
    drop(window, demo_.model());
    QVERIFY(wait_for_opening(window));
    QVERIFY(window.windowTitle().startsWith(QStringLiteral("model")));
    QVERIFY(window.actions().start->isEnabled());
}

void TestWindow::a_dropped_gguf_file_is_opened() {
    MainWindow window(setup());
    drop(window, golden("gguf") / "llama.gguf");
    QVERIFY(wait_for_opening(window));
    QVERIFY2(window.windowTitle().startsWith(QStringLiteral("llama.gguf")), qPrintable(window.windowTitle()));
    QVERIFY(window.actions().start->isEnabled());
}

void TestWindow::settings_that_cannot_work_are_refused_with_their_names() {
    MainWindow window(setup());
    QVERIFY(open_and_wait(window, "demo"));
    SearchSettings settings = window.settings_panel().settings();
    settings.grid.group_size = 96;
    window.settings_panel().set_settings(settings);
    window.actions().start->trigger();
    QCOMPARE(window.controller().state(), State::idle);
    QCOMPARE(window.view().messages().kind(), MessageBar::Kind::error);
    QVERIFY2(window.view().messages().text().contains(QStringLiteral("96")),
             qPrintable(window.view().messages().text()));
}

void TestWindow::a_search_that_fails_says_why() {
    const TemporaryFolder folder;
    QVERIFY(write_bytes(folder / "short.txt", "too few"));
    MainWindow window(setup());
    QVERIFY(open_and_wait(window, "demo"));
    window.settings_panel().set_calibration_text(shown(folder / "short.txt"));
    window.actions().start->trigger();
    QVERIFY(window.controller().busy());
    QVERIFY(wait_for_end(window));
    QCOMPARE(window.view().messages().kind(), MessageBar::Kind::error);
    QVERIFY2(window.view().messages().text().contains(QStringLiteral("short.txt")),
             qPrintable(window.view().messages().text()));
    QVERIFY(window.actions().start->isEnabled());
}

void TestWindow::closing_while_searching_asks_first() {
    MainWindow window(setup());
    window.show();
    QVERIFY(open_and_wait(window, "demo"));
    set_steps(window, 0);
    window.actions().start->trigger();
    QVERIFY(wait_for_moves(window, 3));

    DialogDriver no([](QWidget &dialog) { click(dialog, QMessageBox::No); });
    window.close();
    QVERIFY(no.done());
    QVERIFY(window.isVisible());
    QVERIFY(window.controller().busy());

    DialogDriver yes([](QWidget &dialog) { click(dialog, QMessageBox::Yes); });
    window.close();
    QVERIFY(yes.done());
    QTRY_VERIFY_WITH_TIMEOUT(!window.isVisible(), patience_ms);
    QVERIFY(!window.controller().busy());
    QVERIFY(!read_run_record(window.run()).steps.empty());
}

void TestWindow::a_frozen_view_stands_still_while_the_search_goes_on() {
    MainWindow window(setup());
    QVERIFY(open_and_wait(window, "demo"));
    set_steps(window, 0);
    window.actions().start->trigger();
    QVERIFY(wait_for_moves(window, 3));
    window.actions().freeze->trigger();
    const auto shown_moves = window.view().moves().statistics().total.proposed;
    std::int64_t heard = 0;
    connect(&window.controller(), &SearchController::batch, &window,
            [&heard](const std::shared_ptr<const EventBatch> &events) {
                heard += static_cast<std::int64_t>(events->steps.size());
            });
    QTRY_VERIFY_WITH_TIMEOUT(heard >= 10, patience_ms);
    QCOMPARE(window.view().moves().statistics().total.proposed, shown_moves);
    window.actions().freeze->trigger();
    QVERIFY(window.view().moves().statistics().total.proposed >= shown_moves + 10);
    window.actions().stop->trigger();
    QVERIFY(wait_for_end(window));
    QCOMPARE(window.view().moves().statistics().total.proposed,
             static_cast<std::int64_t>(read_run_record(window.run()).steps.size()));
}

void TestWindow::a_run_is_opened_with_its_record_and_resumed() {
    std::filesystem::path run;
    {
        MainWindow window(setup());
        QVERIFY(open_and_wait(window, "demo"));
        set_steps(window, 12);
        window.actions().start->trigger();
        QVERIFY(wait_for_end(window));
        run = window.run();
    }
    MainWindow window(setup());
    QVERIFY(open_and_wait(window, run.string()));
    QCOMPARE(window.view().moves().statistics().total.proposed, 12);
    QVERIFY(window.windowTitle().contains(to_qstring(run.filename())));
    QCOMPARE(window.actions().start->iconText(), QStringLiteral("Resume…"));
    QVERIFY(window.actions().export_->isEnabled());

    DialogDriver driver([](QWidget &dialog) {
        auto &question = dynamic_cast<QInputDialog &>(dialog);
        QVERIFY(question.labelText().contains(QStringLiteral("12")));
        question.setIntValue(30);
        question.accept();
    });
    window.actions().start->trigger();
    QVERIFY(driver.done());
    QVERIFY(wait_for_end(window));
    QCOMPARE(window.view().messages().kind(), MessageBar::Kind::info);
    QCOMPARE(window.run(), run);
    QCOMPARE(window.view().moves().statistics().total.proposed, 30);
    QCOMPARE(read_run_record(run).steps.size(), std::size_t{30});
}

void TestWindow::an_export_is_written_and_its_place_told() {
    const TemporaryFolder folder;
    MainWindow window(setup());
    QVERIFY(open_and_wait(window, "demo"));
    set_steps(window, 5);
    window.actions().start->trigger();
    QVERIFY(wait_for_end(window));

    const auto target = folder / "for-others";
    DialogDriver driver([&target](QWidget &dialog) {
        auto *formats = dialog.findChild<QListWidget *>(QStringLiteral("formats"));
        auto *output = dialog.findChild<QLineEdit *>(QStringLiteral("output"));
        auto *button = dialog.findChild<QPushButton *>(QStringLiteral("export_button"));
        QVERIFY(formats->count() > 0);
        output->setText(QString());
        QVERIFY(!button->isEnabled()); // and says why
        QVERIFY(!dialog.findChild<QLabel *>(QStringLiteral("message"))->text().isEmpty());
        output->setText(shown(target));
        QVERIFY(button->isEnabled());
        button->click();
    });
    window.actions().export_->trigger(); // returns when the dialog has closed
    QVERIFY(driver.done());
    QCOMPARE(window.view().messages().kind(), MessageBar::Kind::info);
    QVERIFY(window.view().messages().text().contains(shown(target)));
    QVERIFY(std::filesystem::exists(target / "config.json"));
    QVERIFY(std::filesystem::exists(target / "model.safetensors"));
}

void TestWindow::perplexity_is_measured_at_all_three_states() {
    using Which = PerplexityPanel::Which;
    MainWindow window(setup());
    QVERIFY(open_and_wait(window, "demo"));
    PerplexityPanel &panel = window.perplexity().panel();
    window.perplexity().set_watching(false);
    window.perplexity().measure();
    QTRY_VERIFY_WITH_TIMEOUT(panel.value(Which::full_precision).has_value(), patience_ms);
    QVERIFY(!panel.value(Which::now));
    const double full_precision = *panel.value(Which::full_precision);

    set_steps(window, 5);
    window.actions().start->trigger();
    QVERIFY(wait_for_end(window));
    QCOMPARE(*panel.value(Which::full_precision), full_precision); // of the same model: still known
    window.perplexity().measure();
    QTRY_VERIFY_WITH_TIMEOUT(panel.value(Which::now).has_value(), patience_ms);
    QVERIFY(*panel.value(Which::at_start) > 0);

    window.perplexity().set_text(runs_ / "missing.txt");
    window.perplexity().measure();
    QTRY_VERIFY_WITH_TIMEOUT(window.view().messages().text().contains(QStringLiteral("missing.txt")), patience_ms);
}

void TestWindow::what_was_opened_last_can_be_opened_again() {
    MainWindow window(setup());
    window.memory().clear_recent();
    QVERIFY(open_and_wait(window, demo_.model().string()));
    QVERIFY(open_and_wait(window, "demo"));
    QCOMPARE(window.memory().recent(), (QStringList{QStringLiteral("demo"), shown(demo_.model())}));

    QMenu *menu = window.actions().recent_menu;
    Q_EMIT menu->aboutToShow();
    QCOMPARE(menu->actions().at(1)->text(), shown(demo_.model()));
    menu->actions().at(1)->trigger();
    QVERIFY(wait_for_opening(window));
    QVERIFY(window.windowTitle().startsWith(QStringLiteral("model")));
    QCOMPARE(window.memory().recent().first(), shown(demo_.model()));

    Q_EMIT menu->aboutToShow();
    menu->findChild<QAction *>(QStringLiteral("clear_recent"))->trigger();
    QVERIFY(window.memory().recent().isEmpty());
}

void TestWindow::settings_and_layout_are_remembered() {
    {
        MainWindow window(setup());
        window.show();
        QVERIFY(open_and_wait(window, "demo"));
        SearchSettings settings = window.settings_panel().settings();
        settings.steps = 3;
        settings.alpha = 0.25;
        window.settings_panel().set_settings(settings);
        window.actions().start->trigger();
        QVERIFY(wait_for_end(window));
        window.findChild<QWidget *>(QStringLiteral("moves_dock"))->hide();
        window.close();
    }
    MainWindow window(setup());
    window.show();
    QCOMPARE(window.settings_panel().settings().alpha, 0.25);
    auto *dock = window.findChild<QWidget *>(QStringLiteral("moves_dock"));
    QVERIFY(!dock->isVisible());
    window.actions().reset_layout->trigger();
    QVERIFY(dock->isVisible());
}

void TestWindow::with_any_dock_below_the_plots_it_fits_into_720_lines() {
    const QSize size(1280, 720);
    MainWindow window(setup());
    window.resize(size);
    window.show();
    QVERIFY(open_and_wait(window, "demo"));
    for (const auto *name : {"text_dock", "compare_dock", "weights_dock"}) {
        auto *dock = window.findChild<QDockWidget *>(QLatin1String(name));
        dock->toggleViewAction()->trigger();
        QVERIFY(dock->isVisible());
        QTest::qWait(50); // the layout is made when events are handled
        QVERIFY2(window.size() == size, qPrintable(QStringLiteral("%1: %2").arg(name).arg(window.height())));
    }
    window.actions().reset_layout->trigger(); // a test before this one hid the moves
    auto &drift = *window.findChild<DriftPanel *>();
    drift.append(10, 1e-6);
    drift.append(20, 2e-6);
    QTest::qWait(50);
    QVERIFY(drift.history()->isVisible());
    QVERIFY2(drift.history()->height() >= drift.history()->minimumSizeHint().height(), "the drift's plot is cut off");
    QCOMPARE(window.size(), size);
}

void TestWindow::theme_and_language_can_be_changed_while_it_is_open() {
    MainWindow window(setup());
    window.show();
    const auto choose = [](const QActionGroup &group, const char *value) {
        for (QAction *action : group.actions())
            if (action->data().toString() == QLatin1String(value))
                action->trigger();
    };
    choose(*window.actions().themes, "dark");
    QVERIFY(is_dark(QApplication::palette()));
    QCOMPARE(window.memory().theme(), QStringLiteral("dark"));
    choose(*window.actions().themes, "light");
    QVERIFY(!is_dark(QApplication::palette()));

    choose(*window.actions().languages, "de");
    QCOMPARE(window.memory().language(), QStringLiteral("de"));
    if (QFile::exists(QStringLiteral(":/i18n/invarscope_de.qm")))
        QTRY_VERIFY(window.actions().start->iconText() != QStringLiteral("Start") ||
                    window.actions().pause->iconText() != QStringLiteral("Pause"));
    choose(*window.actions().languages, "en");
    QTRY_COMPARE(window.actions().pause->iconText(), QStringLiteral("Pause"));
    choose(*window.actions().themes, "system");
    choose(*window.actions().languages, "system");
}

void TestWindow::space_pauses_unless_a_button_wants_it() {
    MainWindow window(setup());
    window.show();
    QVERIFY(open_and_wait(window, "demo"));
    set_steps(window, 0);
    window.actions().start->trigger();
    QVERIFY(wait_for_moves(window, 3));
    QTest::keyClick(&window, Qt::Key_Space);
    QCOMPARE(window.controller().state(), State::paused);
    QTest::keyClick(&window, Qt::Key_Space);
    QCOMPARE(window.controller().state(), State::running);

    auto *box = window.findChild<QAbstractButton *>(QStringLiteral("measure_while_searching"));
    const bool before = box->isChecked();
    QTest::keyClick(box, Qt::Key_Space);
    QCOMPARE(box->isChecked(), !before);
    QCOMPARE(window.controller().state(), State::running);
    window.actions().stop->trigger();
    QVERIFY(wait_for_end(window));
}

int main(int argc, char **argv) { return run_window_test<TestWindow>(argc, argv); }

#include "tst_window.moc"
