// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/search/run.h"

#include "core/base/files.h"
#include "core/evaluate/perplexity.h"
#include "core/search/open_model.h"
#include "core/search/policies.h"
#include "core/search/run_folder.h"
#include "core/search/run_state.h"
#include "core/search/steps_csv.h"
#include "search/policy_rows.h"
#include "search/tiny_search.h"
#include "support/error_of.h"

#include <QTest>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <thread>

using namespace invar;

namespace {

RunSummary run(const SearchSettings &settings, const std::filesystem::path &folder, SearchObserver &observer) {
    RunControl control;
    return search(settings, folder, control, observer);
}

RunSummary resume_to(const std::filesystem::path &folder, std::int64_t steps) {
    RunControl control;
    test::Listener listener;
    return resume(folder, steps, 0, control, listener);
}

void append(const std::filesystem::path &file, std::string_view text) {
    std::ofstream(file, std::ios::app | std::ios::binary) << text;
}

} // namespace

class TestRun : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void a_search_lowers_its_objective_and_records_every_step() {
        const test::TemporaryFolder folder;
        test::Listener listener;
        const auto summary = run(test::tiny_settings(), folder / "run", listener);
        QCOMPARE(summary.steps, 60);
        QVERIFY(summary.accepted > 0);
        QVERIFY(summary.loss < 1.1);
        QVERIFY(summary.reason == StopReason::steps_done);
        QCOMPARE(listener.steps.size(), 60U);
        QCOMPARE(listener.started.size(), 1U);
        QCOMPARE(listener.finished.size(), 1U);
        QVERIFY(!listener.errors.empty());
        auto best = 1.1;
        for (const auto &step : listener.steps) {
            QCOMPARE(step.accepted, step.loss < best);
            best = std::min(best, step.loss);
            QCOMPARE(step.best_loss, best);
        }
        const auto record = read_run_record(folder / "run");
        QCOMPARE(record.steps.size(), 60U);
        QCOMPARE(record.statistics.total.accepted, summary.accepted);
        QCOMPARE(record.steps.back().loss, listener.steps.back().loss); // to the last bit
    }

    void drift_is_measured_on_the_way_and_kept_in_the_record() {
        const test::TemporaryFolder folder;
        test::Listener listener;
        auto settings = test::tiny_settings();
        settings.steps = 200;
        settings.policy = "screened"; // accepts often
        const auto summary = run(settings, folder / "turned", listener);
        std::vector<double> drifts;
        for (const auto &record : read_run_record(folder / "turned").steps)
            if (record.drift)
                drifts.push_back(*record.drift);
        QCOMPARE(drifts.size(), static_cast<std::size_t>((summary.accepted + 19) / 20)); // the first, and every 20th
        QVERIFY(drifts.size() > 1);
        QVERIFY(drifts.front() > 0);
        QVERIFY(summary.drift > drifts.front());
        settings.invariances.rotation = false;
        run(settings, folder / "straight", listener);
        for (const auto &record : read_run_record(folder / "straight").steps)
            QVERIFY(!record.drift);
    }

    void the_same_seed_gives_the_same_run_and_another_seed_another() {
        const test::TemporaryFolder folder;
        test::Listener listener;
        auto settings = test::tiny_settings();
        run(settings, folder / "a", listener);
        run(settings, folder / "b", listener);
        QCOMPARE(test::rows_without_time(folder / "b"), test::rows_without_time(folder / "a"));
        settings.seed = 1;
        run(settings, folder / "c", listener);
        QVERIFY(test::rows_without_time(folder / "c") != test::rows_without_time(folder / "a"));
    }

    void a_run_resumed_twice_equals_one_in_one_go_data() {
        QTest::addColumn<QString>("policy");
        QTest::addColumn<double>("racing_error");
        QTest::addColumn<QString>("moves");
        for (const auto &policy : move_policies()) {
            const auto name = QString::fromStdString(policy.name);
            for (const double racing_error : {0.0, 0.2})
                QTest::addRow("%s%s", policy.name.c_str(), racing_error > 0 ? ", racing" : "")
                    << name << racing_error << "permutation,scaling,rotation";
            QTest::addRow("%s, norms", policy.name.c_str()) << name << 0.2 << "permutation,norm-scaling";
            QTest::addRow("%s, norms, stream", policy.name.c_str())
                << name << 0.0 << "permutation,norm-scaling,residual-permutation";
        }
    }
    void a_run_resumed_twice_equals_one_in_one_go() {
        QFETCH(QString, policy);
        QFETCH(double, racing_error);
        QFETCH(QString, moves);
        const test::TemporaryFolder folder;
        test::Listener listener;
        auto settings = test::tiny_settings();
        settings.policy = policy.toStdString();
        settings.invariances = parse_invariances(moves.toStdString());
        settings.draws = 8;
        settings.gradient_age = 3; // so that sessions end with a gradient in use
        settings.sequences = 16;   // several steps in a walk of norms
        settings.sequence_length = 4;
        settings.racing_error = racing_error;
        settings.steps = 90;
        const auto whole = run(settings, folder / "whole", listener);
        settings.steps = 25;
        run(settings, folder / "parts", listener);
        resume_to(folder / "parts", 60);
        const auto parts = resume_to(folder / "parts", 90);
        QCOMPARE(test::rows_without_time(folder / "parts"), test::rows_without_time(folder / "whole"));
        QCOMPARE(parts.loss, whole.loss);
        QVERIFY(read_run_position(folder / "parts").states == read_run_position(folder / "whole").states);
    }

    void a_killed_session_costs_only_the_steps_after_the_last_flush() {
        const test::TemporaryFolder folder;
        test::Listener listener;
        auto settings = test::tiny_settings();
        run(settings, folder / "whole", listener);
        settings.steps = 30;
        run(settings, folder / "killed", listener);
        // Rows that were written after the last state, the last one torn: what kill -9 can leave.
        append(folder / "killed" / "steps.csv", test::rows_without_time(folder / "whole").at(30));
        append(folder / "killed" / "steps.csv", "32,0.1,0,permut");
        resume_to(folder / "killed", 60);
        QCOMPARE(test::rows_without_time(folder / "killed"), test::rows_without_time(folder / "whole"));
    }

    void stopping_keeps_what_was_found_and_says_so() {
        const test::TemporaryFolder folder;
        std::stop_source source;
        RunControl control(source.get_token());
        test::Listener listener;
        listener.react = [&](const StepRecord &record) {
            if (record.step == 20)
                source.request_stop();
        };
        auto settings = test::tiny_settings();
        settings.steps = 0; // until stopped
        const auto summary = search(settings, folder / "run", control, listener);
        QVERIFY(summary.reason == StopReason::stopped);
        QCOMPARE(summary.steps, 20);
        QCOMPARE(read_run_record(folder / "run").steps.size(), 20U);
    }

    void a_run_that_is_stopped_in_the_middle_of_steps_equals_one_in_one_go_data() { test::add_policy_rows(); }
    void a_run_that_is_stopped_in_the_middle_of_steps_equals_one_in_one_go() {
        QFETCH(QString, policy);
        const test::TemporaryFolder folder;
        test::Listener listener;
        auto settings = test::tiny_settings();
        settings.policy = policy.toStdString();
        settings.invariances = parse_invariances("permutation,scaling,norm-scaling");
        settings.draws = 8;
        settings.gradient_age = 3;
        run(settings, folder / "whole", listener);
        settings.steps = 1;
        run(settings, folder / "parts", listener);
        constexpr std::int64_t all_steps = 60;
        std::int64_t done = 1;
        for (int session = 0; done < all_steps; ++session) {
            std::stop_source source;
            RunControl control(source.get_token());
            std::jthread stopper;
            listener.react = [&](const StepRecord &record) {
                if (record.step == done + 4)
                    stopper = std::jthread([&source, session] {
                        std::this_thread::sleep_for(std::chrono::microseconds(700 * (session % 5)));
                        source.request_stop();
                    });
            };
            done = resume(folder / "parts", all_steps, 0, control, listener).steps;
        }
        QCOMPARE(test::rows_without_time(folder / "parts"), test::rows_without_time(folder / "whole"));
        QVERIFY(read_run_position(folder / "parts").states == read_run_position(folder / "whole").states);
    }

    void a_stop_does_not_wait_for_the_end_of_a_step() {
        struct Stopper final : test::Listener {
            std::stop_source source;
            std::jthread later;
            void on_started(const RunStarted &event) override {
                test::Listener::on_started(event);
                later = std::jthread([this] {
                    std::this_thread::sleep_for(std::chrono::milliseconds(20));
                    source.request_stop();
                });
            }
        };
        const test::TemporaryFolder folder;
        auto settings = test::tiny_settings();
        settings.policy = "screened";
        settings.draws = 65536; // one step takes seconds
        settings.steps = 0;
        Stopper stopper;
        RunControl control(stopper.source.get_token());
        const auto summary = search(settings, folder / "run", control, stopper);
        QVERIFY(summary.reason == StopReason::stopped);
        QCOMPARE(summary.steps, 0);
    }

    void a_paused_run_takes_no_step_until_it_goes_on() {
        const test::TemporaryFolder folder;
        std::stop_source source;
        RunControl control(source.get_token());
        test::Listener listener;
        std::atomic<std::int64_t> steps = 0;
        listener.react = [&](const StepRecord &record) {
            steps = record.step;
            if (record.step == 10)
                control.pause();
        };
        std::jthread worker([&] { search(test::tiny_settings(), folder / "run", control, listener); });
        QTRY_COMPARE(steps.load(), 10);
        QTest::qWait(50);
        QCOMPARE(steps.load(), 10);
        QTRY_COMPARE(read_run_record(folder / "run").steps.size(), 10U); // and what it did is on disk
        control.resume();
        worker.join();
        QCOMPARE(steps.load(), 60);
    }

    void a_run_refuses_to_resume_as_something_else() {
        const test::TemporaryFolder folder;
        test::Listener listener;
        auto settings = test::tiny_settings();
        const auto model = folder.copy_of(test::golden("tiny-opt"));
        const auto ids = folder.copy_of(test::golden("replay/ids.json"));
        settings.model = model.string();
        settings.calibration_ids = ids.string();
        settings.steps = 5;
        run(settings, folder / "run", listener);

        auto text = read_text_file(folder / "run" / "settings.json");
        const auto original = text;
        text.replace(text.find("\"bits\": 2"), 9, "\"bits\": 3");
        write_file_atomically(folder / "run" / "settings.json", text);
        VERIFY_ERROR(resume_to(folder / "run", 10), "settings.json", "bits");
        write_file_atomically(folder / "run" / "settings.json", original);

        const auto id_text = read_text_file(ids);
        write_file_atomically(ids, "[7, 7, 7, " + id_text.substr(1));
        VERIFY_ERROR(resume_to(folder / "run", 10), "calibration");
        write_file_atomically(ids, id_text);

        test::change_a_weight(model);
        VERIFY_ERROR(resume_to(folder / "run", 10), "model", "weights");
    }

    void a_folder_in_use_or_already_filled_is_refused() {
        const test::TemporaryFolder folder;
        test::Listener listener;
        run(test::tiny_settings(), folder / "run", listener);
        VERIFY_ERROR(run(test::tiny_settings(), folder / "run", listener), "already holds a run");
        VERIFY_ERROR(resume_to(folder.path(), 10), "not a run folder");
        const RunWriter busy(folder / "run", 60);
        VERIFY_ERROR(resume_to(folder / "run", 70), "another process");
    }

    void damaged_run_files_are_refused_by_name_data() {
        QTest::addColumn<QString>("file");
        QTest::addColumn<QByteArray>("content");
        QTest::addRow("settings") << "settings.json" << QByteArray("{}");
        QTest::addRow("start") << "start.json" << QByteArray("[1, 2]");
        QTest::addRow("state") << "state.safetensors" << QByteArray("nonsense");
        QTest::addRow("rows") << "steps.csv" << QByteArray("step\n1,2,3\n4\n5\n6\n");
    }
    void damaged_run_files_are_refused_by_name() {
        QFETCH(QString, file);
        QFETCH(QByteArray, content);
        const test::TemporaryFolder folder;
        test::Listener listener;
        auto settings = test::tiny_settings();
        settings.steps = 3;
        run(settings, folder / "run", listener);
        QVERIFY(test::write_bytes(folder / "run" / file.toStdString(), content));
        VERIFY_ERROR(resume_to(folder / "run", 10), file);
    }

    void a_run_opens_as_the_model_it_left() {
        const test::TemporaryFolder folder;
        test::Listener listener;
        const auto summary = run(test::tiny_settings(), folder / "run", listener);
        const auto ids =
            nlohmann::json::parse(read_text_file(test::golden("replay/ids.json"))).get<std::vector<std::int32_t>>();
        const auto ce = [&](RunState state) {
            const auto model = open_model((folder / "run").string(), {}, state);
            return std::log(measure_perplexity(*model, ids, {.window = 16}).perplexity);
        };
        QVERIFY(std::abs(ce(RunState::current) - summary.ce) < 1e-5);
        QVERIFY(std::abs(ce(RunState::at_start) - listener.started.front().ce0) < 1e-5);
        QVERIFY(std::abs(ce(RunState::full_precision) - listener.started.front().full_precision_ce) < 1e-5);
    }

    void quantizing_alone_is_a_run_of_no_steps_that_can_be_searched_later() {
        const test::TemporaryFolder folder;
        const auto result = quantize(test::tiny_settings(), folder / "run", {});
        QCOMPARE(result.matrices.size(), 12U + 6U * (read_run_record(folder / "run").errors_at_start.size() / 7 - 2));
        QVERIFY(result.bits_per_weight > 2);
        QVERIFY(std::ranges::all_of(result.matrices, [](const MatrixError &error) { return error.output > 0; }));
        QCOMPARE(read_run_record(folder / "run").steps.size(), 0U);
        test::Listener listener;
        run(test::tiny_settings(), folder / "searched", listener);
        resume_to(folder / "run", 60);
        QCOMPARE(test::rows_without_time(folder / "run"), test::rows_without_time(folder / "searched"));
    }
};

QTEST_GUILESS_MAIN(TestRun)
#include "tst_run.moc"
