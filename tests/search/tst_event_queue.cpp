// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/search/event_queue.h"

#include <QTest>

#include <atomic>
#include <thread>

using namespace invar;

namespace {

StepRecord step(std::int64_t number, bool accepted) {
    return {.step = number, .layer = static_cast<int>(number % 3), .accepted = accepted, .loss = 1.0};
}

} // namespace

class TestEventQueue : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void a_flood_stays_within_the_capacity_and_keeps_accepted_moves() {
        EventQueue queue(256);
        for (std::int64_t i = 1; i <= 100000; ++i)
            queue.on_step(step(i, i % 1000 == 0));
        const auto batch = queue.drain();
        QVERIFY(batch.steps.size() <= 256);
        QCOMPARE(static_cast<std::int64_t>(batch.steps.size()) + batch.dropped, 100000);
        QCOMPARE(std::ranges::count_if(batch.steps, &StepRecord::accepted), 100);
        QVERIFY(std::ranges::is_sorted(batch.steps, {}, &StepRecord::step));
        QCOMPARE(batch.latest->step, 100000);
        QCOMPARE(batch.statistics->total.proposed, 100000); // counted although not plotted
    }

    void a_flood_of_accepted_moves_stays_bounded_too() {
        EventQueue queue(64);
        for (std::int64_t i = 1; i <= 1000; ++i)
            queue.on_step(step(i, true));
        QVERIFY(queue.drain().steps.size() <= 64);
    }

    void a_flood_of_training_stays_within_the_capacity_and_in_order() {
        EventQueue queue(64);
        for (std::int64_t i = 1; i <= 10000; ++i)
            queue.on_training({.layer = 0, .layers = 1, .step = i, .steps = 10000, .loss = 1});
        const auto batch = queue.drain();
        QVERIFY(batch.training.size() <= 64);
        QVERIFY(std::ranges::is_sorted(batch.training, {}, &TrainingPoint::step));
        QCOMPARE(batch.training.back().step, 10000);
        QVERIFY(queue.drain().empty());
    }

    void a_start_brings_the_whole_training_and_so_replaces_what_was_pending_of_it() {
        EventQueue queue;
        const TrainingPoint point{.layer = 0, .layers = 1, .step = 1, .steps = 1, .loss = 0.5};
        queue.on_training(point);
        RunStarted started;
        started.training = {point};
        queue.on_started(started);
        const auto batch = queue.drain();
        QVERIFY(batch.training.empty());
        QCOMPARE(batch.started->training, std::vector{point});
    }

    void errors_are_coalesced_to_the_latest_of_each_matrix() {
        EventQueue queue;
        for (int i = 0; i < 50; ++i)
            queue.on_errors({{.layer = 1, .projection = "fc1", .mse = i * 1.0}, {.layer = 1, .projection = "fc2"}});
        const auto batch = queue.drain();
        QCOMPARE(batch.errors.size(), 2U);
        QCOMPARE(batch.errors.front().mse, 49.0);
    }

    void draining_empties_the_queue_but_not_the_counts() {
        EventQueue queue;
        queue.on_step(step(1, true));
        QVERIFY(!queue.drain().empty());
        QVERIFY(queue.drain().empty());
        queue.on_step(step(2, false));
        QCOMPARE(queue.drain().statistics->total.proposed, 2);
    }

    void nothing_is_lost_between_a_producer_and_a_consumer() {
        EventQueue queue(1024);
        constexpr std::int64_t count = 200000;
        std::atomic<bool> done = false;
        std::jthread producer([&] {
            for (std::int64_t i = 1; i <= count; ++i)
                queue.on_step(step(i, false));
            queue.on_finished({.steps = count});
            done = true;
        });
        std::int64_t seen = 0;
        std::int64_t last = 0;
        bool finished = false;
        while (!finished) {
            const auto batch = queue.drain();
            seen += static_cast<std::int64_t>(batch.steps.size()) + batch.dropped;
            if (batch.latest) {
                QVERIFY(batch.latest->step > last);
                last = batch.latest->step;
            }
            finished = batch.finished.has_value();
        }
        QCOMPARE(seen, count);
        QVERIFY(done || finished);
    }
};

QTEST_APPLESS_MAIN(TestEventQueue)
#include "tst_event_queue.moc"
