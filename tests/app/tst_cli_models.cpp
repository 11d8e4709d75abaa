// SPDX-License-Identifier: GPL-3.0-or-later
// The commands that look at a model: inspect, tokenize, logits, eval.
#include "app/cli_program.h"

#include <cmath>

using namespace invar::test;

class TestCliModels : public QObject {
    Q_OBJECT

private slots:
    void inspect_tells_family_sizes_matrices_and_invariances() {
        const auto outcome = run_cli({"inspect", tiny_model(), "--json"});
        VERIFY_STATUS(outcome, 0);
        const auto json = outcome.json();
        QCOMPARE(json["family"].toString(), "opt");
        QCOMPARE(json["layers"].toInt(), 3);
        QCOMPARE(json["hidden_size"].toInt(), 32);
        QVERIFY(json["parameters"].toInt() > 0);
        QCOMPARE(json["invariances"]["permutation"].toString(), "exact");
        QCOMPARE(json["invariances"]["scaling"].toString(), "exact");
        QCOMPARE(json["invariances"]["rotation"].toString(), "approximate");
        const auto matrices = json["matrices"].toArray();
        QCOMPARE(matrices.size(), 18);
        bool found = false;
        for (const auto &entry : matrices)
            if (const auto matrix = entry.toObject();
                matrix["layer"].toInt() == 1 && matrix["projection"].toString() == "fc1") {
                found = true;
                QVERIFY(matrix["name"].toString().endsWith("layers.1.fc1"));
                QCOMPARE(matrix["rows"].toInt(), 128);
                QCOMPARE(matrix["cols"].toInt(), 32);
            }
        QVERIFY(found);
    }

    void inspect_prints_a_table_for_people() {
        const auto outcome = run_cli({"inspect", tiny_model()});
        VERIFY_STATUS(outcome, 0);
        for (const char *word : {"opt", "fc1", "128", "permutation", "exact"})
            QVERIFY2(outcome.out.contains(word), outcome.out.constData());
    }

    void a_gguf_file_is_a_model_too() {
        const auto file = shown(golden("gguf") / "llama.gguf");
        const auto outcome = run_cli({"inspect", file, "--json"});
        VERIFY_STATUS(outcome, 0);
        QCOMPARE(outcome.json()["family"].toString(), "llama");
        QCOMPARE(outcome.json()["layers"].toInt(), 2);
        QCOMPARE(outcome.json()["source"].toString(), file);
        VERIFY_STATUS(run_cli({"logits", file, "--ids", "2,5,9"}), 0);
    }

    void a_broken_gguf_file_is_refused_in_one_line() {
        const TemporaryFolder folder;
        QVERIFY(write_bytes(folder / "cut.gguf", read_bytes(golden("gguf") / "llama.gguf").first(4000)));
        const auto outcome = run_cli({"inspect", shown(folder / "cut.gguf")});
        VERIFY_STATUS(outcome, 1);
        QVERIFY2(outcome.err.contains("cut.gguf") && outcome.err.count('\n') == 1, outcome.err.constData());
    }

    void tokenize_gives_the_ids_of_a_text() {
        const TemporaryFolder folder;
        const auto model = tiny_model_with_tokenizer(folder);
        QVERIFY(write_bytes(folder / "text.txt", "!a b\n"));
        const QStringList arguments{"tokenize", model, "--text", shown(folder / "text.txt")};
        const auto outcome = run_cli(arguments + QStringList{"--json"});
        VERIFY_STATUS(outcome, 0);
        QCOMPARE(outcome.json()["ids"].toArray(), QJsonArray({0, 64, 94, 65, 95}));
        QCOMPARE(run_cli(arguments).out, "0 64 94 65 95\n");
    }

    void logits_equal_the_recorded_ones_data() {
        QTest::addColumn<QString>("model");
        for (const char *model : {"tiny-opt", "tiny-opt-350m", "tiny-opt-sharded", "tiny-opt-bin"})
            QTest::newRow(model) << model;
    }
    void logits_equal_the_recorded_ones() {
        QFETCH(const QString, model);
        const auto recorded = QJsonDocument::fromJson(read_bytes(golden("tiny-opt-logits.json")))[model];
        const auto sequence = recorded["sequences"][1].toArray();
        const auto expected = recorded["logits"][1].toArray();
        QStringList ids;
        for (const auto &id : sequence)
            ids << QString::number(id.toInt());
        const auto outcome = run_cli({"logits", tiny_model(qPrintable(model)), "--ids", ids.join(','), "--json"});
        VERIFY_STATUS(outcome, 0);
        const auto logits = outcome.json()["logits"].toArray();
        QCOMPARE(logits.size(), expected.size());
        double largest = 0;
        for (const auto &logit : expected)
            largest = std::max(largest, std::abs(logit.toDouble()));
        for (qsizetype i = 0; i < logits.size(); ++i) {
            const auto value = logits[i].toDouble();
            QVERIFY(std::abs(value - expected[i].toDouble()) < 1e-4 * largest);
            QCOMPARE(QString::number(value, 'g', 9).toDouble(), value); // no more digits than a float32 has
        }
    }

    void logits_for_people_are_the_ten_likeliest_tokens_with_their_text() {
        const TemporaryFolder folder;
        const auto outcome = run_cli({"logits", tiny_model_with_tokenizer(folder), "--ids", "2,17,95"});
        VERIFY_STATUS(outcome, 0);
        QCOMPARE(outcome.out.trimmed().split('\n').size(), 13); // a sentence, an empty line, titles, ten tokens
        QVERIFY(outcome.out.contains('"'));
    }

    void eval_measures_perplexity_in_whole_windows() {
        const TemporaryFolder folder;
        const auto model = tiny_model_with_tokenizer(folder);
        QVERIFY(write_bytes(folder / "text.txt", QByteArray("the quick brown fox\n").repeated(10)));
        const QStringList arguments{"eval", model, "--text", shown(folder / "text.txt"), "--window", "32"};
        const auto outcome = run_cli(arguments + QStringList{"--json"});
        VERIFY_STATUS(outcome, 0);
        const auto json = outcome.json();
        QCOMPARE(json["tokens"].toInt(), 192); // of 200: the last, partial window is dropped
        QCOMPARE(json["predicted"].toInt(), 186);
        QVERIFY(json["perplexity"].toDouble() > 1 && std::isfinite(json["perplexity"].toDouble()));
        QVERIFY(run_cli(arguments).out.startsWith("perplexity "));

        const auto part = run_cli(arguments + QStringList{"--tokens", "64", "--json"});
        QCOMPARE(part.json()["tokens"].toInt(), 64);
    }

    void help_and_version_go_to_stdout() {
        const auto help = run_cli({"--help"});
        VERIFY_STATUS(help, 0);
        for (const char *command : {"inspect", "tokenize", "logits", "eval", "preview", "quantize", "search", "resume",
                                    "export", "compare", "plot", "Examples"})
            QVERIFY2(help.out.contains(command), command);
        QVERIFY(help.err.isEmpty());
        const auto version = run_cli({"--version"});
        VERIFY_STATUS(version, 0);
        QVERIFY(version.out.startsWith("invarscope-cli "));
        const auto search = run_cli({"search", "--help"}).out.simplified();
        QVERIFY(search.contains("--swap-fraction"));
        QVERIFY(search.contains("or a run folder"));
        QVERIFY(!run_cli({"sensitivity", "--help"}).out.contains("--method"));
    }

    void preview_writes_with_full_precision_beside_the_quantized_model() {
        const TemporaryFolder folder;
        const auto run = shown(folder / "run");
        auto arguments = tiny_arguments("search", run, {"--steps", "5"});
        arguments[1] = tiny_model_with_tokenizer(folder);
        VERIFY_STATUS(run_cli(arguments), 0);
        const auto outcome =
            run_cli({"preview", run, "--prompt", "Once upon", "--tokens", "9", "--temperature", "2", "--json"});
        VERIFY_STATUS(outcome, 0);
        const auto texts = outcome.json()["texts"].toArray();
        QCOMPARE(texts.size(), 2);
        QCOMPARE(texts[0]["name"].toString(), "full_precision");
        QCOMPARE(texts[1]["name"].toString(), "quantized");
        QCOMPARE(texts[0]["ids"].toArray().size(), 9);
        const auto difference = outcome.json()["first_difference"].toInt(-1);
        QVERIFY(difference >= 0);
        QVERIFY(texts[0]["ids"].toArray()[difference] != texts[1]["ids"].toArray()[difference]);
        const auto text = run_cli({"preview", run, "--prompt", "Once upon", "--tokens", "9", "--temperature", "2"});
        VERIFY_STATUS(text, 0);
        QVERIFY(text.out.contains("They differ from token " + QByteArray::number(difference + 1)));
    }

    void preview_refuses_what_cannot_work_with_one_line() {
        const TemporaryFolder folder;
        const auto model = tiny_model_with_tokenizer(folder);
        VERIFY_STATUS(run_cli({"preview", model, "--prompt", ""}), 2);
        VERIFY_STATUS(run_cli({"preview", model, "--prompt", "a", "--temperature", "-1"}), 2);
        for (const char *top_p : {"0", "1.5", "nan"})
            VERIFY_STATUS(run_cli({"preview", model, "--prompt", "a", "--temperature", "1", "--top-p", top_p}), 2);
        const auto outcome = run_cli({"preview", model, "--prompt", QString(500, 'a')});
        VERIFY_STATUS(outcome, 1);
        QVERIFY(outcome.err.contains("context"));
    }
};

QTEST_GUILESS_MAIN(TestCliModels)
#include "tst_cli_models.moc"
