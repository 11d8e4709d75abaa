// SPDX-License-Identifier: GPL-3.0-or-later
// What the command line says when something is wrong, and what it leaves behind: one line, and nothing.
#include "app/cli_program.h"

#include <QDir>

using namespace invar::test;

class TestCliErrors : public QObject {
    Q_OBJECT

private:
    TemporaryFolder folder_;
    [[nodiscard]] QString path(const char *name) const { return shown(folder_ / name); }

private slots:
    void initTestCase() {
        QVERIFY(write_bytes(folder_ / "broken.txt", "caf\xE9\n"));
        QVERIFY(write_bytes(folder_ / "short.json", "[1, 2, 3]"));
        QVERIFY(write_bytes(folder_ / "words.json", R"(["a"])"));
        QVERIFY(write_bytes(folder_ / "large.json", "[" + QByteArray("500,").repeated(63) + "500]"));
        QVERIFY(write_bytes(folder_ / "trace.jsonl", "{\"layer\": 0}\n"));
        QVERIFY(write_bytes(folder_ / "taken", ""));
        const auto truncated = folder_.copy_of(golden("tiny-opt"));
        const auto weights = read_bytes(truncated / "model.safetensors");
        QVERIFY(write_bytes(truncated / "model.safetensors", weights.left(weights.size() / 2)));
        VERIFY_STATUS(run_cli(tiny_arguments("quantize", path("run"))), 0);
    }

    void every_mistake_gets_one_line_and_leaves_nothing_data() {
        QTest::addColumn<QStringList>("arguments");
        QTest::addColumn<int>("status");
        QTest::addColumn<QString>("words");
        const auto add = [](const char *name, const QStringList &arguments, int status, const char *words) {
            QTest::newRow(name) << arguments << status << QString(words);
        };
        const auto model = tiny_model();
        const auto output = path("output");
        const auto search = [&](const QStringList &more) { return tiny_arguments("search", output, more); };

        add("no command", {}, 2, "--help");
        add("unknown command", {"serach"}, 2, "serach");
        add("unknown option", search({"--colour", "red"}), 2, "colour");
        add("bits of a layer that is not there", search({"--layer-bits", "3:4"}), 2, "--layer-bits");
        add("scales in another precision", search({"--scale-precision", "float8"}), 2, "--scale-precision");
        add("one symmetric bit of a learned range",
            search({"--method", "autoround", "--symmetric", "--layer-bits", "fc2:1"}), 2, "--symmetric");
        add("missing model", {"inspect"}, 2, "MODEL");
        add("not a number", search({"--steps", "many"}), 2, "--steps");
        add("no output", {"search", model}, 2, "-o");
        add("unknown method", search({"--method", "squeeze"}), 2, "--method");
        add("option of another method", search({"--method", "rtn", "--method-options", "act-order"}), 2, "act-order");
        add("option that is no number", search({"--method", "gptq", "--method-options", "damping=much"}), 2, "damping");
        add("option out of range", search({"--method", "gptq", "--method-options", "damping=7"}), 2, "damping");
        add("unknown invariance", search({"--invariances", "permutation,shear"}), 2, "shear");
        auto unasked = search({"--invariances", "rotation"});
        unasked[1] = tiny_model("families/llama-tied");
        add("approximate move without a yes", unasked, 2, "needs your yes");
        add("unknown precision", search({"--precision", "float8"}), 2, "--precision");
        add("device that is not there", search({"--device", "tpu"}), 2, "--device");
        add("device before the model", {"search", path("nowhere"), "-o", output, "--device", "tpu"}, 2, "tpu");
        add("method where none is used", {"sensitivity", model, "--method", "gptq"}, 2, "--method");
        add("too many bits", search({"--bits", "9"}), 2, "--bits");
        add("group that does not divide", search({"--group", "24"}), 2, "--group");
        add("negative alpha", search({"--alpha", "-1"}), 2, "--alpha");
        add("endless alpha", search({"--alpha", "inf"}), 2, "--alpha");
        add("negative steps", search({"--steps", "-5"}), 2, "--steps");
        add("negative seed", search({"--seed", "-5"}), 2, "--seed");
        add("too long sequences", search({"--length", "4096"}), 2, "--length");
        add("swap of nothing", search({"--swap-fraction", "0"}), 2, "--swap-fraction");
        add("two calibration sets", search({"--calib", path("broken.txt")}), 2, "--calib");
        add("replay and output", search({"--replay", path("trace.jsonl")}), 2, "--replay");
        add("unknown format", {"export", path("run"), "--format", "onnx", "-o", output}, 2, "hf");
        add("odd picture suffix", {"plot", path("run"), "-o", path("plot.bmp")}, 2, ".png");
        add("odd picture size", {"plot", path("run"), "-o", path("plot.png"), "--size", "12"}, 2, "--size");
        add("no ids", {"logits", model, "--ids", ""}, 2, "--ids");
        add("ids that are words", {"logits", model, "--ids", "1,two"}, 2, "two");
        add("eval without a text", {"eval", model}, 2, "--text");
        add("window of one", {"eval", model, "--text", path("broken.txt"), "--window", "1"}, 2, "--window");

        add("model that is not there", {"inspect", path("nowhere")}, 1, "nowhere");
        add("truncated weights", {"inspect", path("tiny-opt")}, 1, "model.safetensors");
        add("search on truncated weights", {"search", path("tiny-opt"), "-o", output}, 1, "model.safetensors");
        add("id outside the vocabulary", {"logits", model, "--ids", "1,96"}, 1, "96");
        add("text without tokenizer", {"eval", model, "--text", path("broken.txt")}, 1, "tiny-opt");
        add("text that is not UTF-8", {"tokenize", "demo", "--text", path("broken.txt")}, 1, "broken.txt");
        add("text that is not there", {"tokenize", "demo", "--text", path("nothing.txt")}, 1, "nothing.txt");
        add("too few ids", search({"--seqs", "64"}), 1, "ids.json");
        add("output that exists", tiny_arguments("search", path("run")), 1, "already holds a run");
        add("output that is a file", tiny_arguments("search", path("taken")), 1, "already exists");
        add("output inside a file", tiny_arguments("search", path("taken/run")), 1, "taken");
        add("trace without candidates",
            {"search", model, "--replay", path("trace.jsonl"), "--calib-ids", shown(golden("replay/ids.json")),
             "--group", "16", "--seqs", "4", "--length", "16"},
            1, "line 1");
        add("eval of no state", {"eval", path("run"), "--state", "later"}, 2, "--state");
        add("resume of no run", {"resume", model}, 1, "not a run folder");
        add("export of no run", {"export", model, "--format", "hf", "-o", output}, 1, "not a run folder");
        add("compare of no run", {"compare", path("run"), path("nowhere")}, 1, "nowhere");
        add("plot of no run", {"plot", model, "-o", path("plot.png")}, 1, "not a run folder");
        add("plot into nowhere", {"plot", path("run"), "-o", path("nowhere/plot.png")}, 1, "plot.png");
        for (const char *ids : {"short.json", "words.json", "large.json"})
            add(ids,
                {"search", model, "-o", output, "--group", "16", "--seqs", "4", "--length", "16", "--calib-ids",
                 path(ids)},
                1, ids);
    }
    void every_mistake_gets_one_line_and_leaves_nothing() {
        QFETCH(const QStringList, arguments);
        QFETCH(const int, status);
        QFETCH(const QString, words);
        if (arguments.contains("demo") && !QFile::exists(qEnvironmentVariable("INVARSCOPE_DEMO") + "/model"))
            QSKIP("the demo model is not here");
        const auto before = QDir(shown(folder_.path())).entryList();
        const auto outcome = run_cli(arguments);
        VERIFY_STATUS(outcome, status);
        QVERIFY2(outcome.out.isEmpty(), outcome.both().constData());
        QVERIFY2(outcome.err.startsWith("invarscope-cli: "), outcome.both().constData());
        QVERIFY2(outcome.err.count('\n') == 1 && outcome.err.endsWith('\n'), outcome.both().constData());
        QVERIFY2(outcome.err.contains(words.toUtf8()), outcome.both().constData());
        QCOMPARE(QDir(shown(folder_.path())).entryList(), before);
    }

    void a_full_disk_under_stdout_is_a_failure() {
        QProcess process;
        process.setStandardOutputFile(QStringLiteral("/dev/full"));
        process.start(QStringLiteral(INVAR_CLI), {"inspect", tiny_model()});
        const auto outcome = outcome_of(process);
        VERIFY_STATUS(outcome, 1);
        QVERIFY(outcome.err.contains("standard output"));
    }
};

QTEST_GUILESS_MAIN(TestCliErrors)
#include "tst_cli_errors.moc"
