// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/search/run.h"

#include "core/model/compute.h"
#include "core/model/fingerprint.h"
#include "core/search/calibration.h"
#include "core/search/open_model.h"
#include "core/search/run_folder.h"
#include "core/search/run_loop.h"
#include "core/search/settings_error.h"
#include "core/search/start_file.h"
#include "core/search/trace.h"
#include "core/search/training_csv.h"

#include <fmt/ranges.h>

namespace invar {
namespace {

Task stage_task(const RunControl &control, SearchObserver &observer) {
    return {.stop = control.stop_token(),
            .progress = [&observer](double fraction, std::string_view stage) { observer.on_stage(stage, fraction); }};
}

TrainingListener training_heard_by(SearchObserver &observer) {
    return [&observer](const TrainingPoint &point) { observer.on_training(point); };
}

/// Folders become absolute, so that the run can be resumed from anywhere.
SearchSettings with_absolute_paths(SearchSettings settings) {
    const auto make_absolute = [](std::string &path) {
        if (!path.empty())
            path = std::filesystem::absolute(path).lexically_normal().string();
    };
    if (settings.model != "demo")
        make_absolute(settings.model);
    make_absolute(settings.calibration_text);
    make_absolute(settings.calibration_ids);
    return settings;
}

/// What of the settings is to be right: all of them, or those of the starting method alone.
using SettingsCheck = std::vector<SettingsProblem> (*)(const SearchSettings &, const ModelInfo &);

/// `folder`: the run that keeps what the starting method made, this or another; empty: the method is still to do so.
Session prepare(const SearchSettings &asked, SettingsCheck check, const Task &task, const TrainingListener &hear,
                const std::filesystem::path &folder = {}) {
    if (names_run(asked.model))
        fail("{}: is a run, not a full-precision model; only a new search can begin with one", asked.model);
    auto model = open_model(asked.model, task);
    const auto settings = settled(asked, model->info());
    if (auto problems = check(settings, model->info()); !problems.empty())
        throw SettingsError(std::move(problems));
    task.check();
    task.report(0, "reading the calibration set");
    const auto ids = load_calibration(settings, *model);
    auto training = folder.empty() ? std::vector<TrainingPoint>() : read_training(folder, model->info().layers);
    SearchEngine engine(model, settings, ids, task,
                        folder.empty() ? std::nullopt : read_start(folder, *model, settings, task),
                        [&](const TrainingPoint &point) {
                            training.push_back(point);
                            if (hear)
                                hear(point);
                        });
    RunStart start{.version = INVAR_VERSION,
                   .family = model->info().family,
                   .layers = model->info().layers,
                   .projections = model->info().projections,
                   .model_fingerprint = fingerprint(model->weights()),
                   .calibration_fingerprint = fingerprint(ids),
                   .ce0 = engine.start_terms().ce,
                   .mse0 = engine.start_terms().mse,
                   .full_precision_ce = engine.full_precision_ce(),
                   .bits_per_weight =
                       GridPlan(settings.grid, settings.layer_bits, model->info()).bits_per_weight(model->info()),
                   .errors = engine.errors(),
                   .settings = settings};
    return {std::move(model), std::move(start), std::move(engine), std::move(training)};
}

/// Output errors of the starting method's model, which a run begins by measuring.
void measure_outputs(Session &session, const Task &task) {
    set_outputs(session.start.errors, session.engine.output_errors(task), session.start.projections);
}

/// Those that a run had from its beginning, which measuring anew would only repeat.
bool take_outputs(std::vector<MatrixError> &errors, const std::vector<MatrixError> &known) {
    for (auto &error : errors)
        if (const auto *const other = find_error(known, error.layer, error.projection))
            error.output = other->output;
    return mean_output_error(known).has_value();
}

RunPosition first_position(const Session &session) {
    const auto &terms = session.engine.start_terms();
    return {.step = 0,
            .seconds = 0,
            .best_loss = 1 + session.start.settings.alpha,
            .best_ce = terms.ce,
            .best_mse = terms.mse,
            .states = session.engine.states(),
            .errors = session.start.errors};
}

/// A run begins to exist.
void create(const std::filesystem::path &folder, const Session &session) {
    const auto &settings = session.start.settings;
    create_run_folder(folder, session.start, first_position(session), [&](const std::filesystem::path &created) {
        if (!make_starting_method(settings.method)->is_quick())
            write_start(created, session.engine.start(), session.model->info());
        if (!session.training.empty())
            write_training(created, session.training);
    });
}

/// A search that is asked for on a run, as one on that run's model.
SearchSettings on_the_model_of(const std::filesystem::path &run, SearchSettings settings) {
    const auto then = read_run_settings(run);
    settings.model = then.model;
    std::vector<SettingsProblem> problems;
    for (auto &field : differing_start_fields(settings, then, false))
        problems.push_back(
            {std::move(field), fmt::format("cannot differ from {}, whose start is taken over", run.string())});
    if (!problems.empty())
        throw SettingsError(std::move(problems));
    return settings;
}

void refuse_another_model(const std::filesystem::path &folder, const RunStart &then, const RunStart &now,
                          std::string_view what) {
    if (then.model_fingerprint != now.model_fingerprint)
        fail("{}: {}: the model {} has other weights than when the run began", folder.string(), what,
             now.settings.model);
}

void refuse_if_different(const std::filesystem::path &folder, const RunStart &then, const RunStart &now) {
    refuse_another_model(folder, then, now, "cannot be resumed");
    if (then.calibration_fingerprint != now.calibration_fingerprint)
        fail("{}: cannot be resumed: the calibration text gives other tokens than when the run began", folder.string());
}

} // namespace

QuantizeResult quantize(const SearchSettings &settings, const std::filesystem::path &folder, const Task &task) {
    const ComputeScope scope(settings.threads);
    return with_plain_errors([&] {
        auto session = prepare(with_absolute_paths(settings), find_start_problems, task, {});
        measure_outputs(session, task);
        create(folder, session);
        QuantizeResult result{.bits_per_weight = session.start.bits_per_weight, .matrices = session.start.errors};
        std::erase_if(result.matrices,
                      [](const MatrixError &error) { return error.projection == layer_output_column; });
        return result;
    });
}

RunSummary search(const SearchSettings &settings, const std::filesystem::path &folder, RunControl &control,
                  SearchObserver &observer) {
    if (is_run_folder(folder))
        fail("{}: already holds a run; resume it or choose a new name", folder.string());
    const ComputeScope scope(settings.threads);
    return with_plain_errors([&] {
        const auto task = stage_task(control, observer);
        auto asked = with_absolute_paths(settings);
        const auto taken_over = names_run(asked.model) ? std::filesystem::path(asked.model) : std::filesystem::path();
        if (!taken_over.empty())
            asked = on_the_model_of(taken_over, std::move(asked));
        auto session = prepare(asked, find_problems, task, training_heard_by(observer), taken_over);
        if (!taken_over.empty())
            refuse_another_model(taken_over, read_run_start(taken_over), session.start,
                                 "its start cannot be taken over");
        measure_outputs(session, task);
        create(folder, session);
        return RunLoop(session, first_position(session), {}, folder, control, observer)
            .run(settings.steps, settings.seconds);
    });
}

RunSummary resume(const std::filesystem::path &folder, std::int64_t total_steps, double seconds, RunControl &control,
                  SearchObserver &observer) {
    if (!is_run_folder(folder))
        fail("{}: is not a run folder", folder.string());
    const auto settings = read_run_settings(folder);
    const auto then = read_run_start(folder);
    if (const auto fields = differing_fields(settings, then.settings); !fields.empty())
        fail("{}: cannot be resumed: settings.json was changed since the run began ({})", folder.string(),
             fmt::join(fields, ", "));
    auto position = read_run_position(folder);
    const ComputeScope scope(settings.threads);
    return with_plain_errors([&] {
        const auto task = stage_task(control, observer);
        auto session = prepare(settings, find_problems, task, {}, folder);
        refuse_if_different(folder, then, session.start);
        if (!take_outputs(session.start.errors, then.errors)) // a run of an earlier version
            measure_outputs(session, task);
        session.engine.restore(position.states, position.residual_order);
        auto history = read_steps(folder, position.step);
        return RunLoop(session, std::move(position), std::move(history), folder, control, observer)
            .run(total_steps > 0 ? total_steps : settings.steps, seconds);
    });
}

std::vector<ReplayedStep> replay(const SearchSettings &settings, const std::filesystem::path &trace,
                                 RunControl &control, SearchObserver &observer) {
    const ComputeScope scope(settings.threads);
    return with_plain_errors([&] {
        const auto task = stage_task(control, observer);
        const auto candidates = read_trace(trace);
        auto session = prepare(with_absolute_paths(settings), find_problems, task, training_heard_by(observer));
        auto &engine = session.engine;
        auto best = 1 + settings.alpha;
        std::vector<ReplayedStep> steps;
        for (const auto &proposal : candidates) {
            task.check();
            task.report(static_cast<double>(steps.size()) / static_cast<double>(candidates.size()), "replaying");
            const auto line = steps.size() + 1;
            if (proposal.layer >= session.model->info().layers)
                fail("{}: line {}: the model has no layer {}", trace.string(), line, proposal.layer);
            try {
                check(proposal.state, session.model->info().layer_shape());
            } catch (const Error &error) {
                fail("{}: line {}: {}", trace.string(), line, error.what());
            }
            auto candidate = engine.evaluate(proposal.layer, proposal.state);
            const auto terms = candidate.terms;
            const auto loss = engine.loss(terms);
            const bool accepted = loss < best;
            if (accepted) {
                best = loss;
                engine.accept(std::move(candidate));
            }
            steps.push_back({.ce = terms.ce, .mse = terms.mse, .loss = loss, .accepted = accepted});
        }
        return steps;
    });
}

} // namespace invar
