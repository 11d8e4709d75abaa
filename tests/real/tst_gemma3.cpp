// SPDX-License-Identifier: GPL-3.0-or-later
// Gemma 3 270M from its GGUF file against transformers on the same file, dequantized (tests/golden/make_real.py).
#include "real/real_model.h"

using namespace invar;
using namespace invar::test;

namespace {

constexpr const char *file = "gemma-3-270m-q4_k_m.gguf";

} // namespace

class TestGemma3 : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() {
        SKIP_WITHOUT(file, "gemma3");
        model_ = LanguageModel::open(fetched(file));
        recorded_ = recorded_real("gemma3.json");
    }

    void it_is_what_it_says() {
        const auto &info = model_->info();
        QCOMPARE(info.family, std::string("gemma3_text"));
        QCOMPARE(info.layers, 18);
        QCOMPARE(info.hidden_size, 640);
        QCOMPARE(info.ffn_size, 2048);
        QCOMPARE(info.vocabulary_size, 262144);
        QCOMPARE(info.parameters, 268098176);
    }

    void logits_are_transformers_within_1e_3() {
        const auto difference = sparse_logit_difference(*model_, recorded_);
        QVERIFY2(difference < 1e-3, qPrintable(QString::number(difference)));
    }

    void perplexity_is_transformers_within_half_a_percent() {
        const auto difference = perplexity_difference(*model_, recorded_.at("perplexity"));
        QVERIFY2(difference < 5e-3, qPrintable(QString::number(difference)));
    }

    void rounded_to_few_bits_perplexity_is_transformers_within_half_a_percent_data() {
        QTest::addColumn<int>("bits");
        QTest::newRow("4 bits") << 4;
        QTest::newRow("3 bits") << 3;
    }
    void rounded_to_few_bits_perplexity_is_transformers_within_half_a_percent() {
        QFETCH(const int, bits);
        auto expected = recorded_.at("perplexity");
        expected["value"] = recorded_.at("quantized").at(std::to_string(bits));
        const auto group = recorded_.at("group").get<std::int64_t>();
        const auto difference = perplexity_difference(*rounded(*model_, bits, group), expected);
        QVERIFY2(difference < 5e-3, qPrintable(QString::number(difference)));
    }

private:
    std::shared_ptr<const LanguageModel> model_;
    nlohmann::json recorded_;
};

QTEST_GUILESS_MAIN(TestGemma3)
#include "tst_gemma3.moc"
