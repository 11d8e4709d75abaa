// SPDX-License-Identifier: GPL-3.0-or-later
// Output errors by Gram matrices against the same computed from the activations themselves.
#include "core/quant/output_error.h"

#include "core/model/compute.h"
#include "core/model/language_model.h"
#include "core/quant/method.h"
#include "quant/tiny_calibration.h"
#include "support/error_of.h"
#include "support/golden.h"

#include <ATen/ATen.h>

#include <QTest>

#include <algorithm>
#include <cmath>

using namespace invar;
using test::calibration;
using test::grid;

namespace {

StartingPoint quantized_by(const char *method, const LanguageModel &model, const at::Tensor &ids) {
    return make_starting_method(method)->quantize(
        {.family = model.family(), .weights = model.weights(), .calibration = ids, .grids = grid}, {});
}

OutputErrors measured(const LanguageModel &model, const StartingPoint &start, const at::Tensor &ids) {
    return output_errors(model.family(), LayerWalk(model.family(), start.reference, output_error_ids(ids)),
                         [&start](std::size_t layer) { return start.reference.layers[layer]; }, start.quantized.layers,
                         {});
}

/// ||X (W - Q)^T|| / ||X W^T|| from all that the projection reads in the full-precision model, in float64.
double direct(const LanguageModel &model, const StartingPoint &start, const at::Tensor &ids, std::size_t layer,
              std::size_t projection) {
    const auto &family = model.family();
    auto hidden = family.embed(start.reference, ids);
    for (std::size_t i = 0; i < layer; ++i)
        hidden = family.run_layer(start.reference.layers[i], hidden);
    at::Tensor read;
    auto watched = start.reference.layers[layer];
    watched.projections[projection].listener =
        std::make_shared<const InputListener>([&read](const at::Tensor &input) { read = input.to(at::kDouble); });
    static_cast<void>(family.run_layer(watched, hidden));
    const auto exact = start.reference.layers[layer].projections[projection].weight.to(at::kDouble);
    const auto rounded = start.quantized.layers[layer].projections[projection].weight.to(at::kDouble);
    const auto norm = [](const at::Tensor &tensor) { return tensor.square().sum().item<double>(); };
    return std::sqrt(norm(at::matmul(read, (exact - rounded).t())) / norm(at::matmul(read, exact.t())));
}

double mean(const OutputErrors &errors) {
    double sum = 0;
    std::size_t count = 0;
    for (const auto &layer : errors)
        for (const auto &error : layer) {
            sum += error.value();
            ++count;
        }
    return sum / static_cast<double>(count);
}

} // namespace

class TestOutputError : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void it_equals_the_error_computed_from_the_activations_data() {
        QTest::addColumn<QString>("folder");
        QTest::addColumn<QString>("method");
        for (const char *method : {"rtn", "awq"}) // AWQ's reference has other activations than the model
            for (const char *folder :
                 {"tiny-opt", "tiny-opt-350m", "families/llama-biased", "families/phi3-window", "families/gpt2-plain"})
                QTest::addRow("%s of %s", method, folder) << folder << method;
    }
    void it_equals_the_error_computed_from_the_activations() {
        QFETCH(QString, folder);
        QFETCH(QString, method);
        const ComputeScope scope(1);
        const auto model = LanguageModel::open(test::golden(qPrintable(folder)));
        const auto ids = calibration();
        const auto start = quantized_by(qPrintable(method), *model, ids);
        const auto errors = measured(*model, start, ids);
        QCOMPARE(errors.size(), static_cast<std::size_t>(model->info().layers));
        for (std::size_t layer = 0; layer < errors.size(); ++layer) {
            QCOMPARE(errors[layer].size(), model->info().projections.size());
            for (std::size_t i = 0; i < errors[layer].size(); ++i) {
                const auto expected = direct(*model, start, ids, layer, i);
                QVERIFY(expected > 0);
                QVERIFY2(std::abs(errors[layer][i].value() / expected - 1) < 1e-4,
                         qPrintable(QStringLiteral("layer %1, %2: %3 instead of %4")
                                        .arg(layer)
                                        .arg(QString::fromStdString(model->info().projections[i]))
                                        .arg(errors[layer][i].value())
                                        .arg(expected)));
            }
        }
    }

    void what_is_not_quantized_has_none() {
        const ComputeScope scope(1);
        const auto model = LanguageModel::open(test::golden("families/llama-biased"));
        const StartingPoint start{
            .reference = model->weights(), .base = model->weights(), .quantized = model->weights()};
        for (const auto &layer : measured(*model, start, calibration()))
            for (const auto &error : layer)
                QCOMPARE(error.value(), 0.0);
    }

    void gptq_makes_it_less_than_rounding_to_nearest_does_on_the_same_grid_data() {
        QTest::addColumn<QString>("folder");
        for (const char *folder : {"tiny-opt", "families/llama-biased"})
            QTest::addRow("%s", folder) << folder;
    }
    void gptq_makes_it_less_than_rounding_to_nearest_does_on_the_same_grid() {
        QFETCH(QString, folder);
        const ComputeScope scope(1);
        const auto model = LanguageModel::open(test::golden(qPrintable(folder)));
        const auto ids = calibration();
        const auto nearest = mean(measured(*model, quantized_by("rtn", *model, ids), ids));
        const auto gptq = mean(measured(*model, quantized_by("gptq", *model, ids), ids));
        QVERIFY2(gptq < 0.95 * nearest, qPrintable(QStringLiteral("%1 against %2").arg(gptq).arg(nearest)));
    }

    void a_matrix_that_gives_nothing_has_no_relative_error() {
        const ComputeScope scope(1);
        const auto model = LanguageModel::open(test::golden("tiny-opt"));
        auto start = quantized_by("rtn", *model, calibration());
        auto &weight = start.reference.layers[1].projections[0].weight;
        weight = at::zeros_like(weight);
        const auto errors = measured(*model, start, calibration());
        QVERIFY(!errors[1][0]);
        QVERIFY(errors[1][1]);
    }

    void no_more_than_the_first_4096_tokens_are_taken_in_whole_sequences() {
        const auto shape = [](std::int64_t sequences, std::int64_t tokens) {
            return output_error_ids(at::zeros({sequences, tokens}, at::kLong)).sizes().vec();
        };
        QCOMPARE(shape(4, 16), (std::vector<std::int64_t>{4, 16}));
        QCOMPARE(shape(128, 512), (std::vector<std::int64_t>{8, 512}));
        QCOMPARE(shape(9, 1000), (std::vector<std::int64_t>{4, 1000}));
        QCOMPARE(shape(3, 5000), (std::vector<std::int64_t>{1, 4096}));
    }

    void a_stop_between_layers_ends_it() {
        const ComputeScope scope(1);
        const auto model = LanguageModel::open(test::golden("tiny-opt"));
        const auto ids = calibration();
        const auto start = quantized_by("rtn", *model, ids);
        std::stop_source stop;
        int layers = 0;
        const Task task{.stop = stop.get_token(), .progress = [&](double, std::string_view) {
                            if (++layers == 2)
                                stop.request_stop();
                        }};
        QVERIFY_EXCEPTION_THROWN(
            static_cast<void>(output_errors(
                model->family(), LayerWalk(model->family(), start.reference, ids),
                [&start](std::size_t layer) { return start.reference.layers[layer]; }, start.quantized.layers, task)),
            Cancelled);
        QCOMPARE(layers, 2);
    }
};

QTEST_APPLESS_MAIN(TestOutputError)
#include "tst_output_error.moc"
