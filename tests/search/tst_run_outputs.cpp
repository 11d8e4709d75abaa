// SPDX-License-Identifier: GPL-3.0-or-later
// When a run measures the output errors of its matrices, and what its record keeps of them.
#include "core/quant/output_error.h"

#include "core/base/files.h"
#include "core/model/compute.h"
#include "core/search/calibration.h"
#include "core/search/open_model.h"
#include "core/search/run_folder.h"
#include "core/search/run_state.h"
#include "search/tiny_search.h"

#include <QScopeGuard>
#include <QTest>

#include <algorithm>
#include <cmath>
#include <thread>

using namespace invar;

namespace {

RunSummary run(const SearchSettings &settings, const std::filesystem::path &folder, SearchObserver &observer) {
    RunControl control;
    return search(settings, folder, control, observer);
}

/// Output errors of the matrices, in the order of the record; -1: none.
std::vector<double> outputs_of(const std::vector<MatrixError> &errors) {
    std::vector<double> outputs;
    for (const auto &error : errors)
        if (error.projection != layer_output_column)
            outputs.push_back(error.output.value_or(-1));
    return outputs;
}

/// Those of the models that the run opens as, whose residual stream may be in another order than the engine's.
std::vector<double> outputs_measured_anew(const std::filesystem::path &folder) {
    const ComputeScope scope(1);
    const auto exact = open_model(folder.string(), {}, RunState::transformed);
    const auto rounded = open_model(folder.string(), {}, RunState::current);
    const auto ids = load_calibration(read_run_settings(folder), *exact);
    const auto outputs = output_errors(exact->family(), LayerWalk(exact->family(), exact->weights(), ids),
                                       [&exact](std::size_t layer) { return exact->weights().layers[layer]; },
                                       rounded->weights().layers, {});
    std::vector<double> all;
    for (const auto &layer : outputs)
        for (const auto &output : layer)
            all.push_back(output.value_or(-1));
    return all;
}

bool all_close(const std::vector<double> &a, const std::vector<double> &b) {
    return std::ranges::equal(a, b, [](double one, double other) { return std::abs(one - other) < 1e-4; });
}

/// Takes output errors out of a run's files, as runs of earlier versions have none.
void make_old(const std::filesystem::path &folder) {
    auto start = nlohmann::json::parse(read_text_file(folder / "start.json"));
    for (auto &error : start["errors"])
        error.erase("output_error");
    write_file_atomically(folder / "start.json", start.dump(1));
    auto position = read_run_position(folder);
    for (auto &error : position.errors)
        error.output.reset();
    write_position(folder / "state.safetensors", position);
}

} // namespace

class TestRunOutputs : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void output_errors_are_measured_at_the_start_and_at_the_end_and_kept_in_the_record() {
        const test::TemporaryFolder folder;
        test::Listener listener;
        auto settings = test::tiny_settings();
        settings.policy = "screened"; // accepts often
        settings.invariances =
            parse_invariances("permutation,scaling,value-rotation,residual-permutation,norm-scaling");
        settings.approximate = true;
        const auto summary = run(settings, folder / "run", listener);
        QVERIFY(summary.accepted > 0);
        const auto record = read_run_record(folder / "run");
        const auto at_start = outputs_of(record.errors_at_start);
        const auto now = outputs_of(record.errors_now);
        QCOMPARE(at_start, outputs_of(listener.started.front().errors_at_start)); // to the last bit
        QVERIFY(std::ranges::all_of(at_start, [](double output) { return output > 0 && output < 1.5; }));
        QVERIFY(now != at_start);
        QVERIFY(all_close(now, outputs_measured_anew(folder / "run")));
        QVERIFY(listener.errors.size() >= record.errors_now.size()); // and the listener was told all
        const std::vector told(listener.errors.end() - static_cast<std::ptrdiff_t>(record.errors_now.size()),
                               listener.errors.end());
        QCOMPARE(outputs_of(told), now);
        for (const auto &error : record.errors_now)
            QCOMPARE(error.output.has_value(), error.projection != layer_output_column);
    }

    void until_output_errors_are_measured_again_the_last_ones_are_told() {
        const test::TemporaryFolder folder;
        test::Listener listener;
        std::vector<MatrixError> on_the_way;
        listener.react = [&](const StepRecord &) { on_the_way = listener.errors; };
        QVERIFY(run(test::tiny_settings(), folder / "run", listener).accepted > 0);
        const auto &start = listener.started.front().errors_at_start;
        QVERIFY(!on_the_way.empty());
        for (const auto &error : on_the_way)
            for (const auto &other : start)
                if (other.layer == error.layer && other.projection == error.projection)
                    QVERIFY(error.output == other.output);
    }

    void a_run_from_before_output_errors_opens_and_gets_them_when_it_goes_on() {
        const test::TemporaryFolder folder;
        test::Listener listener;
        run(test::tiny_settings(), folder / "run", listener);
        const auto record = read_run_record(folder / "run");
        make_old(folder / "run");
        const auto old = read_run_record(folder / "run");
        QCOMPARE(old.errors_at_start.size(), record.errors_at_start.size());
        QVERIFY(!mean_output_error(old.errors_at_start) && !mean_output_error(old.errors_now));
        QCOMPARE(old.errors_now.back().relative, record.errors_now.back().relative);
        test::Listener later;
        RunControl control;
        resume(folder / "run", 60, 0, control, later); // no step more
        QVERIFY(all_close(outputs_of(later.started.front().errors_at_start), outputs_of(record.errors_at_start)));
        QVERIFY(all_close(outputs_of(read_run_record(folder / "run").errors_now), outputs_of(record.errors_now)));
    }

    void a_pause_measures_output_errors_and_haste_leaves_them_out() {
        const test::TemporaryFolder folder;
        std::stop_source source;
        RunControl control(source.get_token());
        test::Listener listener;
        std::int64_t accepted = 0;
        listener.react = [&](const StepRecord &record) {
            accepted += record.accepted;
            if (record.accepted && accepted == 1)
                control.pause();
        };
        auto settings = test::tiny_settings();
        settings.steps = 0;
        std::jthread worker([&] { search(settings, folder / "run", control, listener); });
        const auto end = qScopeGuard([&] { source.request_stop(); });
        const auto has_measured = [&] {
            if (!is_run_folder(folder / "run"))
                return false;
            const auto record = read_run_record(folder / "run");
            return outputs_of(record.errors_now) != outputs_of(record.errors_at_start);
        };
        QTRY_VERIFY(has_measured());
        QVERIFY(
            all_close(outputs_of(read_run_record(folder / "run").errors_now), outputs_measured_anew(folder / "run")));
        const auto at_pause = outputs_of(read_run_record(folder / "run").errors_now);
        control.hurry();
        control.resume();
        QTRY_VERIFY(read_run_record(folder / "run").statistics.total.accepted > 3);
        source.request_stop();
        worker.join();
        QCOMPARE(outputs_of(read_run_record(folder / "run").errors_now), at_pause);
    }
};

QTEST_GUILESS_MAIN(TestRunOutputs)
#include "tst_run_outputs.moc"
