// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/search/run.h"

#include "core/model/compute.h"
#include "core/model/fingerprint.h"
#include "core/search/calibration.h"
#include "core/search/effective_weights.h"
#include "core/search/engine.h"
#include "core/search/open_model.h"
#include "core/search/policy.h"
#include "core/search/run_folder.h"
#include "core/search/run_state.h"
#include "core/search/settings_error.h"
#include "core/search/start_file.h"
#include "core/search/trace.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <chrono>

namespace invar {
namespace {

using Clock = std::chrono::steady_clock;

/// Everything that a session needs, loaded and measured.
struct Session {
    std::shared_ptr<const LanguageModel> model;
    RunStart start;
    SearchEngine engine;
};

Task stage_task(const RunControl &control, SearchObserver &observer) {
    return {.stop = control.stop_token(),
            .progress = [&observer](double fraction, std::string_view stage) { observer.on_stage(stage, fraction); }};
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

/// `folder`: where the run keeps what its starting method made, when it goes on; empty: it begins.
Session prepare(const SearchSettings &asked, const Task &task, const std::filesystem::path &folder = {}) {
    if (asked.model != "demo" && is_run_folder(asked.model))
        fail("{}: is a run, not a full-precision model; resume it, or start from the model it was made with",
             asked.model);
    auto model = open_model(asked.model, task);
    const auto settings = settled(asked, model->info());
    if (auto problems = find_problems(settings, model->info()); !problems.empty())
        throw SettingsError(std::move(problems));
    task.check();
    task.report(0, "reading the calibration set");
    const auto ids = load_calibration(settings, *model);
    SearchEngine engine(model, settings, ids, task,
                        folder.empty() ? std::nullopt : read_start(folder, *model, settings.grid));
    RunStart start{.version = INVAR_VERSION,
                   .family = model->info().family,
                   .layers = model->info().layers,
                   .projections = model->info().projections,
                   .model_fingerprint = fingerprint(model->weights()),
                   .calibration_fingerprint = fingerprint(ids),
                   .ce0 = engine.start_terms().ce,
                   .mse0 = engine.start_terms().mse,
                   .full_precision_ce = engine.full_precision_ce(),
                   .bits_per_weight = bits_per_weight(settings.grid, model->info()),
                   .errors = engine.errors(),
                   .settings = settings};
    return {std::move(model), std::move(start), std::move(engine)};
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
    });
}

void update(std::vector<MatrixError> &errors, const std::vector<MatrixError> &changed) {
    for (const auto &error : changed)
        for (auto &old : errors)
            if (old.layer == error.layer && old.projection == error.projection)
                old = error;
}

InvarianceSet approximate_invariances(const ModelInfo &model) {
    auto set = InvarianceSet::none();
    for (const auto &[invariance, exactness] : model.invariances)
        set.set(invariance, exactness == Exactness::approximate);
    return set;
}

/// Tries steps until a budget is spent or a stop is asked for.
class Loop {
public:
    Loop(Session &session, RunPosition position, std::vector<StepRecord> history, std::filesystem::path folder,
         RunControl &control, SearchObserver &observer)
        : engine_(session.engine), settings_(session.start.settings), position_(std::move(position)),
          policy_(make_policy(settings_, move_space(session.model->info()))),
          statistics_(count_moves(history, settings_.alpha, session.start.layers)), folder_(std::move(folder)),
          writer_(folder_, position_.step), control_(control), observer_(observer),
          approximate_(approximate_invariances(session.model->info())) {
        previous_best_ = 1 + settings_.alpha;
        for (const auto &record : history) {
            approximate_moves_ += is_approximate(record);
            policy_->learn(record, previous_best_);
            previous_best_ = record.best_loss;
        }
        retake_gradient();
        observer_.on_started({.model = session.model->info(),
                              .settings = settings_,
                              .folder = folder_.string(),
                              .ce0 = session.start.ce0,
                              .mse0 = session.start.mse0,
                              .full_precision_ce = session.start.full_precision_ce,
                              .errors_at_start = session.start.errors,
                              .errors_now = position_.errors,
                              .history = std::move(history),
                              .statistics = statistics_,
                              .bits_per_weight = session.start.bits_per_weight,
                              .drift = engine_.drift()});
    }

    RunSummary run(std::int64_t total_steps, double seconds) {
        const auto first_step = position_.step;
        const auto earlier_seconds = position_.seconds;
        double searching = 0;
        auto reason = StopReason::steps_done;
        while (total_steps == 0 || position_.step < total_steps) {
            if (control_.paused()) {
                writer_.flush(position_);
                control_.wait_while_paused();
            }
            if (control_.stop_requested() || (seconds > 0 && searching >= seconds)) {
                reason = control_.stop_requested() ? StopReason::stopped : StopReason::time_up;
                break;
            }
            const auto begin = Clock::now();
            auto record = try_step();
            measure_drift(record);
            searching += std::chrono::duration<double>(Clock::now() - begin).count();
            position_.seconds = record.seconds = earlier_seconds + searching;
            statistics_.count(record, previous_best_);
            policy_->learn(record, previous_best_);
            writer_.add(record);
            observer_.on_step(record);
            if (writer_.due())
                writer_.flush(position_);
        }
        writer_.flush(position_);
        const auto steps = position_.step - first_step;
        RunSummary summary{.steps = position_.step,
                           .accepted = statistics_.total.accepted,
                           .loss = position_.best_loss,
                           .ce = position_.best_ce,
                           .mse = position_.best_mse,
                           .steps_per_second = searching > 0 ? static_cast<double>(steps) / searching : 0,
                           .seconds = position_.seconds,
                           .drift = engine_.drift(),
                           .reason = reason,
                           .statistics = statistics_};
        write_summary(folder_, summary);
        observer_.on_finished(summary);
        return summary;
    }

private:
    StepRecord try_step() {
        const auto step = position_.step + 1;
        previous_best_ = position_.best_loss;
        std::optional<double> predicted;
        auto proposal = choose(policy_->propose(engine_.states(), step), predicted);
        const auto layer = proposal.layer;
        const auto moved = proposal.moved;
        auto candidate = engine_.evaluate(std::move(proposal), effort_for(step));
        const auto loss = engine_.loss(candidate.terms);
        const auto terms = candidate.terms;
        const bool accepted = candidate.complete() && loss < position_.best_loss;
        const auto share = candidate.share;
        const auto race = !candidate.dropped      ? RaceOutcome::none
                          : !candidate.complete() ? RaceOutcome::dropped
                          : accepted              ? RaceOutcome::audited_wrong
                                                  : RaceOutcome::audited_right;
        if (accepted) {
            const auto changed = accept(std::move(candidate));
            position_.best_loss = loss;
            position_.best_ce = terms.ce;
            position_.best_mse = terms.mse;
            update(position_.errors, changed);
            observer_.on_errors(changed);
        }
        position_.step = step;
        return {.step = step,
                .seconds = 0, // known when the step is over
                .layer = layer,
                .moved = moved,
                .accepted = accepted,
                .loss = loss,
                .ce = terms.ce,
                .mse = terms.mse,
                .best_loss = position_.best_loss,
                .best_ce = position_.best_ce,
                .best_mse = position_.best_mse,
                .share = share,
                .race = race,
                .predicted = predicted};
    }

    [[nodiscard]] bool is_approximate(const StepRecord &record) const {
        return record.accepted && std::ranges::any_of(members_of(record.moved), [this](Invariance invariance) {
                   return approximate_.contains(invariance);
               });
    }

    /// Every so many approximate moves, whichever session they are made in: a pass of the full-precision model is dear.
    void measure_drift(StepRecord &record) {
        constexpr std::int64_t moves_between = 20;
        if (is_approximate(record) && approximate_moves_++ % moves_between == 0)
            record.drift = engine_.drift();
    }

    /// Returns the errors that it changes.
    std::vector<MatrixError> accept(Candidate candidate) {
        if (candidate.reordered) {
            engine_.accept(std::move(candidate));
            position_.residual_order = engine_.residual_order();
            return engine_.errors();
        }
        const auto layer = candidate.first_layer();
        auto changed = engine_.errors_after(candidate);
        engine_.accept(std::move(candidate));
        position_.states[layer] = engine_.states()[layer];
        return changed;
    }

    /// The only proposal, or the most promising by the gradient.
    Proposal choose(std::vector<Proposal> proposals, std::optional<double> &predicted) {
        if (proposals.front().layer < 0)
            return std::move(proposals.front());
        if (policy_->wants_gradient()) {
            engine_.take_gradient();
            position_.gradient_states = engine_.states();
            position_.gradient_residual_order = engine_.residual_order();
        }
        if (proposals.size() == 1)
            return std::move(proposals.front());
        const auto changes = engine_.predicted_changes(proposals);
        const auto best = std::ranges::min_element(changes);
        predicted = *best;
        return std::move(proposals[static_cast<std::size_t>(best - changes.begin())]);
    }

    /// A resumed run goes on with the gradient that it had.
    void retake_gradient() {
        if (position_.gradient_states.empty() || policy_->wants_gradient())
            return;
        engine_.restore(position_.gradient_states, position_.gradient_residual_order);
        engine_.take_gradient();
        engine_.restore(position_.states, position_.residual_order);
    }

    /// Draws that are not the policy's own come from steps that no run reaches.
    [[nodiscard]] Effort effort_for(std::int64_t step) const {
        Effort effort{.to_beat = position_.best_loss};
        if (settings_.racing_error > 0) {
            StepRandom random(settings_.seed, -step);
            effort.racing = RacingRule{.error = settings_.racing_error};
            effort.first_unit = random.below(std::uint64_t{1} << 32);
            effort.audit = random.uniform() < settings_.racing_audit;
        }
        return effort;
    }

    SearchEngine &engine_;
    const SearchSettings settings_;
    RunPosition position_;
    std::unique_ptr<MovePolicy> policy_;
    MoveStatistics statistics_;
    std::filesystem::path folder_;
    RunWriter writer_;
    RunControl &control_;
    SearchObserver &observer_;
    const InvarianceSet approximate_;    ///< what the model's family calls so
    std::int64_t approximate_moves_ = 0; ///< accepted so far
    double previous_best_ = 0;
};

void refuse_if_different(const std::filesystem::path &folder, const RunStart &then, const RunStart &now) {
    if (then.model_fingerprint != now.model_fingerprint)
        fail("{}: cannot be resumed: the model {} has other weights than when the run began", folder.string(),
             now.settings.model);
    if (then.calibration_fingerprint != now.calibration_fingerprint)
        fail("{}: cannot be resumed: the calibration text gives other tokens than when the run began", folder.string());
}

} // namespace

QuantizeResult quantize(const SearchSettings &settings, const std::filesystem::path &folder, const Task &task) {
    const ComputeScope scope(settings.threads);
    return with_plain_errors([&] {
        const auto session = prepare(with_absolute_paths(settings), task);
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
        auto session = prepare(with_absolute_paths(settings), stage_task(control, observer));
        create(folder, session);
        return Loop(session, first_position(session), {}, folder, control, observer)
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
        auto session = prepare(settings, stage_task(control, observer), folder);
        refuse_if_different(folder, then, session.start);
        session.engine.restore(position.states, position.residual_order);
        auto history = read_steps(folder, position.step);
        return Loop(session, std::move(position), std::move(history), folder, control, observer)
            .run(total_steps > 0 ? total_steps : settings.steps, seconds);
    });
}

std::vector<ReplayedStep> replay(const SearchSettings &settings, const std::filesystem::path &trace,
                                 RunControl &control, SearchObserver &observer) {
    const ComputeScope scope(settings.threads);
    return with_plain_errors([&] {
        const auto task = stage_task(control, observer);
        const auto candidates = read_trace(trace);
        auto session = prepare(with_absolute_paths(settings), task);
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
                check(proposal.state, session.model->info().ffn_size, session.model->info().attention);
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
