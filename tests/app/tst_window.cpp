// SPDX-License-Identifier: GPL-3.0-or-later
// The whole window on a tiny random model, driven by its actions; modal dialogs are answered by a timer.
#include "app/window/main_window.h"
#include "app/window/perplexity_pane.h"
#include "app/window/run_folders.h"
#include "app/window/run_view.h"
#include "tests/app/tiny_demo.h"
#include "tests/app/window_test.h"
#include "tests/support/golden.h"
#include "widgets/message_bar.h"
#include "widgets/moves_plot.h"
#include "widgets/settings_panel.h"

#include <QApplication>
#include <QInputDialog>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QMessageBox>
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
