// SPDX-License-Identifier: GPL-3.0-or-later
// The starting methods on the demo model beside their authors' own code on the same tokens
// (tests/golden/make_demo_methods.py, make_auto_round.py).
#include "core/base/files.h"
#include "core/evaluate/perplexity.h"
#include "core/model/compute.h"
#include "core/quant/method.h"
#include "core/search/open_model.h"
#include "support/recorded_methods.h"

#include <ATen/ATen.h>

#include <QTest>

#include <algorithm>

using namespace invar;

namespace {

constexpr std::int64_t window = 128;

struct Demo {
    std::shared_ptr<const LanguageModel> model = open_model("demo");
    std::vector<std::int32_t> heldout = ids_of("heldout.txt");
    at::Tensor calibration =
        at::tensor(ids_of("calibration.txt"), at::kInt).to(at::kLong).slice(0, 0, 32 * window).view({32, window});

    [[nodiscard]] std::vector<std::int32_t> ids_of(const char *text) const {
        return model->tokenizer().encode(read_text_file(demo_folder() / text), false);
    }
    [[nodiscard]] double perplexity(const LanguageModel &which) const {
        return measure_perplexity(which, heldout, {.window = window, .tokens = 8192}).perplexity;
    }
    [[nodiscard]] double perplexity_after(const char *method, int bits, const MethodOptions &options = {}) const {
        const auto start = make_starting_method(method)->quantize({.family = model->family(),
                                                                   .weights = model->weights(),
                                                                   .calibration = calibration,
                                                                   .grids = Grid{.bits = bits, .group_size = 64},
                                                                   .options = options},
                                                                  {});
        return perplexity(*model->with_weights(std::make_shared<const ModelWeights>(start.quantized)));
    }
};

} // namespace

class TestDemoMethods : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() {
        try {
            static_cast<void>(demo_folder());
        } catch (const std::exception &error) {
            QSKIP(error.what());
        }
    }

    void rounding_to_nearest_equals_the_recorded_perplexities() {
        const ComputeScope scope(0);
        const Demo demo;
        const auto golden = test::recorded_methods("demo_methods.json");
        QVERIFY(std::abs(demo.perplexity(*demo.model) / golden["perplexity"].get<double>() - 1) < 1e-3);
        for (const auto &entry : golden["rtn"])
            QVERIFY(std::abs(demo.perplexity_after("rtn", entry["bits"]) / entry["perplexity"].get<double>() - 1) <
                    2e-3);
    }

    void a_method_is_as_good_as_its_authors_code_data() {
        QTest::addColumn<QString>("method");
        QTest::addColumn<QString>("variant");
        QTest::addColumn<int>("bits");
        QTest::addColumn<QString>("options");
        QTest::addColumn<double>("share"); ///< by which ours may differ; what trains may also be better
        for (const int bits : {2, 3}) {
            const auto add = [bits](const char *method, const char *variant, const char *options, double share) {
                QTest::addRow("%s, %s, %d bits", method, variant, bits)
                    << method << variant << bits << options << share;
            };
            add("gptq", "plain", "act-order=0", 0.02);
            add("gptq", "actorder, static groups", "act-order=1", 0.02);
            add("awq", "scale and clip", "", 0.02);
        }
        QTest::newRow("omniquant, lwc, 2 bits") << "omniquant"
                                                << "lwc" << 2 << "transform=0,epochs=20" << 0.05;
        QTest::newRow("omniquant, lwc+let, 2 bits") << "omniquant"
                                                    << "lwc+let" << 2 << "transform=1,epochs=20" << 0.05;
    }
    void a_method_is_as_good_as_its_authors_code() {
        QFETCH(QString, method);
        QFETCH(QString, variant);
        QFETCH(int, bits);
        QFETCH(QString, options);
        QFETCH(double, share);
        const ComputeScope scope(0);
        const Demo demo;
        double theirs = 0;
        const auto golden = test::recorded_methods("demo_methods.json");
        for (const auto &entry : golden["cases"])
            if (entry["method"] == method.toStdString() && entry["variant"] == variant.toStdString() &&
                entry["bits"] == bits)
                theirs = entry["perplexity"];
        QVERIFY(theirs > 0);
        const auto ours =
            demo.perplexity_after(method.toUtf8().constData(), bits, parse_method_options(options.toStdString()));
        qInfo("%s: ours %.3f, theirs %.3f", QTest::currentDataTag(), ours, theirs);
        const auto message = QStringLiteral("%1 against %2").arg(ours).arg(theirs);
        QVERIFY2(ours < theirs * (1 + share), qPrintable(message));
        if (method != QStringLiteral("omniquant"))
            QVERIFY2(ours > theirs * (1 - share), qPrintable(message));
    }

    void auto_round_is_as_good_as_its_package_data() {
        QTest::addColumn<int>("bits");
        for (const int bits : {2, 3})
            QTest::addRow("%d bits", bits) << bits;
    }
    void auto_round_is_as_good_as_its_package() {
        QFETCH(int, bits);
        const ComputeScope scope(0);
        const Demo demo;
        const auto golden = test::recorded_methods("auto_round.json")["demo"];
        const auto &cases = golden["cases"];
        const auto entry =
            std::find_if(cases.begin(), cases.end(), [&](const auto &one) { return one["bits"] == bits; });
        QVERIFY(entry != cases.end()); // of two seeds the first
        const auto ours = demo.perplexity_after(
            "autoround", bits,
            {{"iterations", (*entry)["iterations"].get<double>()}, {"batch", golden["batch"].get<double>()}});
        const auto theirs = (*entry)["perplexity"]["auto_round"].get<double>();
        qInfo("AutoRound, %d bits: ours %.3f, theirs %.3f", bits, ours, theirs);
        QVERIFY2(ours < theirs * 1.03, qPrintable(QStringLiteral("%1 against %2").arg(ours).arg(theirs)));
    }
};

QTEST_APPLESS_MAIN(TestDemoMethods)
#include "tst_demo_methods.moc"
