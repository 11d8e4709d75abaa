// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/search/run.h"
#include "search/tiny_search.h"
#include "support/error_of.h"
#include "support/gpu.h"

#include <QTest>

#include <cmath>
#include <fstream>

using namespace invar;

class TestReplay : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void the_engine_decides_as_the_reference_port_did_data() {
        QTest::addColumn<int>("index");
        QTest::addColumn<QString>("device");
        std::ifstream file(test::golden("replay/replay.json"));
        const auto recorded = nlohmann::json::parse(file);
        for (const auto *device : {"cpu", "cuda"})
            for (std::size_t i = 0; i < recorded.size(); ++i)
                QTest::addRow("%s, %s", recorded[i]["trace"].get<std::string>().c_str(), device)
                    << static_cast<int>(i) << device;
    }
    void the_engine_decides_as_the_reference_port_did() {
        QFETCH(int, index);
        QFETCH(QString, device);
        if (device != QLatin1String("cpu"))
            NEEDS_A_GPU();
        std::ifstream file(test::golden("replay/replay.json"));
        const auto recorded = nlohmann::json::parse(file).at(static_cast<std::size_t>(index));
        const auto &arguments = recorded["arguments"];
        SearchSettings settings;
        settings.model = test::golden(recorded["model"].get<std::string>().c_str()).string();
        settings.calibration_ids = test::golden("replay/ids.json").string();
        settings.grid = {.bits = arguments["bits"], .group_size = arguments["group"]};
        settings.sequences = arguments["seqs"];
        settings.sequence_length = arguments["len"];
        settings.watched_layers = arguments["layers"];
        settings.alpha = arguments["alpha"];
        settings.equal_tokens = true;
        settings.threads = 1;
        settings.device = device.toStdString();
        const auto trace = test::golden("replay") / recorded["trace"].get<std::string>();

        RunControl control;
        test::Listener listener;
        const auto steps = replay(settings, trace, control, listener);

        std::ifstream lines(trace);
        std::string line;
        std::size_t count = 0;
        auto best = 1 + settings.alpha;
        while (std::getline(lines, line)) {
            const auto theirs = nlohmann::json::parse(line);
            const auto &ours = steps.at(count++);
            QVERIFY(std::abs(ours.loss - theirs["loss"].get<double>()) < 1e-4);
            QVERIFY(std::abs(ours.ce / theirs["ce"].get<double>() - 1) < 1e-4);
            QVERIFY(std::abs(ours.mse / theirs["mse"].get<double>() - 1) < 1e-3);
            if (std::abs(theirs["loss"].get<double>() - best) > 1e-6)
                QCOMPARE(ours.accepted, theirs["accepted"].get<bool>());
            if (theirs["accepted"])
                best = theirs["loss"];
        }
        QCOMPARE(count, steps.size());
        QVERIFY(count >= 40);
    }

    void broken_traces_are_refused_with_their_line_data() {
        QTest::addColumn<QByteArray>("line");
        QTest::addColumn<QString>("complaint");
        QTest::addRow("no JSON") << QByteArray("{\"layer\": 0,") << "line 1";
        QTest::addRow("missing order") << QByteArray(R"({"layer": 0, "rotation": [], "scale": []})") << "order";
        QTest::addRow("other size") << QByteArray(R"({"layer": 0, "rotation": [0], "scale": [1, 1], "order": [1, 0]})")
                                    << "neurons";
        QTest::addRow("unknown layer") << QByteArray(
                                              R"({"layer": 99, "rotation": [0], "scale": [1, 1], "order": [1, 0]})")
                                       << "99";
        QTest::addRow("nothing") << QByteArray("\n\n") << "no recorded candidates";
    }
    void broken_traces_are_refused_with_their_line() {
        QFETCH(QByteArray, line);
        QFETCH(QString, complaint);
        const test::TemporaryFolder folder;
        const auto trace = folder / "trace.jsonl";
        QVERIFY(test::write_bytes(trace, line));
        RunControl control;
        test::Listener listener;
        VERIFY_ERROR(replay(test::tiny_settings(), trace, control, listener), "trace.jsonl", complaint);
    }
};

QTEST_APPLESS_MAIN(TestReplay)
#include "tst_replay.moc"
