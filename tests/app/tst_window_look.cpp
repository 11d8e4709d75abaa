// SPDX-License-Identifier: GPL-3.0-or-later
// How the window looks, and what it keeps of that and of what was opened from one start to the next.
#include "app/window/compare_pane.h"
#include "app/window/main_window.h"
#include "app/window/run_view.h"
#include "tests/app/tiny_demo.h"
#include "tests/app/window_test.h"
#include "widgets/drift_panel.h"
#include "widgets/plot_colours.h"
#include "widgets/settings_panel.h"
#include "widgets/step_history.h"

#include <QApplication>
#include <QDockWidget>
#include <QMenu>
#include <QTest>

#include <qcustomplot.h>

using namespace invar;
using namespace invar::test;

class TestWindowLook : public QObject {
    Q_OBJECT

public:
    explicit TestWindowLook(const std::filesystem::path &home) : demo_(home / "demo") {}

private slots:
    void what_was_opened_last_can_be_opened_again();
    void settings_and_layout_are_remembered();
    void with_any_dock_below_the_plots_it_fits_into_720_lines();
    void theme_and_language_can_be_changed_while_it_is_open();

private:
    WindowSetup setup() const { return {.persistent = true, .runs = runs_ / "runs"}; }

    TinyDemo demo_;
    TemporaryFolder runs_;
};

void TestWindowLook::what_was_opened_last_can_be_opened_again() {
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

void TestWindowLook::settings_and_layout_are_remembered() {
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

void TestWindowLook::with_any_dock_below_the_plots_it_fits_into_720_lines() {
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
    window.compare().measure_methods();
    QTest::qWait(50);
    QVERIFY2(window.size() == size, "the comparison's progress makes it higher");
    window.compare().cancel();
    window.actions().reset_layout->trigger(); // a test before this one hid the moves
    auto &drift = *window.findChild<DriftPanel *>();
    drift.append(10, 1e-6);
    drift.append(20, 2e-6);
    QTest::qWait(50);
    QVERIFY(drift.history()->isVisible());
    QVERIFY2(drift.history()->height() >= drift.history()->minimumSizeHint().height(), "the drift's plot is cut off");
    QCOMPARE(window.size(), size);
}

void TestWindowLook::theme_and_language_can_be_changed_while_it_is_open() {
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
    QCOMPARE(window.locale().language(), QLocale::German); // its numbers
    QCOMPARE(window.findChild<QCustomPlot *>()->locale().decimalPoint(), QStringLiteral(","));
    if (QFile::exists(QStringLiteral(":/i18n/invarscope_de.qm")))
        QTRY_VERIFY(window.actions().start->iconText() != QStringLiteral("Start") ||
                    window.actions().pause->iconText() != QStringLiteral("Pause"));
    choose(*window.actions().languages, "en");
    QTRY_COMPARE(window.actions().pause->iconText(), QStringLiteral("Pause"));
    choose(*window.actions().themes, "system");
    choose(*window.actions().languages, "system");
}

int main(int argc, char **argv) { return run_window_test<TestWindowLook>(argc, argv); }

#include "tst_window_look.moc"
