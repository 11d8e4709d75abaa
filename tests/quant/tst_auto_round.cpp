// SPDX-License-Identifier: GPL-3.0-or-later
// AutoRound on tiny checkpoints beside its own package on the same tokens (tests/golden/make_auto_round.py).
#include "core/base/files.h"
#include "core/evaluate/forward_pass.h"
#include "core/model/compute.h"
#include "core/model/language_model.h"
#include "core/quant/method.h"
#include "support/golden.h"

#include <nlohmann/json.hpp>

#include <ATen/ATen.h>

#include <QTest>

using namespace invar;

namespace {

at::Tensor ids_of(const nlohmann::json &rows) {
    std::vector<at::Tensor> tensors;
    for (const auto &row : rows)
        tensors.push_back(at::tensor(row.get<std::vector<std::int64_t>>(), at::kLong));
    return at::stack(tensors);
}

/// After the last norm.
at::Tensor last_states(const LanguageModel &model, const at::Tensor &ids) {
    const ForwardPass pass(model, Precision::float32, "cpu");
    return model.family().head_input(pass.weights(), pass.hidden_states(ids));
}

} // namespace

class TestAutoRound : public QObject {
    Q_OBJECT
private Q_SLOTS:
    /// The package leaves matrices at 16 bits whose rows or columns are no multiple of 32: the Llama's keys and values.
    void it_leaves_the_states_as_near_to_full_precision_as_its_package_does_data() {
        QTest::addColumn<QString>("model");
        QTest::addColumn<int>("bits");
        QTest::addColumn<QString>("layer_bits");
        for (const int bits : {2, 3}) {
            QTest::addRow("OPT, %d bits", bits) << "tiny-opt" << bits << "";
            QTest::addRow("Llama, %d bits", bits) << "llama-tied" << bits << "k_proj:8,v_proj:8";
        }
    }
    void it_leaves_the_states_as_near_to_full_precision_as_its_package_does() {
        QFETCH(QString, model);
        QFETCH(int, bits);
        QFETCH(QString, layer_bits);
        const ComputeScope scope(0);
        const auto recorded = nlohmann::json::parse(read_text_file(test::golden("methods/auto_round.json"))).at("tiny");
        nlohmann::json theirs;
        for (const auto &entry : recorded.at("cases"))
            if (entry.at("model") == model.toStdString() && entry.at("bits") == bits)
                theirs = entry.at("hidden_error");
        QVERIFY(!theirs.is_null());
        const auto full =
            LanguageModel::open(test::golden(qPrintable((model == "tiny-opt" ? "" : "families/") + model)));
        const auto heldout = ids_of(recorded.at("heldout"));
        const auto calibration = ids_of(recorded.at("calibration"));
        const auto exact = last_states(*full, heldout);
        const Grid grid{.bits = bits, .group_size = recorded.at("group")};
        const auto error_after = [&](const char *method, const GridPlan &grids, const MethodOptions &options,
                                     std::uint64_t seed) {
            const auto start = make_starting_method(method)->quantize({.family = full->family(),
                                                                       .weights = full->weights(),
                                                                       .calibration = calibration,
                                                                       .grids = grids,
                                                                       .options = options,
                                                                       .seed = seed},
                                                                      {});
            const auto quantized = full->with_weights(std::make_shared<const ModelWeights>(start.quantized));
            return (last_states(*quantized, heldout) - exact).to(at::kDouble).square().mean().item<double>();
        };
        QVERIFY(std::abs(error_after("rtn", grid, {}, 0) / theirs.at("rtn").get<double>() - 1) < 0.01);
        const GridPlan grids(grid, LayerBits::parse(layer_bits.toStdString()), full->info());
        constexpr int seeds = 4; // other samples are drawn than in the package: as good in the mean
        double ours = 0;
        for (int seed = 0; seed < seeds; ++seed)
            ours += error_after("autoround", grids,
                                {{"iterations", recorded.at("iterations")}, {"batch", recorded.at("batch")}},
                                static_cast<std::uint64_t>(seed)) /
                    seeds;
        const auto of_package = theirs.at("auto_round").get<double>();
        qInfo("ours %.4f, the package's %.4f", ours, of_package);
        // One seed of the package: at 3 bits of the OPT four of them span 0.072 to 0.079.
        QVERIFY2(ours < 1.2 * of_package, qPrintable(QStringLiteral("%1 against %2").arg(ours).arg(of_package)));
    }
};

QTEST_GUILESS_MAIN(TestAutoRound)
#include "tst_auto_round.moc"
