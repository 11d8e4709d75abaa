// SPDX-License-Identifier: GPL-3.0-or-later
// What the window shows of a starting method that trains.
#include "app/tiny_demo.h"
#include "app/window/compare_pane.h"
#include "app/window_test.h"
#include "widgets/message_bar.h"
#include "widgets/training_plot.h"

#include <QTabBar>
#include <QTabWidget>
#include <QTest>

using namespace invar;
using namespace invar::test;
using State = SearchController::State;

namespace {

void choose_method(MainWindow &window, const char *method, int iterations, std::int64_t steps) {
    SearchSettings settings = window.settings_panel().settings();
    settings.method = method;
    settings.method_options.clear();
    if (settings.method == "autoround")
        settings.method_options["iterations"] = iterations;
    settings.sequences = 2;
    settings.sequence_length = 32;
    settings.steps = steps;
    settings.threads = 1;
    window.settings_panel().set_settings(settings);
}

/// Shows the demo and searches three steps from a training of five iterations; whether that came to its end.
bool search_from_autoround(MainWindow &window) {
    window.show();
    if (!open_and_wait(window, "demo"))
        return false;
    choose_method(window, "autoround", 5, 3);
    window.start_anew();
    return wait_for_end(window);
}

bool is_left_empty(const std::filesystem::path &folder) {
    return !std::filesystem::exists(folder) || std::filesystem::is_empty(folder);
}

QString csv_of(const std::vector<TrainingPoint> &points) {
    TrainingPlot plot;
    plot.append(points);
    return plot.csv();
}

} // namespace

class TestTraining : public QObject {
    Q_OBJECT

public:
    explicit TestTraining(const std::filesystem::path &home) : demo_(home / "demo") {}

private Q_SLOTS:
    void the_curve_is_in_front_while_a_search_is_prepared_and_goes_when_that_is_stopped() {
        MainWindow window(setup());
        window.show();
        QVERIFY(open_and_wait(window, "demo"));
        QVERIFY(!is_offered(window));
        choose_method(window, "autoround", 100000, 5); // it would take minutes
        window.start_anew();
        QTRY_VERIFY_WITH_TIMEOUT(!window.view().training().is_empty(), patience_ms);
        QCOMPARE(window.controller().state(), State::preparing);
        QVERIFY(is_offered(window));
        QVERIFY(window.view().training().isVisible());
        QTRY_VERIFY(window.view().training().curve(0));
        QCOMPARE(window.view().training().current_layer(), 0);
        window.controller().stop();
        QVERIFY(wait_for_end(window));
        QTRY_VERIFY(!is_offered(window));
        QVERIFY(window.view().training().is_empty());
        QVERIFY(is_left_empty(runs_ / "runs"));
    }

    void the_curve_stays_behind_the_loss_and_comes_back_with_the_run() {
        std::filesystem::path run;
        QString curve;
        {
            MainWindow window(setup());
            QVERIFY(search_from_autoround(window));
            run = window.run();
            const auto record = read_run_record(run);
            QCOMPARE(record.training.size(), std::size_t{15}); // layers and iterations
            curve = window.view().training().csv();
            QCOMPARE(curve, csv_of(record.training));
            QVERIFY(is_offered(window));
            QVERIFY(!window.view().training().isVisible()); // the search is what goes on
            tabs(window).setCurrentWidget(&window.view().training());
            QTRY_VERIFY(window.view().training().isVisible());

            // A preparation that is stopped leaves the run on the screen, and its curve.
            choose_method(window, "autoround", 100000, 3);
            window.start_anew();
            QTRY_VERIFY_WITH_TIMEOUT(window.view().training().csv() != curve, patience_ms);
            window.controller().stop();
            QVERIFY(wait_for_end(window));
            QTRY_COMPARE(window.view().training().csv(), curve);
            QCOMPARE(window.run(), run);
        }
        MainWindow window(setup());
        QVERIFY(open_and_wait(window, run.string()));
        QVERIFY(is_offered(window));
        QCOMPARE(window.view().training().csv(), curve);

        choose_method(window, "rtn", 0, 3); // and a run without a training has none
        window.start_anew();
        QVERIFY(wait_for_end(window));
        QVERIFY(window.run() != run);
        QVERIFY(!is_offered(window));
    }

    void a_new_search_with_the_same_start_takes_the_training_over() {
        MainWindow window(setup());
        QVERIFY(search_from_autoround(window));
        const auto run = window.run();
        const auto trained = read_run_record(run);
        auto settings = window.settings_panel().settings();
        settings.alpha = 0.5;
        window.settings_panel().set_settings(settings);
        window.start_anew();
        QVERIFY(window.view().messages().text().contains(shown(run.filename())));
        QVERIFY(wait_for_end(window));
        QVERIFY(window.run() != run);
        const auto record = read_run_record(window.run());
        QCOMPARE(record.training, trained.training);
        QCOMPARE(record.settings.alpha, 0.5);
        QCOMPARE(record.settings.model, trained.settings.model);
        // Whatever the method depends on lets it run again.
        settings.sequence_length = 16;
        window.settings_panel().set_settings(settings);
        window.start_anew();
        QVERIFY(wait_for_end(window));
        QVERIFY(read_run_record(window.run()).training != trained.training);
    }

    void a_frozen_view_shows_it_when_thawed() {
        MainWindow window(setup());
        QVERIFY(open_and_wait(window, "demo"));
        window.view().set_frozen(true);
        choose_method(window, "autoround", 5, 3);
        window.start_anew();
        QVERIFY(wait_for_end(window));
        QVERIFY(window.view().training().is_empty());
        window.view().set_frozen(false);
        QCOMPARE(window.view().training().csv(), csv_of(read_run_record(window.run()).training));
    }

    void comparing_methods_shows_the_curve_of_the_one_that_trains() {
        MainWindow window(setup());
        QVERIFY(open_and_wait(window, "demo"));
        choose_method(window, "autoround", 4, 3);
        QVERIFY(window.compare().training().isHidden());
        QSignalSpy finished(&window.compare(), &ComparePane::finished);
        window.compare().measure_methods();
        QVERIFY(finished.wait(patience_ms));
        QVERIFY(!window.compare().training().isHidden());
        QCOMPARE(window.compare().training().csv().count(u'\n'), 1 + 3 * 4);
        window.open("demo");
        QVERIFY(wait_for_opening(window));
        QVERIFY(window.compare().training().isHidden());
    }

private:
    WindowSetup setup() const { return {.persistent = false, .runs = runs_ / "runs"}; }
    static QTabWidget &tabs(MainWindow &window) { return *window.findChild<QTabWidget *>(QStringLiteral("curves")); }
    static bool is_offered(MainWindow &window) {
        const QTabWidget &curves = tabs(window);
        return !curves.tabBar()->isHidden() && curves.isTabVisible(curves.indexOf(&window.view().training()));
    }

    TinyDemo demo_;
    TemporaryFolder runs_;
};

int main(int argc, char **argv) { return run_window_test<TestTraining>(argc, argv); }

#include "tst_training.moc"
