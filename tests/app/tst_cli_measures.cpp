// SPDX-License-Identifier: GPL-3.0-or-later
// The commands that measure before anything is decided: bench, sensitivity.
#include "app/cli_program.h"

#include <algorithm>
#include <cmath>

using namespace invar::test;

class TestCliMeasures : public QObject {
    Q_OBJECT

private slots:
    void sensitivity_tells_what_each_matrix_and_each_layer_alone_does_to_the_loss() {
        const auto outcome = run_cli(tiny_start("sensitivity", {"--bits", "2", "--json"}));
        VERIFY_STATUS(outcome, 0);
        const auto json = outcome.json();
        const auto matrices = json["matrices"].toArray();
        const auto layers = json["layers"].toArray();
        QCOMPARE(matrices.size(), 18);
        QCOMPARE(layers.size(), 3);
        QVERIFY(json["full_precision_ce"].toDouble() > 0);
        QVERIFY(std::ranges::any_of(matrices, [](const QJsonValue &matrix) {
            const auto of = matrix.toObject();
            return of["layer"].toInt() == 2 && of["projection"].toString() == "fc2";
        }));
        for (const auto &layer : layers)
            QVERIFY(layer.toObject()["rise"].toDouble() != 0 && std::isfinite(layer.toObject()["rise"].toDouble()));
    }

    void at_eight_bits_no_layer_hurts() {
        const auto largest_rise = [](const char *bits) {
            const auto outcome = run_cli(tiny_start("sensitivity", {"--bits", bits, "--json"}));
            double largest = 0;
            for (const auto &layer : outcome.json()["layers"].toArray())
                largest = std::max(largest, std::abs(layer.toObject()["rise"].toDouble()));
            return largest;
        };
        const auto at_two = largest_rise("2");
        QVERIFY(at_two > 0);
        QVERIFY(largest_rise("8") < 0.1 * at_two);
    }

    void sensitivity_for_people_has_a_row_for_each_layer_and_a_column_for_each_projection() {
        const auto outcome = run_cli(tiny_start("sensitivity", {"--bits", "2"}));
        VERIFY_STATUS(outcome, 0);
        for (const char *word : {"layer", "fc1", "fc2", "all of it", "2 bits"})
            QVERIFY2(outcome.out.contains(word), outcome.out.constData());
    }

    void methods_measures_every_starting_method_and_says_why_one_cannot_run() {
        const TemporaryFolder folder;
        QVERIFY(write_bytes(folder / "heldout.txt", QByteArray(400, 'x').replace("xx", "a b")));
        const auto model = tiny_model_with_tokenizer(folder);
        const auto measured = [&](const QStringList &options) {
            auto arguments = tiny_start(
                "methods", {"--text", shown(folder / "heldout.txt"), "--options", "autoround:iterations=3", "--json"});
            arguments[1] = model;
            const auto outcome = run_cli(arguments + options);
            QMap<QString, QJsonObject> rows;
            for (const auto &row : outcome.json()["methods"].toArray())
                rows[row.toObject()["method"].toString()] = row.toObject();
            return rows;
        };
        auto rows = measured({"--bits", "2"});
        for (const char *method : {"", "rtn", "gptq", "awq", "omniquant", "autoround"})
            QVERIFY2(rows[method]["perplexity"].toDouble() > 1, method);
        QCOMPARE(rows["autoround"]["options"].toObject()["iterations"].toInt(), 3);
        rows = measured({"--bits", "1", "--symmetric"});
        QVERIFY(rows["rtn"]["perplexity"].toDouble() > 1);
        QVERIFY(rows["autoround"]["problem"].toString().contains("sign"));
    }

    void sensitivity_for_people_names_the_bits_of_layers_that_have_their_own() {
        const auto outcome = run_cli(tiny_start("sensitivity", {"--bits", "2", "--layer-bits", "0:4,fc2:3"}));
        VERIFY_STATUS(outcome, 0);
        QVERIFY2(outcome.out.contains("its bits (--layer-bits 0:4,fc2:3, else 2)"), outcome.out.constData());
        QVERIFY(!outcome.out.contains("2 bits"));
    }

    void bench_prices_a_search_for_every_way_to_put_gptq_below_it_data() {
        QTest::addColumn<QStringList>("method");
        QTest::newRow("to nearest") << QStringList{};
        QTest::newRow("GPTQ again at every move") << QStringList{"--method", "gptq"};
        QTest::newRow("GPTQ at the start") << QStringList{"--method", "gptq", "--method-options", "in-search=0"};
    }
    void bench_prices_a_search_for_every_way_to_put_gptq_below_it() {
        QFETCH(QStringList, method);
        const auto outcome =
            run_cli(tiny_start("bench", QStringList{"--bits", "2", "--steps", "4", "--json"} + method));
        VERIFY_STATUS(outcome, 0);
        const auto json = outcome.json();
        QCOMPARE(json["steps"].toInt(), 4);
        QCOMPARE(json["threads"].toInt(), 1);
        for (const char *what : {"steps_per_second", "seconds_rounding", "seconds_first_layer", "gflops_in_a_step",
                                 "memory_predicted", "memory_peak"})
            QVERIFY2(json[QLatin1String(what)].toDouble() > 0, what);
        QVERIFY(!json["multiplications"].toArray().isEmpty());
    }

    void gptq_in_the_search_is_foretold_to_need_more_memory_than_gptq_at_the_start() {
        const auto predicted = [](const char *in_search) {
            const auto outcome = run_cli(tiny_start(
                "bench", {"--bits", "2", "--steps", "1", "--json", "--method", "gptq", "--method-options", in_search}));
            return outcome.json()["memory_predicted"].toDouble();
        };
        const auto at_the_start = predicted("in-search=0");
        QVERIFY(at_the_start > 0);
        QVERIFY(predicted("in-search=1") > at_the_start);
    }

    void bench_for_people_says_what_a_thousand_steps_take() {
        const auto outcome = run_cli(tiny_start("bench", {"--bits", "2", "--steps", "2"}));
        VERIFY_STATUS(outcome, 0);
        for (const char *word : {"steps/s", "1,000 steps take", "of which rounding", "matrix products"})
            QVERIFY2(outcome.out.contains(word), outcome.out.constData());
    }
};

QTEST_APPLESS_MAIN(TestCliMeasures)
#include "tst_cli_measures.moc"
