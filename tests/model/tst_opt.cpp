// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/files.h"
#include "core/model/family.h"
#include "core/model/language_model.h"
#include "core/search/open_model.h"
#include "support/error_of.h"
#include "support/recorded_model.h"

#include <nlohmann/json.hpp>

#include <QTemporaryDir>
#include <QTest>

#include <cmath>
#include <fstream>

using namespace invar;

namespace {

nlohmann::json golden(const char *name) {
    std::ifstream file(std::string(INVAR_GOLDEN_DIR "/") + name);
    return nlohmann::json::parse(file);
}

/// A copy of the golden tiny model's folder whose config.json can be spoilt.
class SpoiltModel {
public:
    SpoiltModel() {
        for (const auto &entry : std::filesystem::directory_iterator(INVAR_GOLDEN_DIR "/tiny-opt"))
            std::filesystem::copy(entry, folder() / entry.path().filename());
    }
    [[nodiscard]] std::filesystem::path folder() const { return directory_.path().toStdString(); }
    void set(const char *key, const nlohmann::json &value) {
        auto config = nlohmann::json::parse(read_text_file(folder() / "config.json"));
        config[key] = value;
        write_file_atomically(folder() / "config.json", config.dump());
    }

private:
    QTemporaryDir directory_;
};

} // namespace

class TestOpt : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void logits_equal_those_of_transformers_data() {
        QTest::addColumn<QString>("name");
        const auto recorded = golden("tiny-opt-logits.json");
        for (const auto &[name, values] : recorded.items())
            QTest::addRow("%s", name.c_str()) << QString::fromStdString(name);
    }
    void logits_equal_those_of_transformers() {
        QFETCH(QString, name);
        const auto recorded = golden("tiny-opt-logits.json").at(name.toStdString());
        const auto model = LanguageModel::open(std::string(INVAR_GOLDEN_DIR "/") + name.toStdString());
        QVERIFY(test::logit_difference(*model, recorded) < 1e-4);
    }

    void perplexity_equals_that_of_transformers_data() { logits_equal_those_of_transformers_data(); }
    void perplexity_equals_that_of_transformers() {
        QFETCH(QString, name);
        const auto recorded = golden("tiny-opt-logits.json").at(name.toStdString()).at("perplexity");
        const auto model = LanguageModel::open(std::string(INVAR_GOLDEN_DIR "/") + name.toStdString());
        QVERIFY(test::perplexity_difference(*model, recorded) < 1e-3);
    }

    void a_model_says_what_it_is() {
        const auto info = LanguageModel::open(INVAR_GOLDEN_DIR "/tiny-opt")->info();
        QCOMPARE(info.family, std::string("opt"));
        QCOMPARE(info.matrices.size(), static_cast<std::size_t>(info.layers) * 6);
        QVERIFY(info.invariances.at(Invariance::permutation) == Exactness::exact);
        QVERIFY(info.invariances.at(Invariance::scaling) == Exactness::exact);
        QVERIFY(info.invariances.at(Invariance::rotation) == Exactness::approximate);
    }

    void visiting_the_tensors_gives_back_the_checkpoint() {
        const auto model = LanguageModel::open(INVAR_GOLDEN_DIR "/tiny-opt-350m");
        const auto checkpoint = Checkpoint::open(model->folder());
        std::size_t visited = 0;
        model->family().visit_tensors(model->weights(), [&](const std::string &name, const at::Tensor &tensor) {
            const auto known = checkpoint.contains(name) ? name : name.substr(std::string("model.").size());
            QVERIFY2(checkpoint.contains(known), name.c_str());
            QCOMPARE(tensor.sizes().vec(), checkpoint.at(known).shape);
            ++visited;
        });
        QVERIFY(visited + 1 >= checkpoint.tensors().size()); // a tied lm_head may be stored twice
    }

    void broken_configurations_are_refused_by_name_data() {
        QTest::addColumn<QString>("key");
        QTest::addColumn<QString>("value");
        QTest::addColumn<QString>("complaint");
        QTest::addRow("unknown architecture") << "model_type"
                                              << "\"mamba\""
                                              << "mamba";
        QTest::addRow("no architecture") << "model_type"
                                         << "null"
                                         << "model_type";
        QTest::addRow("size as text") << "hidden_size"
                                      << "\"32\""
                                      << "hidden_size";
        QTest::addRow("negative size") << "ffn_dim"
                                       << "-4"
                                       << "ffn_dim";
        QTest::addRow("absurd layers") << "num_hidden_layers"
                                       << "100000000"
                                       << "num_hidden_layers";
        QTest::addRow("heads that do not divide") << "num_attention_heads"
                                                  << "5"
                                                  << "num_attention_heads";
        QTest::addRow("unknown activation") << "activation_function"
                                            << "\"swish\""
                                            << "swish";
        QTest::addRow("other shape than stored") << "ffn_dim"
                                                 << "64"
                                                 << "shape";
        QTest::addRow("more layers than stored") << "num_hidden_layers"
                                                 << "9"
                                                 << "layers.";
    }
    void broken_configurations_are_refused_by_name() {
        QFETCH(QString, key);
        QFETCH(QString, value);
        QFETCH(QString, complaint);
        SpoiltModel spoilt;
        spoilt.set(key.toUtf8().constData(), nlohmann::json::parse(value.toStdString()));
        VERIFY_ERROR(LanguageModel::open(spoilt.folder()), QString::fromStdString(spoilt.folder().string()), complaint);
    }

    void a_folder_that_is_no_model_is_refused() {
        const QTemporaryDir empty;
        VERIFY_ERROR(LanguageModel::open(empty.path().toStdString()), empty.path(), "config.json");
        VERIFY_ERROR(LanguageModel::open("/nowhere/at/all"), "does not exist");
        SpoiltModel spoilt;
        write_file_atomically(spoilt.folder() / "config.json", "{\"model_type\": ");
        VERIFY_ERROR(LanguageModel::open(spoilt.folder()), "config.json", "JSON");
    }

    void a_wrong_request_is_refused_with_the_reason() {
        const auto model = LanguageModel::open(INVAR_GOLDEN_DIR "/tiny-opt");
        const std::vector<std::int32_t> outside{1, 100000};
        const std::vector<std::int32_t> few{1, 2, 3};
        VERIFY_ERROR(last_logits(*model, {}, {}), "at least one");
        VERIFY_ERROR(last_logits(*model, outside, {}), "100000", "vocabulary");
        VERIFY_ERROR(measure_perplexity(*model, few, {.window = 8}), "3 tokens", "8");
        VERIFY_ERROR(measure_perplexity(*model, few, {.window = 1}), "window");
        VERIFY_ERROR(measure_perplexity(*model, few, {.window = 1 << 20}), "context");
        VERIFY_ERROR(measure_perplexity(*model, few, {.window = 2, .device = "cuda:99"}), "cuda:99");
        VERIFY_ERROR(measure_perplexity(*model, few, {.window = 2, .device = "toaster"}), "toaster");
    }

    void bfloat16_stays_close_to_float32() {
        const auto model = LanguageModel::open(INVAR_GOLDEN_DIR "/tiny-opt");
        std::vector<std::int32_t> ids(64);
        for (std::size_t i = 0; i < ids.size(); ++i)
            ids[i] = static_cast<std::int32_t>(4 + (i * 7) % 80);
        const auto exact = measure_perplexity(*model, ids, {.window = 16}).perplexity;
        const auto rounded =
            measure_perplexity(*model, ids, {.window = 16, .precision = Precision::bfloat16}).perplexity;
        QVERIFY(std::abs(std::log(rounded / exact)) < 0.05);
    }
};

QTEST_APPLESS_MAIN(TestOpt)
#include "tst_opt.moc"
