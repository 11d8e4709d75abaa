// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/search/sensitivity.h"

#include "core/base/error.h"
#include "core/search/run.h"
#include "core/search/run_state.h"
#include "search/tiny_search.h"
#include "support/error_of.h"

#include <QTest>

#include <algorithm>
#include <cmath>
#include <set>

using namespace invar;

class TestSensitivity : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void each_matrix_and_each_layer_is_measured_once() {
        std::vector<MatrixSensitivity> told;
        const auto sweep =
            measure_sensitivity(test::tiny_settings(), {}, [&](const auto &one) { told.push_back(one); });
        QCOMPARE(sweep.matrices.size(), told.size());
        std::set<std::pair<int, std::string>> places;
        for (const auto &matrix : sweep.matrices) {
            QVERIFY(std::isfinite(matrix.rise));
            QVERIFY(places.emplace(matrix.layer, matrix.projection).second);
        }
        const auto layers = std::ranges::count(sweep.matrices, std::string(), &MatrixSensitivity::projection);
        QCOMPARE(static_cast<std::size_t>(layers) * 7, sweep.matrices.size()); // OPT: six matrices, and all of them
    }

    void eight_bits_hurt_far_less_than_two() {
        auto settings = test::tiny_settings();
        const auto sum = [&](int bits) {
            settings.grid.bits = bits;
            double all = 0;
            for (const auto &matrix : measure_sensitivity(settings, {}).matrices)
                all += std::abs(matrix.rise);
            return all;
        };
        QVERIFY(sum(8) < 0.05 * sum(2));
    }

    void a_rise_is_that_of_a_model_with_this_layer_alone_rounded() {
        auto settings = test::tiny_settings();
        settings.layer_bits = LayerBits::parse("1:2,*:8");
        const test::TemporaryFolder folder;
        const auto sweep = measure_sensitivity(settings, {});
        quantize(settings, folder / "run", {});
        const auto start = read_run_start(folder / "run");
        const auto found = std::ranges::find_if(
            sweep.matrices, [](const auto &matrix) { return matrix.layer == 1 && matrix.projection.empty(); });
        const auto rise = start.ce0 - start.full_precision_ce; // the other layers' 8 bits hardly count
        QVERIFY2(std::abs(found->rise - rise) < 0.1 * std::abs(rise),
                 qPrintable(QStringLiteral("%1 %2").arg(found->rise).arg(rise)));
        QVERIFY(std::abs(sweep.full_precision_ce - start.full_precision_ce) < 1e-6);
    }

    void a_model_whose_usual_moves_change_nothing_is_measured_all_the_same() {
        auto settings = test::tiny_settings("families/gpt2-plain");
        settings.grid.group_size = 0; // whole rows, where a new order is the same
        settings.usual_moves = true;
        QVERIFY(!measure_sensitivity(settings, {}).matrices.empty());
    }

    void it_can_be_stopped_and_refuses_what_a_start_refuses() {
        std::stop_source stop;
        QVERIFY_THROWS_EXCEPTION(Cancelled, measure_sensitivity(test::tiny_settings(), {.stop = stop.get_token()},
                                                                [&](const auto &) { stop.request_stop(); }));
        auto settings = test::tiny_settings();
        settings.grid.group_size = 7;
        VERIFY_ERROR(measure_sensitivity(settings, {}), "7");
    }
};

QTEST_APPLESS_MAIN(TestSensitivity)
#include "tst_sensitivity.moc"
