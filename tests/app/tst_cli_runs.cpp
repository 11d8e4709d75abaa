// SPDX-License-Identifier: GPL-3.0-or-later
// The commands that make runs and use them: quantize, search, resume, export, compare, plot.
#include "app/cli_program.h"

#include <cmath>
#include <csignal>

using namespace invar::test;

namespace {

/// Starts an endless search, ends it by `signal` once it has brought steps to disk, and tells what it said.
Outcome interrupted_search(const QString &run, int signal) {
    QProcess process;
    process.start(QStringLiteral(INVAR_CLI), tiny_arguments("search", run, {"--steps", "0", "--json"}));
    const auto has_steps = [&] { return steps_without_clock(run).size() > 10; };
    if (!QTest::qWaitFor(has_steps, 60'000))
        return outcome_of(process);
    ::kill(static_cast<pid_t>(process.processId()), signal);
    return outcome_of(process);
}

/// Resumes `run` some steps further and compares its record with that of a run that was never interrupted.
void verify_resumes_like_uninterrupted(const QString &run, const TemporaryFolder &folder) {
    const auto total = steps_without_clock(run).size() - 1 + 40;
    const QStringList steps{"--steps", QString::number(total), "--json"};
    const auto resumed = run_cli(QStringList{"resume", run} + steps);
    VERIFY_STATUS(resumed, 0);
    QCOMPARE(resumed.json()["steps"].toInt(), total);
    const auto whole = shown(folder / "whole");
    const auto uninterrupted = run_cli(tiny_arguments("search", whole, steps));
    VERIFY_STATUS(uninterrupted, 0);
    for (const char *key : {"steps", "accepted", "loss", "ce", "mse", "drift"})
        QCOMPARE(resumed.json()[key].toDouble(), uninterrupted.json()[key].toDouble());
    QCOMPARE(steps_without_clock(run), steps_without_clock(whole));
}

} // namespace

class TestCliRuns : public QObject {
    Q_OBJECT

private slots:
    void quantize_tells_the_error_of_every_matrix() {
        const TemporaryFolder folder;
        const auto outcome = run_cli(tiny_arguments("quantize", shown(folder / "run"), {"--json"}));
        VERIFY_STATUS(outcome, 0);
        const auto json = outcome.json();
        QVERIFY(json["bits_per_weight"].toDouble() > 2);
        const auto matrices = json["matrices"].toArray();
        QCOMPARE(matrices.size(), 18);
        for (const auto &entry : matrices) {
            const auto matrix = entry.toObject();
            QVERIFY(matrix["name"].toString().contains("layers."));
            QVERIFY(matrix["mse"].toDouble() > 0);
            QVERIFY(matrix["sqnr_db"].toDouble() > 0);
            QVERIFY(matrix["output_error"].toDouble() > 0);
        }
        const auto table = run_cli(tiny_arguments("quantize", shown(folder / "again")));
        VERIFY_STATUS(table, 0);
        QVERIFY(table.out.contains("output error") && table.out.contains("first 4,096 tokens"));
    }

    void search_reports_the_contract_and_nothing_but_one_object() {
        const TemporaryFolder folder;
        const auto outcome = run_cli(tiny_arguments("search", shown(folder / "run"), {"--steps", "40", "--json"}));
        VERIFY_STATUS(outcome, 0);
        const auto json = outcome.json();
        QCOMPARE(json["steps"].toInt(), 40);
        QCOMPARE(json["reason"].toString(), "steps_done");
        QVERIFY(json["accepted"].toInt() > 0);
        QVERIFY(json["loss"].toDouble() < 1.1);
        QVERIFY(json["steps_per_second"].toDouble() > 0);
        for (const char *key : {"ce", "mse", "ce0", "mse0", "full_precision_ce", "bits_per_weight", "seconds"})
            QVERIFY2(json[key].toDouble() > 0, key);
        QVERIFY(json["drift"].isDouble());
        QCOMPARE(json["per_invariance"]["scaling"]["proposed"].toInt(), 40);
        QCOMPARE(json["per_layer"].toArray().size(), 3);
        QVERIFY(QFile::exists(json["run"].toString() + "/steps.csv"));
    }

    void a_search_on_a_run_takes_over_its_start_and_all_that_is_not_said() {
        const TemporaryFolder folder;
        const auto first = shown(folder / "first");
        const auto second = shown(folder / "second");
        VERIFY_STATUS(run_cli(tiny_arguments("search", first, {"--method", "gptq", "--steps", "5"})), 0);
        const auto outcome =
            run_cli({"search", first, "-o", second, "--policy", "single", "--seqs", "2", "--steps", "7", "--json"});
        VERIFY_STATUS(outcome, 0);
        QCOMPARE(outcome.json()["steps"].toInt(), 7);
        auto expected = QJsonDocument::fromJson(read_bytes(folder / "first" / "settings.json")).object();
        expected["policy"] = "single";
        expected["sequences"] = 2;
        expected["steps"] = 7;
        QCOMPARE(QJsonDocument::fromJson(read_bytes(folder / "second" / "settings.json")).object(), expected);
        QCOMPARE(read_bytes(folder / "second" / "start.safetensors"),
                 read_bytes(folder / "first" / "start.safetensors"));
        const auto refused = run_cli({"search", first, "-o", shown(folder / "third"), "--bits", "3"});
        VERIFY_STATUS(refused, 2);
        QVERIFY2(refused.err.contains("--bits") && refused.err.contains("start"), refused.err.constData());
    }

    void a_search_on_a_run_whose_moves_nobody_chose_makes_those_of_its_own_policy() {
        const TemporaryFolder folder;
        const auto moves_after = [&](const char *command, const QStringList &more) {
            const auto first = shown(folder / command);
            const auto second = first + "-sweep";
            if (run_cli(tiny_arguments(command, first, more)).status != 0 ||
                run_cli({"search", first, "-o", second, "--policy", "sweep", "--steps", "1"}).status != 0)
                return QStringLiteral("failed");
            const auto settings = read_bytes((second + "/settings.json").toStdString());
            return QJsonDocument::fromJson(settings)["invariances"].toString();
        };
        QCOMPARE(moves_after("quantize", {}), QStringLiteral("permutation,scaling,rotation,norm-scaling"));
        QCOMPARE(moves_after("search", {"--steps", "1", "--invariances", "scaling"}), QStringLiteral("scaling"));
    }

    void a_gated_model_makes_exact_moves_and_others_only_with_a_yes() {
        const TemporaryFolder folder;
        const auto run = [&](const char *name, const QStringList &more) {
            auto arguments = tiny_arguments("search", shown(folder / name), {"--steps", "20", "--json"});
            arguments[1] = tiny_model("families/llama-tied");
            const auto outcome = run_cli(arguments + more);
            return outcome.status == 0 ? outcome.json() : QJsonObject{{"error", QString::fromUtf8(outcome.both())}};
        };
        const auto usual = run("usual", {});
        QCOMPARE(usual["per_invariance"]["scaling"]["proposed"].toInt(), 20);
        QCOMPARE(usual["per_invariance"]["rotation"]["proposed"].toInt(), 0);
        QCOMPARE(usual["drift"].toDouble(-1), 0.0);
        const auto allowed = run("allowed", {"--approximate"});
        QCOMPARE(allowed["per_invariance"]["rotation"]["proposed"].toInt(), 20);
        QVERIFY(allowed["drift"].toDouble() > 0);
        QVERIFY(run("named", {"--approximate", "--invariances", "rotation"})["drift"].toDouble() > 0);
    }

    void moves_of_attention_are_searched_resumed_and_exported_like_the_others() {
        const TemporaryFolder folder;
        const auto moves = QStringLiteral(
            "permutation,value-permutation,value-scaling,key-rotation,residual-permutation,norm-scaling");
        const auto arguments = [&](const QString &run, const char *steps) {
            auto all = tiny_arguments("search", run, {"--steps", steps, "--policy", "single", "--invariances", moves});
            all[1] = tiny_model("families/llama-tied");
            return all;
        };
        const auto whole = shown(folder / "whole");
        const auto halves = shown(folder / "halves");
        QCOMPARE(run_cli(arguments(whole, "60")).status, 0);
        QCOMPARE(run_cli(arguments(halves, "30")).status, 0);
        QCOMPARE(run_cli({"resume", halves, "--steps", "60"}).status, 0);
        QCOMPARE(steps_without_clock(halves), steps_without_clock(whole));
        QVERIFY(steps_without_clock(whole).join(' ').contains("value-scaling"));
        QVERIFY(steps_without_clock(whole).join(' ').contains(",residual-permutation,1,"));
        QVERIFY(steps_without_clock(whole).join(' ').contains(",norm-scaling,1,"));

        const auto exported = shown(folder / "exported");
        QCOMPARE(run_cli({"export", whole, "--format", "hf", "-o", exported}).status, 0);
        const auto logits = [&](const QString &model) {
            const auto outcome = run_cli({"logits", model, "--ids", "1,2,3,4", "--json"});
            return outcome.json()["logits"].toArray();
        };
        const auto ours = logits(whole);
        const auto theirs = logits(exported);
        QVERIFY(!ours.empty());
        QCOMPARE(theirs.size(), ours.size());
        double difference = 0;
        double size = 0;
        for (qsizetype i = 0; i < ours.size(); ++i) {
            difference += std::pow(theirs[i].toDouble() - ours[i].toDouble(), 2);
            size += std::pow(ours[i].toDouble(), 2);
        }
        QVERIFY(std::sqrt(difference / size) < 0.02); // the export is rounded to float16
    }

    void the_same_seed_gives_the_same_run_and_another_seed_another() {
        const TemporaryFolder folder;
        const auto run = [&](const char *name, const char *seed) {
            const auto output = shown(folder / name);
            static_cast<void>(run_cli(tiny_arguments("search", output, {"--steps", "20", "--seed", seed})));
            return steps_without_clock(output);
        };
        const auto first = run("first", "7");
        QCOMPARE(first.size(), 21);
        QCOMPARE(run("second", "7"), first);
        QVERIFY(run("third", "8") != first);
    }

    void an_interrupted_search_says_130_and_resumes_as_if_it_had_not_been() {
        const TemporaryFolder folder;
        const auto run = shown(folder / "run");
        const auto outcome = interrupted_search(run, SIGINT);
        VERIFY_STATUS(outcome, 130);
        QCOMPARE(outcome.json()["reason"].toString(), "stopped");
        QCOMPARE(steps_without_clock(run).size() - 1, outcome.json()["steps"].toInt());
        QVERIFY(outcome.err.contains("resume"));
        verify_resumes_like_uninterrupted(run, folder);
    }

    void a_method_that_is_interrupted_leaves_nothing_data() {
        QTest::addColumn<QString>("command");
        QTest::addColumn<QString>("method");
        QTest::addColumn<QString>("options");
        for (const char *command : {"quantize", "search"}) {
            QTest::addRow("%s, autoround", command) << command << "autoround"
                                                    << "iterations=100000";
            QTest::addRow("%s, omniquant", command) << command << "omniquant"
                                                    << "epochs=10000";
        }
    }
    void a_method_that_is_interrupted_leaves_nothing() {
        QFETCH(const QString, command);
        QFETCH(const QString, method);
        QFETCH(const QString, options);
        const TemporaryFolder folder;
        QProcess process;
        process.setProcessChannelMode(QProcess::SeparateChannels);
        process.start(QStringLiteral(INVAR_CLI),
                      tiny_arguments(command, shown(folder / "run"),
                                     {"--method", method, "--method-options", options, "--json"}));
        QByteArray told;
        QVERIFY(QTest::qWaitFor(
            [&] {
                told += process.readAllStandardError();
                return told.contains("layer 1 of 3");
            },
            60'000));
        ::kill(static_cast<pid_t>(process.processId()), SIGINT);
        const auto outcome = outcome_of(process);
        VERIFY_STATUS(outcome, 130);
        QVERIFY(std::filesystem::is_empty(folder.path()));
    }

    void a_terminated_search_stops_as_cleanly() {
        const TemporaryFolder folder;
        VERIFY_STATUS(interrupted_search(shown(folder / "run"), SIGTERM), 130);
    }

    void a_killed_search_resumes_as_if_it_had_not_been() {
        const TemporaryFolder folder;
        const auto run = shown(folder / "run");
        VERIFY_STATUS(interrupted_search(run, SIGKILL), -1);
        verify_resumes_like_uninterrupted(run, folder);
    }

    void a_quantized_run_can_be_searched_further() {
        const TemporaryFolder folder;
        const auto run = shown(folder / "run");
        VERIFY_STATUS(run_cli(tiny_arguments("quantize", run)), 0);
        const auto outcome = run_cli({"resume", run, "--steps", "10", "--json"});
        VERIFY_STATUS(outcome, 0);
        QCOMPARE(outcome.json()["steps"].toInt(), 10);
    }

    void a_replay_agrees_with_what_was_recorded_data() {
        QTest::addColumn<QJsonObject>("recorded");
        const auto list = QJsonDocument::fromJson(read_bytes(golden("replay/replay.json"))).array();
        for (const auto &entry : list)
            QTest::newRow(qPrintable(entry.toObject()["trace"].toString())) << entry.toObject();
    }
    void a_replay_agrees_with_what_was_recorded() {
        QFETCH(const QJsonObject, recorded);
        const auto trace = recorded["trace"].toString();
        const auto file = golden("replay") / trace.toStdString();
        const auto arguments = recorded["arguments"];
        const auto text_of = [&](const char *key) { return QString::number(arguments[key].toDouble()); };
        const auto outcome =
            run_cli({"search", tiny_model(qPrintable(recorded["model"].toString())), "--replay", shown(file), "--json",
                     "--calib-ids", shown(golden("replay") / recorded["ids"].toString().toStdString()), "--bits",
                     text_of("bits"), "--group", text_of("group"), "--seqs", text_of("seqs"), "--length",
                     text_of("len"), "--watched-layers", text_of("layers"), "--alpha", text_of("alpha")});
        VERIFY_STATUS(outcome, 0);
        const auto json = outcome.json();
        qsizetype line = 0;
        for (const auto &row : read_bytes(file).trimmed().split('\n')) {
            const auto then = QJsonDocument::fromJson(row);
            QVERIFY(std::abs(json["losses"][line].toDouble() - then["loss"].toDouble()) < 1e-4);
            QVERIFY(std::abs(json["ce"][line].toDouble() / then["ce"].toDouble() - 1) < 1e-4);
            QVERIFY(std::abs(json["mse"][line].toDouble() / then["mse"].toDouble() - 1) < 1e-4);
            QCOMPARE(json["accepted"][line].toBool(), then["accepted"].toBool());
            ++line;
        }
        QCOMPARE(json["losses"].toArray().size(), line);
        QCOMPARE(json["accepted"].toArray().size(), line);
    }

    void an_exported_folder_evaluates_like_its_run() {
        const TemporaryFolder folder;
        const auto model = tiny_model_with_tokenizer(folder);
        const auto run = shown(folder / "run");
        auto arguments = tiny_arguments("search", run, {"--steps", "20"});
        arguments[1] = model;
        VERIFY_STATUS(run_cli(arguments), 0);
        const auto output = shown(folder / "exported");
        const auto exported = run_cli({"export", run, "--format", "hf", "-o", output, "--json"});
        VERIFY_STATUS(exported, 0);
        QVERIFY(exported.json()["bytes"].toInt() > 0);
        QVERIFY(exported.json()["bits_per_weight"].isDouble());
        for (const auto &file : exported.json()["files"].toArray())
            QVERIFY2(QFile::exists(file.toString()), qPrintable(file.toString()));

        QVERIFY(write_bytes(folder / "text.txt", QByteArray("the quick brown fox\n").repeated(20)));
        const auto perplexity_of = [&](const QString &of) {
            return run_cli({"eval", of, "--text", shown(folder / "text.txt"), "--json"})
                .json()["perplexity"]
                .toDouble();
        };
        const auto of_run = perplexity_of(run);
        QVERIFY(of_run > 1);
        QVERIFY(std::abs(perplexity_of(output) / of_run - 1) < 5e-3); // rounded to half precision
        QVERIFY(perplexity_of(model) != of_run);

        const auto moves = shown(folder / "moves.safetensors");
        VERIFY_STATUS(run_cli({"export", run, "--format", "invariances", "-o", moves}), 0);
        QVERIFY(QFile::exists(moves));
    }

    void compare_lists_runs_with_the_first_as_baseline() {
        const TemporaryFolder folder;
        const auto first = shown(folder / "first");
        const auto second = shown(folder / "second");
        VERIFY_STATUS(run_cli(tiny_arguments("quantize", first)), 0);
        VERIFY_STATUS(run_cli(tiny_arguments("search", second, {"--steps", "20"})), 0);
        const auto outcome = run_cli({"compare", first, second, "--json"});
        VERIFY_STATUS(outcome, 0);
        const auto runs = outcome.json()["runs"].toArray();
        QCOMPARE(runs.size(), 2);
        QCOMPARE(runs[0]["steps"].toInt(), 0);
        QCOMPARE(runs[0]["ce_delta"].toDouble(), 0.0);
        QCOMPARE(runs[1]["steps"].toInt(), 20);
        QVERIFY(runs[1]["loss_delta"].toDouble() < 0);
        QCOMPARE(runs[1]["settings"]["bits"].toInt(), 2);
        const auto table = run_cli({"compare", first, second});
        VERIFY_STATUS(table, 0);
        QVERIFY(table.out.contains("first") && table.out.contains("second"));
    }

    void plot_draws_every_picture_format() {
        const TemporaryFolder folder;
        const auto run = shown(folder / "run");
        VERIFY_STATUS(run_cli(tiny_arguments("search", run, {"--steps", "20"})), 0);
        const auto draw = [&](const char *name) {
            const auto file = folder / name;
            const auto outcome = run_cli({"plot", run, "-o", shown(file), "--size", "800x600", "--json"});
            return outcome.status == 0 && outcome.json()["bytes"].toInt() > 0 ? read_bytes(file) : outcome.both();
        };
        QVERIFY(draw("plot.png").startsWith("\x89PNG"));
        QVERIFY(draw("plot.pdf").startsWith("%PDF"));
        QVERIFY(draw("plot.svg").contains("<svg"));
    }
};

QTEST_GUILESS_MAIN(TestCliRuns)
#include "tst_cli_runs.moc"
