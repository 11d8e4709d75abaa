// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/files.h"
#include "core/evaluate/perplexity.h"
#include "core/search/open_model.h"
#include "core/search/run.h"
#include "support/golden.h"
#include "support/recorded_model.h"

#include <nlohmann/json.hpp>

#include <QTest>

#include <cmath>

using namespace invar;

namespace {

/// The demo model beside what transformers and the reference port said of it.
struct Demo {
    std::shared_ptr<const LanguageModel> model = open_model("demo");
    nlohmann::json golden = nlohmann::json::parse(read_text_file(test::golden("demo/demo.json")));
    std::vector<std::int32_t> heldout = model->tokenizer().encode(read_text_file(demo_folder() / "heldout.txt"), false);

    [[nodiscard]] double perplexity(const LanguageModel &which) const {
        return measure_perplexity(which, heldout, {.window = golden["window"], .tokens = golden["tokens"]}).perplexity;
    }
};

} // namespace

class TestDemo : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void tokens_equal_those_of_transformers() {
        const Demo demo;
        const std::string paragraph = demo.golden["paragraph"];
        const auto &tokenizer = demo.model->tokenizer();
        QCOMPARE(tokenizer.encode(paragraph, false), demo.golden["paragraph_ids"].get<std::vector<std::int32_t>>());
        QCOMPARE(tokenizer.encode(paragraph, true),
                 demo.golden["paragraph_ids_special"].get<std::vector<std::int32_t>>());
        QCOMPARE(tokenizer.decode(tokenizer.encode(paragraph, false)), paragraph);
        QCOMPARE(demo.heldout.size(), demo.golden["heldout_tokens"].get<std::size_t>());
    }

    void logits_equal_those_of_transformers() {
        const Demo demo;
        QVERIFY(test::logit_difference(*demo.model, demo.golden) < 1e-4);
    }

    void perplexities_equal_those_of_transformers_and_the_port() {
        const Demo demo;
        QVERIFY(std::abs(demo.perplexity(*demo.model) / demo.golden["perplexity"].get<double>() - 1) < 1e-3);
        const test::TemporaryFolder folder;
        for (const int group : {128, 64}) {
            SearchSettings settings;
            settings.grid.group_size = group;
            settings.sequences = 2;
            const auto run = folder / std::to_string(group).c_str();
            quantize(settings, run, {});
            const double theirs = demo.golden["quantized"][std::to_string(group)];
            QVERIFY(std::abs(demo.perplexity(*open_model(run.string())) / theirs - 1) < 5e-3);
        }
    }

    void two_bits_visibly_break_the_demo() {
        const auto golden = nlohmann::json::parse(read_text_file(test::golden("demo/demo.json")));
        QVERIFY(golden["quantized"]["128"].get<double>() >= 1.5 * golden["perplexity"].get<double>());
    }

    void the_demo_is_small_and_its_texts_are_disjoint() {
        std::uintmax_t bytes = 0;
        for (const auto &entry : std::filesystem::directory_iterator(demo_folder() / "model"))
            bytes += entry.file_size();
        QVERIFY(bytes <= 24'000'000);
        const auto calibration = read_text_file(demo_folder() / "calibration.txt");
        const auto heldout = read_text_file(demo_folder() / "heldout.txt");
        std::size_t shared = 0;
        std::size_t lines = 0;
        for (std::size_t begin = 0; begin < calibration.size();) {
            const auto end = std::min(calibration.find('\n', begin), calibration.size());
            const auto line = calibration.substr(begin, end - begin);
            if (line.size() > 40) { // short verses ("And the LORD spake unto Moses, saying,") do repeat
                ++lines;
                shared += heldout.find(line) != std::string::npos ? 1 : 0;
            }
            begin = end + 1;
        }
        QVERIFY(lines > 100);
        QVERIFY(shared * 100 < lines);
    }
};

QTEST_APPLESS_MAIN(TestDemo)
#include "tst_demo.moc"
