// SPDX-License-Identifier: GPL-3.0-or-later
// The window's weights panel: what the grid does to a matrix.
#include "app/tiny_demo.h"
#include "app/window/weights_pane.h"
#include "app/window_test.h"
#include "widgets/error_heatmap.h"
#include "widgets/matrix_panel.h"

#include <QComboBox>
#include <QDockWidget>
#include <QLabel>
#include <QSignalSpy>
#include <QSpinBox>

#include <numeric>

using namespace invar;
using namespace invar::test;

class TestWeightsPane : public QObject {
    Q_OBJECT

public:
    explicit TestWeightsPane(const std::filesystem::path &home) : demo_(home / "demo") {}

private slots:
    void a_model_alone_is_rounded_as_the_settings_say();
    void a_group_size_that_does_not_fit_is_told_in_the_panel();
    void a_run_has_the_errors_of_its_record_at_the_start_and_now();
    void a_cell_of_the_heatmap_opens_its_matrix();
    void what_comes_late_for_another_model_is_dropped();
    void a_hidden_panel_reads_nothing();
    void the_window_ticks_while_weights_are_read();

private:
    WindowSetup setup() const { return {.persistent = false, .runs = runs_ / "runs"}; }
    template <typename T> static T &child(const MainWindow &window, const char *name) {
        return *window.findChild<T *>(QLatin1String(name));
    }
    static void show(MainWindow &window) {
        window.show();
        QVERIFY(QTest::qWaitForWindowExposed(&window));
    }
    static bool wait_for_matrix(MainWindow &window, const std::function<bool(const MatrixView &)> &good) {
        return QTest::qWaitFor(
            [&] {
                const auto &view = window.weights().panel().shown_matrix();
                return view && good(*view);
            },
            patience_ms);
    }

    TinyDemo demo_;
    TemporaryFolder runs_;
};

void TestWeightsPane::a_model_alone_is_rounded_as_the_settings_say() {
    MainWindow window(setup());
    show(window);
    QVERIFY(!child<QDockWidget>(window, "weights_dock").isVisible());
    QVERIFY(open_and_wait(window, "demo"));
    QCOMPARE(window.actions().weights->shortcut(), QKeySequence(Qt::CTRL | Qt::Key_G));
    window.actions().weights->trigger();
    QVERIFY(wait_for_matrix(window, [](const auto &view) { return view.grid.bits == 2; }));
    const auto &panel = window.weights().panel();
    QCOMPARE(panel.shown_matrix()->rows, std::int64_t{128});
    QCOMPARE(panel.shown_matrix()->error.projection, panel.matrix().projection);
    const double at_two_bits = panel.shown_matrix()->error.sqnr_db;

    SearchSettings settings = window.settings_panel().settings();
    settings.grid.bits = 4;
    window.settings_panel().set_settings(settings);
    QVERIFY(wait_for_matrix(window, [](const auto &view) { return view.grid.bits == 4; }));
    QVERIFY(panel.shown_matrix()->error.sqnr_db > at_two_bits + 6);

    QSignalSpy shown(&window.weights(), &WeightsPane::shown);
    child<QSpinBox>(window, "weights_row").setValue(77);
    QVERIFY(shown.wait(patience_ms));
    QCOMPARE(panel.shown_row()->row, std::int64_t{77});
    QVERIFY(child<QLabel>(window, "row_text").text().startsWith(QStringLiteral("row 77")));
    child<QSpinBox>(window, "weights_layer").setValue(2);
    QVERIFY(wait_for_matrix(window, [](const auto &view) { return view.error.layer == 2; }));
    QCOMPARE(panel.shown_row()->row, std::int64_t{77});
}

void TestWeightsPane::a_group_size_that_does_not_fit_is_told_in_the_panel() {
    MainWindow window(setup());
    show(window);
    QVERIFY(open_and_wait(window, "demo"));
    window.actions().weights->trigger();
    SearchSettings settings = window.settings_panel().settings();
    settings.grid.group_size = 100;
    window.settings_panel().set_settings(settings);
    QTRY_VERIFY_WITH_TIMEOUT(child<QLabel>(window, "matrix_text").text().contains(QStringLiteral("does not divide")),
                             patience_ms);
    settings.grid.group_size = 64;
    window.settings_panel().set_settings(settings);
    QVERIFY(wait_for_matrix(window, [](const auto &view) { return view.group_size == 64; }));
}

void TestWeightsPane::a_run_has_the_errors_of_its_record_at_the_start_and_now() {
    MainWindow window(setup());
    show(window);
    QVERIFY(open_and_wait(window, "demo"));
    set_steps(window, 40);
    window.actions().weights->trigger();
    window.actions().start->trigger();
    QVERIFY(wait_for_end(window));
    const auto record = read_run_record(window.run());
    const auto error_in = [](const std::vector<MatrixError> &errors) {
        return std::ranges::find_if(errors,
                                    [](const auto &each) { return each.layer == 1 && each.projection == "fc1"; })
            ->mse;
    };
    const double at_start = error_in(record.errors_at_start);
    const double now = error_in(record.errors_now);
    QVERIFY(at_start != now);
    const auto is = [](double wanted) {
        return [wanted](const MatrixView &view) {
            return view.error.layer == 1 && view.error.projection == "fc1" &&
                   std::abs(view.error.mse - wanted) < 1e-4 * wanted;
        };
    };
    window.weights().choose({.layer = 1, .projection = "fc1"});
    QVERIFY(wait_for_matrix(window, is(now)));
    child<QComboBox>(window, "weights_state").setCurrentIndex(0);
    QVERIFY(wait_for_matrix(window, is(at_start)));
}

void TestWeightsPane::a_cell_of_the_heatmap_opens_its_matrix() {
    MainWindow window(setup());
    show(window);
    QVERIFY(open_and_wait(window, "demo"));
    const auto &dock = child<QDockWidget>(window, "weights_dock");
    auto &heatmap = window.view().heatmap();
    Q_EMIT heatmap.cell_clicked(2, QStringLiteral("output")); // hidden states, no matrix
    QVERIFY(!dock.isVisible());
    Q_EMIT heatmap.cell_clicked(2, QStringLiteral("fc2"));
    QVERIFY(dock.isVisible());
    QVERIFY(wait_for_matrix(window,
                            [](const auto &view) { return view.error.layer == 2 && view.error.projection == "fc2"; }));
}

void TestWeightsPane::what_comes_late_for_another_model_is_dropped() {
    MainWindow window(setup());
    show(window);
    QVERIFY(open_and_wait(window, "demo"));
    window.actions().weights->trigger();
    QVERIFY(wait_for_matrix(window, [](const auto &) { return true; }));
    QSignalSpy shown(&window.weights(), &WeightsPane::shown);
    child<QSpinBox>(window, "weights_layer").setValue(1); // asked for, and
    window.weights().set_model({}, {});                   // nobody waits for it any more
    QVERIFY(!window.weights().panel().shown_matrix());
    QTest::qWait(300);
    QVERIFY(!window.weights().panel().shown_matrix());
    QCOMPARE(shown.count(), 0);

    QVERIFY(open_and_wait(window, golden("tiny-opt").string())); // whose matrices have 32 rows or columns
    SearchSettings settings = window.settings_panel().settings();
    settings.grid.group_size = 8;
    window.settings_panel().set_settings(settings);
    QVERIFY(wait_for_matrix(window, [](const auto &view) { return view.columns == 32; }));
}

void TestWeightsPane::a_hidden_panel_reads_nothing() {
    MainWindow window(setup());
    show(window);
    QVERIFY(open_and_wait(window, "demo"));
    QSignalSpy shown(&window.weights(), &WeightsPane::shown);
    window.weights().choose({.layer = 1, .projection = "fc1"});
    QTest::qWait(200);
    QCOMPARE(shown.count(), 0);
    window.actions().weights->trigger();
    QVERIFY(wait_for_matrix(window, [](const auto &view) { return view.error.layer == 1; }));
}

void TestWeightsPane::the_window_ticks_while_weights_are_read() {
    MainWindow window(setup());
    show(window);
    QVERIFY(open_and_wait(window, "demo"));
    int ticks = 0;
    QTimer timer;
    connect(&timer, &QTimer::timeout, &window, [&ticks] { ++ticks; });
    window.actions().weights->trigger();
    timer.start(0);
    QVERIFY(wait_for_matrix(window, [](const auto &) { return true; }));
    QVERIFY(ticks > 0);
}

int main(int argc, char **argv) { return run_window_test<TestWeightsPane>(argc, argv); }

#include "tst_weights_pane.moc"
