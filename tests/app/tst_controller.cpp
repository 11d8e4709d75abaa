// SPDX-License-Identifier: GPL-3.0-or-later
// The real search on a tiny model, steered from the GUI thread.
#include "app/window/search_controller.h"
#include "core/search/run_folder.h"
#include "tests/support/golden.h"

#include <QSignalSpy>
#include <QTest>

#include <memory>

using namespace invar;
using State = SearchController::State;

namespace {

constexpr int patience_ms = 120'000; // an upper bound on a busy machine, never what a test measures

SearchSettings tiny_settings(std::int64_t steps) {
    SearchSettings settings;
    settings.model = test::golden("tiny-opt").string();
    settings.calibration_ids = test::golden("replay/ids.json").string();
    settings.sequences = 4;
    settings.sequence_length = 16;
    settings.grid.group_size = 16;
    settings.scale_std = 0.05;
    settings.rotation_std = 0.001;
    settings.steps = steps;
    settings.threads = 1;
    return settings;
}

/// Everything that a controller says.
struct Listener {
    explicit Listener(SearchController &controller) {
        QObject::connect(&controller, &SearchController::batch, &controller,
                         [this](const std::shared_ptr<const EventBatch> &events) {
                             ++batches;
                             steps_heard += static_cast<std::int64_t>(events->steps.size()) + events->dropped;
                             if (events->latest)
                                 last_step = events->latest->step;
                             if (events->started)
                                 started = events->started;
                         });
        QObject::connect(&controller, &SearchController::finished, &controller,
                         [this](const RunSummary &ended) { summary = ended; });
        QObject::connect(&controller, &SearchController::failed, &controller,
                         [this](const QString &reason) { error = reason; });
    }
    [[nodiscard]] bool ended() const { return summary.has_value(); }

    std::int64_t batches = 0;
    std::int64_t steps_heard = 0;
    std::int64_t last_step = 0;
    std::shared_ptr<const RunStarted> started;
    std::optional<RunSummary> summary;
    QString error;
};

QString heard_error_text(const Listener &heard) { return heard.error; }
QString heard_error_text(const std::unique_ptr<Listener> &heard) { return heard->error; }
bool heard_error(const auto &heard) { return !heard_error_text(heard).isEmpty(); }

} // namespace

/// Waits for something that `heard` hears; a search that failed instead is told at once.
#define WAIT_FOR(condition)                                                                                            \
    QTRY_VERIFY_WITH_TIMEOUT((condition) || heard_error(heard), patience_ms);                                          \
    QVERIFY2(condition, qPrintable(heard_error_text(heard)))

class TestController : public QObject {
    Q_OBJECT

private slots:
    void the_gui_thread_keeps_ticking_while_events_flood_in();
    void what_piled_up_while_the_gui_was_busy_comes_in_one_batch();
    void stopping_ends_with_a_summary_and_a_saved_run();
    void a_paused_search_holds_its_step();
    void stopping_a_paused_search_ends_it();
    void destroying_it_while_running_saves_the_run();
    void destroying_it_while_paused_ends();
    void a_failure_arrives_as_one_sentence();
    void a_run_is_resumed_to_a_new_total();
    void starting_twice_is_ignored();
};

void TestController::the_gui_thread_keeps_ticking_while_events_flood_in() {
    const test::TemporaryFolder folder;
    SearchController controller;
    Listener heard(controller);
    QTimer ticker;
    std::int64_t ticks = 0;
    connect(&ticker, &QTimer::timeout, this, [&ticks, &controller] { ticks += controller.busy() ? 1 : 0; });
    ticker.start(10);

    controller.start(tiny_settings(2000), folder / "run");
    QCOMPARE(controller.state(), State::preparing);
    WAIT_FOR(heard.ended());

    QCOMPARE(heard.summary->steps, 2000);
    QCOMPARE(heard.last_step, 2000);
    QCOMPARE(heard.steps_heard, 2000);
    // The search is quicker than the window is told about it, and the ticker, three times as frequent, was never
    // starved.
    QVERIFY2(heard.batches * 2 < heard.steps_heard, qPrintable(QString::number(heard.batches)));
    QVERIFY2(ticks >= heard.batches, qPrintable(QStringLiteral("%1 ticks, %2 batches").arg(ticks).arg(heard.batches)));
    QCOMPARE(controller.state(), State::idle);
}

void TestController::what_piled_up_while_the_gui_was_busy_comes_in_one_batch() {
    const test::TemporaryFolder folder;
    SearchController controller;
    Listener heard(controller);
    controller.start(tiny_settings(0), folder / "run");
    WAIT_FOR(heard.last_step > 0);

    const auto batches = heard.batches;
    const auto steps = heard.last_step;
    QThread::msleep(400); // the GUI thread does something else
    WAIT_FOR(heard.batches > batches);
    QCOMPARE(heard.batches, batches + 1);
    QVERIFY(heard.last_step > steps);
    controller.stop();
    WAIT_FOR(heard.ended());
}

void TestController::stopping_ends_with_a_summary_and_a_saved_run() {
    const test::TemporaryFolder folder;
    SearchController controller;
    Listener heard(controller);
    controller.start(tiny_settings(0), folder / "run");
    WAIT_FOR(heard.last_step >= 20);
    controller.stop();
    QCOMPARE(controller.state(), State::stopping);
    WAIT_FOR(heard.ended());

    QCOMPARE(heard.summary->reason, StopReason::stopped);
    const RunRecord record = read_run_record(folder / "run");
    QCOMPARE(static_cast<std::int64_t>(record.steps.size()), heard.summary->steps);
    QCOMPARE(heard.steps_heard, heard.summary->steps);
    QCOMPARE(record.statistics.total.accepted, heard.summary->accepted);
}

void TestController::a_paused_search_holds_its_step() {
    const test::TemporaryFolder folder;
    SearchController controller;
    Listener heard(controller);
    controller.pause(); // nothing to pause
    QCOMPARE(controller.state(), State::idle);
    controller.start(tiny_settings(0), folder / "run");
    WAIT_FOR(heard.last_step > 0);
    controller.pause();
    QCOMPARE(controller.state(), State::paused);

    // The step under way still ends; then nothing more is heard, however often the queue is looked into.
    std::int64_t before = -1;
    while (before != heard.last_step) {
        before = heard.last_step;
        QTest::qWait(300);
    }
    QTest::qWait(300);
    QCOMPARE(heard.last_step, before);

    controller.continue_();
    QCOMPARE(controller.state(), State::running);
    WAIT_FOR(heard.last_step > before + 10);
    controller.stop();
    WAIT_FOR(heard.ended());
    QCOMPARE(heard.steps_heard, heard.summary->steps);
}

void TestController::stopping_a_paused_search_ends_it() {
    const test::TemporaryFolder folder;
    SearchController controller;
    Listener heard(controller);
    controller.start(tiny_settings(0), folder / "run");
    WAIT_FOR(heard.last_step > 0);
    controller.pause();
    controller.stop();
    WAIT_FOR(heard.ended());
    QCOMPARE(heard.summary->reason, StopReason::stopped);
}

void TestController::destroying_it_while_running_saves_the_run() {
    const test::TemporaryFolder folder;
    auto controller = std::make_unique<SearchController>();
    auto heard = std::make_unique<Listener>(*controller);
    controller->start(tiny_settings(0), folder / "run");
    WAIT_FOR(heard->last_step >= 10);
    const auto seen = heard->last_step;
    controller.reset();
    QVERIFY(!heard->ended()); // nothing is said after its death
    QCoreApplication::processEvents();
    QVERIFY(static_cast<std::int64_t>(read_run_record(folder / "run").steps.size()) >= seen);
}

void TestController::destroying_it_while_paused_ends() {
    const test::TemporaryFolder folder;
    auto controller = std::make_unique<SearchController>();
    auto heard = std::make_unique<Listener>(*controller);
    controller->start(tiny_settings(0), folder / "run");
    WAIT_FOR(heard->last_step > 0);
    controller->pause();
    controller.reset();
    QVERIFY(is_run_folder(folder / "run"));
}

void TestController::a_failure_arrives_as_one_sentence() {
    const test::TemporaryFolder folder;
    SearchController controller;
    Listener heard(controller);
    QSignalSpy states(&controller, &SearchController::state_changed);
    SearchSettings settings = tiny_settings(10);
    settings.model = (folder / "no-such-model").string();
    controller.start(settings, folder / "run");
    QTRY_VERIFY_WITH_TIMEOUT(!heard.error.isEmpty(), patience_ms);
    QVERIFY2(heard.error.contains(QStringLiteral("no-such-model")), qPrintable(heard.error));
    QVERIFY(!heard.error.contains(QLatin1Char('\n')));
    QVERIFY(!heard.summary);
    QCOMPARE(controller.state(), State::idle);
    QCOMPARE(states.count(), 2);
    QVERIFY(!is_run_folder(folder / "run"));

    // It is ready for another.
    heard.error.clear();
    controller.start(tiny_settings(5), folder / "run");
    WAIT_FOR(heard.ended());
    QCOMPARE(heard.summary->steps, 5);
}

void TestController::a_run_is_resumed_to_a_new_total() {
    const test::TemporaryFolder folder;
    SearchController controller;
    Listener heard(controller);
    controller.start(tiny_settings(20), folder / "run");
    WAIT_FOR(heard.ended());
    QCOMPARE(heard.summary->steps, 20);
    QCOMPARE(heard.summary->reason, StopReason::steps_done);

    heard.summary.reset();
    controller.resume_run(folder / "run", 50);
    WAIT_FOR(heard.ended());
    QCOMPARE(heard.started->history.size(), std::size_t{20});
    QCOMPARE(heard.summary->steps, 50);
    QCOMPARE(read_run_record(folder / "run").steps.size(), std::size_t{50});
}

void TestController::starting_twice_is_ignored() {
    const test::TemporaryFolder folder;
    SearchController controller;
    Listener heard(controller);
    controller.start(tiny_settings(30), folder / "first");
    controller.start(tiny_settings(30), folder / "second");
    WAIT_FOR(heard.ended());
    QCOMPARE(controller.folder(), folder / "first");
    QVERIFY(!std::filesystem::exists(folder / "second"));
}

QTEST_GUILESS_MAIN(TestController)
#include "tst_controller.moc"
