// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/quant/training_curve.h"

#include <QTest>

#include <algorithm>
#include <utility>
#include <vector>

using namespace invar;

namespace {

std::vector<TrainingPoint> points_of(std::int64_t steps, std::int64_t together, auto &&loss_at) {
    std::vector<TrainingPoint> points;
    TrainingLog log([&](const TrainingPoint &point) { points.push_back(point); }, 1, 4, steps, together);
    for (std::int64_t step = 1; step <= steps; ++step)
        log.add(loss_at(step));
    return points;
}

} // namespace

class TestTrainingCurve : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void few_steps_are_a_point_each() {
        const auto points = points_of(200, 1, [](std::int64_t step) { return 1.0 / static_cast<double>(step); });
        QCOMPARE(points.size(), std::size_t{200});
        QCOMPARE(points[0], (TrainingPoint{.layer = 1, .layers = 4, .step = 1, .steps = 200, .loss = 1}));
        QCOMPARE(points[199], (TrainingPoint{.layer = 1, .layers = 4, .step = 200, .steps = 200, .loss = 1.0 / 200}));
    }

    void many_steps_are_thinned_out_to_their_means() {
        for (const std::int64_t steps : {201, 999, 100000}) {
            const auto points = points_of(steps, 1, [](std::int64_t step) { return static_cast<double>(step); });
            QVERIFY(std::cmp_less_equal(points.size(), most_training_points));
            QVERIFY(points.size() > 100);
            QVERIFY(std::ranges::is_sorted(points, {}, &TrainingPoint::step));
            QCOMPARE(points.back().step, steps); // also where it does not divide
            QCOMPARE(points[0].loss, static_cast<double>(1 + points[0].step) / 2);
        }
    }

    void steps_of_an_epoch_stay_together() {
        const auto points = points_of(70, 7, [](std::int64_t step) { return step % 7 == 1 ? 7.0 : 0.0; });
        QCOMPARE(points.size(), std::size_t{10});
        for (const auto &point : points) {
            QCOMPARE(point.step % 7, 0);
            QCOMPARE(point.loss, 1.0);
        }
    }

    void nobody_need_listen() {
        TrainingLog log({}, 0, 1, 3);
        log.add(1);
        log.add(2);
        log.add(3);
    }
};

QTEST_APPLESS_MAIN(TestTrainingCurve)
#include "tst_training_curve.moc"
