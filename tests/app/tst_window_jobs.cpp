// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/window/background_jobs.h"

#include <QTest>
#include <QThread>

#include <atomic>
#include <memory>
#include <new>

using namespace invar;

namespace {
const auto slot = QStringLiteral("slot");

void wait_for_stop(const Task &task) {
    while (!task.stop.stop_requested())
        QThread::msleep(1);
    task.check();
}
} // namespace

class TestWindowJobs : public QObject {
    Q_OBJECT

private slots:
    void a_result_arrives_in_the_gui_thread();
    void an_overtaken_job_is_stopped_and_its_result_dropped();
    void progress_is_coalesced();
    void failures_arrive_as_text();
    void a_cancelled_job_says_so_when_it_has_ended();
    void destroying_it_stops_what_runs();
};

void TestWindowJobs::a_result_arrives_in_the_gui_thread() {
    BackgroundJobs jobs;
    int result = 0;
    QThread *worker = nullptr;
    QThread *receiver = nullptr;
    jobs.start(
        slot,
        [&worker](const Task &) {
            worker = QThread::currentThread();
            return 42;
        },
        [&](int value) {
            result = value;
            receiver = QThread::currentThread();
        });
    QVERIFY(jobs.running(slot));
    QTRY_COMPARE(result, 42);
    QVERIFY(jobs.idle());
    QCOMPARE(receiver, thread());
    QVERIFY(worker != thread());
}

void TestWindowJobs::an_overtaken_job_is_stopped_and_its_result_dropped() {
    BackgroundJobs jobs;
    QStringList results;
    std::atomic<bool> first_began = false;
    std::atomic<bool> first_saw_stop = false;
    jobs.start(
        slot,
        [&first_began, &first_saw_stop](const Task &task) {
            first_began = true;
            while (!task.stop.stop_requested())
                QThread::msleep(1);
            first_saw_stop = true;
            return QStringLiteral("first"); // too late to matter
        },
        [&results](const QString &text) { results << text; },
        {.progress = {},
         .failed = [&results](const QString &) { results << QStringLiteral("failed"); },
         .cancelled = [&results] { results << QStringLiteral("cancelled"); }});
    QTRY_VERIFY(first_began);
    jobs.start(
        slot, [](const Task &) { return QStringLiteral("second"); },
        [&results](const QString &text) { results << text; });
    QTRY_VERIFY(first_saw_stop && !results.isEmpty());
    QTest::qWait(50);
    QCOMPARE(results, QStringList{QStringLiteral("second")});
}

void TestWindowJobs::progress_is_coalesced() {
    BackgroundJobs jobs;
    int told = 0;
    double last = 0;
    bool done = false;
    jobs.start(
        slot,
        [](const Task &task) {
            for (int i = 1; i <= 100'000; ++i)
                task.report(i / 100'000.0, "counting");
            return true;
        },
        [&done](bool) { done = true; },
        {.progress =
             [&](double fraction, const QString &stage) {
                 ++told;
                 QVERIFY(fraction >= last);
                 last = fraction;
                 QCOMPARE(stage, QStringLiteral("counting"));
             },
         .failed = {},
         .cancelled = {}});
    QThread::msleep(50); // a busy GUI thread
    QTRY_VERIFY(done);
    QVERIFY(told >= 1 && told < 50'000);
    QCOMPARE(last, 1.0);
}

void TestWindowJobs::failures_arrive_as_text() {
    BackgroundJobs jobs;
    QStringList reasons;
    const auto run = [&](auto &&work) {
        const auto before = reasons.size();
        jobs.start(
            slot, work, [](int) {},
            {.progress = {}, .failed = [&reasons](const QString &reason) { reasons << reason; }, .cancelled = {}});
        QTRY_VERIFY(reasons.size() > before);
    };
    run([](const Task &) -> int { throw Error("weights.bin: is empty"); });
    run([](const Task &) -> int { throw std::bad_alloc(); });
    run([](const Task &) -> int { throw std::runtime_error("shape mismatch\nframe #0: backtrace"); });
    QCOMPARE(reasons.at(0), QStringLiteral("weights.bin: is empty"));
    QVERIFY(reasons.at(1).contains(QStringLiteral("memory")));
    QCOMPARE(reasons.at(2), QStringLiteral("shape mismatch"));
}

void TestWindowJobs::a_cancelled_job_says_so_when_it_has_ended() {
    BackgroundJobs jobs;
    bool cancelled = false;
    const auto id = jobs.start(
        slot,
        [](const Task &task) {
            wait_for_stop(task);
            return 1;
        },
        [](int) { QFAIL("a cancelled job has no result"); },
        {.progress = {}, .failed = {}, .cancelled = [&cancelled] { cancelled = true; }});
    jobs.cancel(id);
    QVERIFY(jobs.running(slot)); // until it really ended
    QTRY_VERIFY(cancelled);
    QVERIFY(!jobs.running(slot));
    jobs.cancel(id); // harmless
}

void TestWindowJobs::destroying_it_stops_what_runs() {
    auto jobs = std::make_unique<BackgroundJobs>();
    for (const char *name : {"a", "b", "c"})
        jobs->start(
            QLatin1String(name),
            [](const Task &task) {
                wait_for_stop(task);
                return 1;
            },
            [](int) { QFAIL("nobody is there to hear it"); });
    jobs.reset();
    QCoreApplication::processEvents();
}

QTEST_GUILESS_MAIN(TestWindowJobs)
#include "tst_window_jobs.moc"
