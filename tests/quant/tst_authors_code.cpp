// SPDX-License-Identifier: GPL-3.0-or-later
// Methods on tiny checkpoints beside their authors' own code on the same tokens (tests/golden/make_gptq.py,
// make_auto_round.py).
#include "core/evaluate/forward_pass.h"
#include "core/evaluate/perplexity.h"
#include "core/model/compute.h"
#include "core/model/language_model.h"
#include "core/quant/method.h"
#include "support/recorded_methods.h"

#include <ATen/ATen.h>

#include <QTest>

using namespace invar;

namespace {

/// A checkpoint with the tokens that the scripts gave it.
class TinyModel {
public:
    TinyModel(const QString &name, const nlohmann::json &recorded)
        : model_(LanguageModel::open(test::golden(qPrintable((name == "tiny-opt" ? "" : "families/") + name)))),
          calibration_(test::ids_of(recorded.at("calibration"))), heldout_(test::ids_of(recorded.at("heldout"))),
          states_(last_states(*model_)) {}

    [[nodiscard]] const LanguageModel &model() const { return *model_; }

    [[nodiscard]] std::shared_ptr<const LanguageModel>
    after(const char *method, const GridPlan &grids, const MethodOptions &options = {}, std::uint64_t seed = 0) const {
        const auto start = make_starting_method(method)->quantize({.family = model_->family(),
                                                                   .weights = model_->weights(),
                                                                   .calibration = calibration_,
                                                                   .grids = grids,
                                                                   .options = options,
                                                                   .seed = seed},
                                                                  {});
        return model_->with_weights(std::make_shared<const ModelWeights>(start.quantized));
    }

    /// Mean squared error of the held-out tokens' states after the last norm.
    [[nodiscard]] double error_of(const LanguageModel &quantized) const {
        return (last_states(quantized) - states_).to(at::kDouble).square().mean().item<double>();
    }

    /// Mean of the held-out tokens' cross-entropies, nats.
    [[nodiscard]] double cross_entropy(const LanguageModel &model) const {
        const auto flat = heldout_.flatten().to(at::kInt);
        const std::span ids(flat.const_data_ptr<std::int32_t>(), static_cast<std::size_t>(flat.numel()));
        return std::log(measure_perplexity(model, ids, {.window = heldout_.size(1)}).perplexity);
    }

private:
    [[nodiscard]] at::Tensor last_states(const LanguageModel &model) const {
        const ForwardPass pass(model, Precision::float32, "cpu");
        return model.family().head_input(pass.weights(), pass.hidden_states(heldout_));
    }

    std::shared_ptr<const LanguageModel> model_;
    at::Tensor calibration_, heldout_, states_;
};

} // namespace

class TestAuthorsCode : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void gptq_leaves_a_model_as_its_authors_scripts_do_data() {
        QTest::addColumn<int>("index");
        const auto all = test::recorded_methods("gptq_models.json");
        for (int index = 0; const auto &entry : all.at("cases"))
            QTest::addRow("%s, %d bits, %s", entry.at("model").get<std::string>().c_str(), entry.at("bits").get<int>(),
                          entry.at("actorder").get<bool>() ? "by importance" : "in order")
                << index++;
    }
    void gptq_leaves_a_model_as_its_authors_scripts_do() {
        QFETCH(int, index);
        const ComputeScope scope(0);
        const auto all = test::recorded_methods("gptq_models.json");
        const auto &theirs = all.at("cases").at(static_cast<std::size_t>(index));
        const TinyModel checkpoint(QString::fromStdString(theirs.at("model")), all);
        const auto &entropies = theirs.at("cross_entropy");
        QVERIFY(std::abs(checkpoint.cross_entropy(checkpoint.model()) - entropies.at("full").get<double>()) < 1e-3);
        const auto ours = checkpoint.after("gptq", Grid{.bits = theirs.at("bits"), .group_size = all.at("group")},
                                           {{"act-order", theirs.at("actorder").get<bool>() ? 1 : 0}});
        const auto error = checkpoint.error_of(*ours) / theirs.at("hidden_error").get<double>();
        const auto perplexity = std::exp(checkpoint.cross_entropy(*ours) - entropies.at("gptq").get<double>());
        const auto message =
            QStringLiteral("ours by theirs: error %1, perplexity %2").arg(error, 0, 'f', 4).arg(perplexity, 0, 'f', 4);
        qInfo().noquote() << message;
        QVERIFY2(std::abs(perplexity - 1) < 0.02, qPrintable(message));
        QVERIFY2(std::abs(error - 1) < 0.02, qPrintable(message));
    }

    /// The package leaves matrices at 16 bits whose rows or columns are no multiple of 32: the Llama's keys and values.
    void auto_round_leaves_states_as_near_to_full_precision_as_its_package_does_data() {
        QTest::addColumn<QString>("model");
        QTest::addColumn<int>("bits");
        QTest::addColumn<QString>("layer_bits");
        for (const int bits : {2, 3}) {
            QTest::addRow("OPT, %d bits", bits) << "tiny-opt" << bits << "";
            QTest::addRow("Llama, %d bits", bits) << "llama-tied" << bits << "k_proj:8,v_proj:8";
        }
    }
    void auto_round_leaves_states_as_near_to_full_precision_as_its_package_does() {
        QFETCH(QString, model);
        QFETCH(int, bits);
        QFETCH(QString, layer_bits);
        const ComputeScope scope(0);
        const auto tiny = test::recorded_methods("auto_round.json").at("tiny");
        nlohmann::json theirs;
        for (const auto &entry : tiny.at("cases"))
            if (entry.at("model") == model.toStdString() && entry.at("bits") == bits)
                theirs = entry.at("hidden_error");
        QVERIFY(!theirs.is_null());
        const TinyModel checkpoint(model, tiny);
        const Grid grid{.bits = bits, .group_size = tiny.at("group")};
        QVERIFY(std::abs(checkpoint.error_of(*checkpoint.after("rtn", grid)) / theirs.at("rtn").get<double>() - 1) <
                0.01);
        const GridPlan grids(grid, LayerBits::parse(layer_bits.toStdString()), checkpoint.model().info());
        constexpr int seeds = 4; // other samples are drawn than in the package: as good in the mean
        double ours = 0;
        for (int seed = 0; seed < seeds; ++seed)
            ours += checkpoint.error_of(*checkpoint.after(
                        "autoround", grids, {{"iterations", tiny.at("iterations")}, {"batch", tiny.at("batch")}},
                        static_cast<std::uint64_t>(seed))) /
                    seeds;
        const auto of_package = theirs.at("auto_round").get<double>();
        qInfo("ours %.4f, the package's %.4f", ours, of_package);
        // One seed of the package: at 3 bits of the OPT four of them span 0.072 to 0.079.
        QVERIFY2(ours < 1.2 * of_package, qPrintable(QStringLiteral("%1 against %2").arg(ours).arg(of_package)));
    }
};

QTEST_GUILESS_MAIN(TestAuthorsCode)
#include "tst_authors_code.moc"
