// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/evaluate/weight_source.h"
#include "core/model/weights.h"
#include "core/quant/group_quantizer.h"
#include "core/search/open_model.h"
#include "core/search/run_folder.h"
#include "search/tiny_search.h"
#include "support/error_of.h"

#include <ATen/ATen.h>

#include <QTest>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

using namespace invar;
using namespace invar::test;

namespace {

const MatrixName fc1{.layer = 0, .projection = "fc1"};

std::shared_ptr<const WeightSource> tiny() { return WeightSource::of_model(golden("tiny-opt").string()); }

std::int64_t sum(const std::vector<std::int64_t> &counts) {
    return std::accumulate(counts.begin(), counts.end(), std::int64_t{0});
}

bool near(double a, double b, double relative = 1e-5) {
    return std::abs(a - b) <= relative * std::max(std::abs(a), std::abs(b));
}

double squared_error(const RowView &row) {
    double error = 0;
    for (std::size_t i = 0; i < row.exact.size(); ++i) {
        const double difference = static_cast<double>(row.exact[i]) - static_cast<double>(row.rounded[i]);
        error += difference * difference;
    }
    return error;
}

/// A matrix of an opened model, as the row views must have it.
at::Tensor weight_of(const LanguageModel &model, const MatrixName &name) {
    const auto &names = model.info().projections;
    const auto index = static_cast<std::size_t>(std::ranges::find(names, name.projection) - names.begin());
    return model.weights().layers.at(static_cast<std::size_t>(name.layer)).projections.at(index).weight;
}

at::Tensor rounded_matrix(const MatrixSnapshot &snapshot, std::int64_t rows) {
    std::vector<at::Tensor> all;
    for (std::int64_t row = 0; row < rows; ++row)
        all.push_back(at::tensor(snapshot.row(row).rounded));
    return at::stack(all);
}

} // namespace

class TestMatrixView : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void every_weight_is_counted_once_before_and_after_rounding() {
        const auto source = tiny();
        for (const auto &matrix : source->info().matrices) {
            const MatrixName name{.layer = matrix.layer, .projection = matrix.projection};
            const auto view = source->rounded(name, {.bits = 3, .group_size = 8})->view(50);
            QCOMPARE(view.rows, matrix.rows);
            QCOMPARE(view.columns, matrix.cols);
            QCOMPARE(view.groups * view.group_size, matrix.cols);
            QCOMPARE(view.error.layer, matrix.layer);
            QCOMPARE(view.error.projection, matrix.projection);
            QCOMPARE(view.histogram.before.size(), std::size_t{50});
            QCOMPARE(sum(view.histogram.before), matrix.rows * matrix.cols);
            QCOMPARE(sum(view.histogram.after), matrix.rows * matrix.cols);
            QVERIFY(view.histogram.low <= view.minimum && view.maximum <= view.histogram.high);
            QVERIFY(view.minimum < 0 && view.maximum > 0);
        }
    }

    void counts_stand_in_the_bin_between_their_edges() {
        const std::vector<float> before{0, 0.9F, 1, 3.5F, 4};
        const std::vector<float> after{0, 0, 0, 4, 4};
        const auto histogram = count_weights(before, after, 4);
        QCOMPARE(histogram.edges(), (std::vector<double>{0, 1, 2, 3, 4}));
        QCOMPARE(histogram.before, (std::vector<std::int64_t>{2, 1, 0, 2}));
        QCOMPARE(histogram.after, (std::vector<std::int64_t>{3, 0, 0, 2}));
    }

    void equal_weights_and_none_can_be_counted_and_what_is_no_number_is_left_out() {
        const std::vector<float> equal(7, 0.25F);
        const auto same = count_weights(equal, equal, 10);
        QCOMPARE(sum(same.before), std::int64_t{7});
        QVERIFY(same.low < 0.25 && same.high > 0.25);
        QCOMPARE(sum(count_weights({}, {}, 10).before), std::int64_t{0});
        const std::vector<float> broken{1, std::numeric_limits<float>::quiet_NaN(),
                                        std::numeric_limits<float>::infinity(), 2};
        const auto counted = count_weights(broken, {}, 10);
        QCOMPARE(sum(counted.before), std::int64_t{2});
        QCOMPARE(counted.high, 2.0);
    }

    void every_rounded_weight_is_a_level_of_its_group_and_the_nearest_one_data() {
        QTest::addColumn<int>("bits");
        QTest::addColumn<bool>("symmetric");
        for (const int bits : {1, 2, 3, 4, 8})
            for (const bool symmetric : {false, true})
                QTest::addRow("%d bits%s", bits, symmetric ? ", symmetric" : "") << bits << symmetric;
    }
    void every_rounded_weight_is_a_level_of_its_group_and_the_nearest_one() {
        QFETCH(int, bits);
        QFETCH(bool, symmetric);
        const auto snapshot = tiny()->rounded(fc1, {.bits = bits, .group_size = 8, .symmetric = symmetric});
        const auto rows = snapshot->view().rows;
        QVERIFY(rows > 1);
        for (std::int64_t index = 0; index < rows; ++index) {
            const auto row = snapshot->row(index);
            QCOMPARE(row.exact.size(), row.scales.size() * 8);
            for (std::size_t column = 0; column < row.exact.size(); ++column) {
                const auto group = column / 8;
                const auto levels = row.levels(static_cast<std::int64_t>(group));
                QCOMPARE(levels.size(), std::size_t{1} << bits);
                const auto distance = [&](float weight) {
                    double least = std::numeric_limits<double>::infinity();
                    for (const double level : levels)
                        least = std::min(least, std::abs(level - static_cast<double>(weight)));
                    return least;
                };
                const double scale = row.scales[group];
                QVERIFY(distance(row.rounded[column]) <= 1e-4 * scale);
                const double moved = std::abs(static_cast<double>(row.exact[column] - row.rounded[column]));
                QVERIFY(moved <= distance(row.exact[column]) + 1e-4 * scale);
            }
        }
    }

    void errors_of_a_row_and_of_the_matrix_are_those_counted_by_hand() {
        const auto snapshot = tiny()->rounded({.layer = 1, .projection = "fc2"}, {.bits = 2, .group_size = 16});
        const auto view = snapshot->view();
        double error = 0;
        double square = 0;
        for (std::int64_t index = 0; index < view.rows; ++index) {
            const auto row = snapshot->row(index);
            const double of_row = squared_error(row);
            double norm = 0;
            for (const double weight : row.exact)
                norm += weight * weight;
            QVERIFY(of_row > 0);
            QVERIFY(near(row.mse, of_row / static_cast<double>(view.columns)));
            QVERIFY(near(row.sqnr_db, 10 * std::log10(norm / of_row)));
            error += of_row;
            square += norm;
        }
        QVERIFY(near(view.error.mse, error / static_cast<double>(view.rows * view.columns)));
        QVERIFY(near(view.error.sqnr_db, 10 * std::log10(square / error)));
    }

    void a_map_of_scales_has_each_or_the_mean_of_a_block() {
        const auto snapshot = tiny()->rounded(fc1, {.bits = 2, .group_size = 8});
        const auto view = snapshot->view();
        std::vector<std::vector<float>> scales;
        for (std::int64_t index = 0; index < view.rows; ++index)
            scales.push_back(snapshot->row(index).scales);
        QCOMPARE(view.scales.rows, view.rows);
        QCOMPARE(view.scales.columns, view.groups);
        QCOMPARE(view.scales.row_step, std::int64_t{1});
        for (std::size_t i = 0; i < view.scales.values.size(); ++i)
            QCOMPARE(view.scales.values[i],
                     scales[i / static_cast<std::size_t>(view.groups)][i % static_cast<std::size_t>(view.groups)]);

        const auto small = snapshot->view(10, 3).scales; // 3 cells do not divide the rows: the last have fewer
        QVERIFY(small.rows <= 3 && small.columns <= 3 && view.rows % small.row_step != 0);
        for (std::int64_t row = 0; row < small.rows; ++row)
            for (std::int64_t column = 0; column < small.columns; ++column) {
                double total = 0;
                double count = 0;
                for (auto r = row * small.row_step; r < std::min((row + 1) * small.row_step, view.rows); ++r)
                    for (auto g = column * small.group_step; g < std::min((column + 1) * small.group_step, view.groups);
                         ++g) {
                        total += scales[static_cast<std::size_t>(r)][static_cast<std::size_t>(g)];
                        ++count;
                    }
                QVERIFY(near(small.values[static_cast<std::size_t>(row * small.columns + column)], total / count));
            }
    }

    void a_run_is_shown_as_its_record_and_its_models_have_it_data() {
        QTest::addColumn<QString>("method");
        QTest::addColumn<QString>("moves");
        QTest::newRow("rtn") << "rtn"
                             << "permutation,scaling";
        QTest::newRow("awq") << "awq"
                             << "permutation,scaling,rotation";
        QTest::newRow("gptq") << "gptq"
                              << "permutation,scaling,value-permutation,value-scaling";
        QTest::newRow("residual") << "rtn"
                                  << "residual-permutation";
        QTest::newRow("norms") << "gptq"
                               << "permutation,norm-scaling";
        QTest::newRow("norms and residual") << "rtn"
                                            << "residual-permutation,norm-scaling";
    }
    void a_run_is_shown_as_its_record_and_its_models_have_it() {
        QFETCH(QString, method);
        QFETCH(QString, moves);
        auto settings = tiny_settings();
        settings.method = method.toStdString();
        settings.invariances = parse_invariances(moves.toStdString());
        settings.approximate = true;
        const TemporaryFolder folder;
        RunControl control;
        Listener listener;
        search(settings, folder / "run", control, listener);
        const auto record = read_run_record(folder / "run");
        QVERIFY(record.statistics.total.accepted > 0);
        const auto models = open_run_models(folder / "run");
        const auto source = WeightSource::of_run(folder / "run");

        const auto compare = [&](const std::vector<MatrixError> &errors, WeightState state,
                                 const LanguageModel &model) {
            std::size_t compared = 0;
            for (const auto &error : errors) {
                if (error.projection == layer_output_column)
                    continue;
                const MatrixName name{.layer = error.layer, .projection = error.projection};
                const auto snapshot = source->of_run(name, state);
                const auto view = snapshot->view();
                QVERIFY2(near(view.error.mse, error.mse, 1e-4), qPrintable(QString::fromStdString(error.projection)));
                QVERIFY(near(view.error.sqnr_db, error.sqnr_db, 1e-4));
                QVERIFY(at::equal(rounded_matrix(*snapshot, view.rows), weight_of(model, name)));
                ++compared;
            }
            QCOMPARE(compared, source->info().matrices.size());
        };
        compare(record.errors_at_start, WeightState::at_start, *models.at_start);
        compare(record.errors_now, WeightState::now, *models.current);
    }

    void names_rows_and_grids_that_do_not_fit_are_refused() {
        const auto source = tiny();
        const Grid grid{.bits = 2, .group_size = 8};
        VERIFY_ERROR(source->rounded({.layer = 99, .projection = "fc1"}, grid), "layer 99", "0 to 2");
        VERIFY_ERROR(source->rounded({.layer = -1, .projection = "fc1"}, grid), "layer -1");
        VERIFY_ERROR(source->rounded({.layer = 0, .projection = "gate_proj"}, grid), "gate_proj", "fc1, fc2");
        VERIFY_ERROR(source->rounded(fc1, {.bits = 2, .group_size = 7}), "7", "does not divide");
        VERIFY_ERROR(source->rounded(fc1, {.bits = 9, .group_size = 8}), "9 bits");
        VERIFY_ERROR(source->grid_of(fc1), "without a run");
        const auto snapshot = source->rounded(fc1, grid);
        VERIFY_ERROR(snapshot->row(-1), "row -1", "fc1");
        VERIFY_ERROR(snapshot->row(1'000'000), "row 1000000", "fc1");
        VERIFY_ERROR(WeightSource::of_run(golden("no-such-run")), "no-such-run");
        VERIFY_ERROR(WeightSource::of_model("/no/such/model"), "/no/such/model");
    }
};

QTEST_GUILESS_MAIN(TestMatrixView)
#include "tst_matrix_view.moc"
