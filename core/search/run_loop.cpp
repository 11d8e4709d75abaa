// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/search/run_loop.h"

#include "core/search/run_folder.h"

#include <algorithm>
#include <chrono>

namespace invar {
namespace {

using Clock = std::chrono::steady_clock;

/// Output errors that were not measured anew stay as they were, in both.
void update(std::vector<MatrixError> &errors, std::vector<MatrixError> &changed) {
    for (auto &error : changed)
        if (auto *const old = find_error(errors, error.layer, error.projection)) {
            if (!error.output)
                error.output = old->output;
            *old = error;
        }
}

/// While it lives, what the engine runs ends soon after a stop was requested.
class Stoppable {
public:
    Stoppable(SearchEngine &engine, std::stop_token stop) : engine_(engine) { engine_.stop_with(std::move(stop)); }
    ~Stoppable() { engine_.stop_with({}); }
    Stoppable(const Stoppable &) = delete;
    Stoppable &operator=(const Stoppable &) = delete;

private:
    SearchEngine &engine_;
};

InvarianceSet approximate_invariances(const ModelInfo &model) {
    auto set = InvarianceSet::none();
    for (const auto &[invariance, exactness] : model.invariances)
        set.set(invariance, exactness == Exactness::approximate);
    return set;
}

} // namespace

RunLoop::RunLoop(Session &session, RunPosition position, std::vector<StepRecord> history, std::filesystem::path folder,
                 RunControl &control, SearchObserver &observer)
    : engine_(session.engine), settings_(session.start.settings), position_(std::move(position)),
      policy_(make_policy(settings_, move_space(session.model->info()))),
      statistics_(count_moves(history, settings_.alpha, session.start.layers)), folder_(std::move(folder)),
      writer_(folder_, position_.step), control_(control), observer_(observer), projections_(session.start.projections),
      approximate_(approximate_invariances(session.model->info())) {
    previous_best_ = 1 + settings_.alpha;
    for (const auto &record : history) {
        approximate_moves_ += is_approximate(record);
        policy_->learn(record, previous_best_);
        previous_best_ = record.best_loss;
    }
    outputs_are_old_ = !mean_output_error(position_.errors);
    {
        const Stoppable stoppable(engine_, control_.stop_token());
        retake_gradient();
        drift_ = engine_.drift();
    }
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
                          .drift = drift_,
                          .training = session.training});
}

RunSummary RunLoop::run(std::int64_t total_steps, double seconds) {
    const auto first_step = position_.step;
    const auto earlier_seconds = position_.seconds;
    double searching = 0;
    auto reason = StopReason::steps_done;
    while (total_steps == 0 || position_.step < total_steps) {
        if (control_.paused()) {
            writer_.flush(position_);
            if (measure_outputs([this] { return control_.paused() || control_.stop_requested(); }))
                writer_.flush(position_);
            control_.wait_while_paused();
        }
        if (control_.stop_requested() || (seconds > 0 && searching >= seconds)) {
            reason = control_.stop_requested() ? StopReason::stopped : StopReason::time_up;
            break;
        }
        const auto begin = Clock::now();
        const auto tried = try_step();
        if (!tried)
            continue; // ends the loop
        auto record = *tried;
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
    writer_.flush(position_); // first: whoever kills it now loses no step
    if (measure_outputs([] { return true; }))
        writer_.flush(position_);
    const auto steps = position_.step - first_step;
    RunSummary summary{.steps = position_.step,
                       .accepted = statistics_.total.accepted,
                       .loss = position_.best_loss,
                       .ce = position_.best_ce,
                       .mse = position_.best_mse,
                       .steps_per_second = searching > 0 ? static_cast<double>(steps) / searching : 0,
                       .seconds = position_.seconds,
                       .drift = control_.in_haste() ? drift_ : engine_.drift(),
                       .reason = reason,
                       .statistics = statistics_};
    write_summary(folder_, summary);
    observer_.on_finished(summary);
    return summary;
}

RunLoop::Attempt RunLoop::attempt(std::int64_t step) {
    const Stoppable stoppable(engine_, control_.stop_token());
    auto proposal = choose(policy_->propose(engine_.states(), step), step);
    auto candidate = engine_.evaluate(proposal, effort_for(step));
    return {std::move(proposal), std::move(candidate)};
}

std::optional<StepRecord> RunLoop::try_step() {
    const auto step = position_.step + 1;
    previous_best_ = position_.best_loss;
    std::optional<Attempt> attempted;
    try {
        attempted = attempt(step);
    } catch (const Cancelled &) {
        return {};
    }
    auto &[proposal, candidate] = *attempted;
    const auto loss = engine_.loss(candidate.terms);
    const auto terms = candidate.terms;
    const bool accepted = candidate.complete() && loss < position_.best_loss;
    const auto share = candidate.share;
    const auto race = !candidate.dropped      ? RaceOutcome::none
                      : !candidate.complete() ? RaceOutcome::dropped
                      : accepted              ? RaceOutcome::audited_wrong
                                              : RaceOutcome::audited_right;
    if (accepted) {
        auto changed = accept(std::move(candidate));
        outputs_are_old_ = true;
        position_.best_loss = loss;
        position_.best_ce = terms.ce;
        position_.best_mse = terms.mse;
        update(position_.errors, changed);
        observer_.on_errors(changed);
    }
    position_.step = step;
    return StepRecord{.step = step,
                      .seconds = 0, // known when the step is over
                      .layer = proposal.layer,
                      .moved = proposal.moved,
                      .accepted = accepted,
                      .loss = loss,
                      .ce = terms.ce,
                      .mse = terms.mse,
                      .best_loss = position_.best_loss,
                      .best_ce = position_.best_ce,
                      .best_mse = position_.best_mse,
                      .share = share,
                      .race = race,
                      .predicted = proposal.predicted};
}

bool RunLoop::is_approximate(const StepRecord &record) const {
    return record.accepted && std::ranges::any_of(members_of(record.moved), [this](Invariance invariance) {
               return approximate_.contains(invariance);
           });
}

void RunLoop::measure_drift(StepRecord &record) {
    constexpr std::int64_t moves_between = 20;
    if (is_approximate(record) && approximate_moves_++ % moves_between == 0)
        record.drift = drift_ = engine_.drift();
}

std::vector<MatrixError> RunLoop::accept(Candidate candidate) {
    if (candidate.reordered) {
        engine_.accept(std::move(candidate));
        position_.residual_order = engine_.residual_order();
        return engine_.errors();
    }
    auto changed = engine_.errors_after(candidate);
    engine_.accept(std::move(candidate));
    position_.states = engine_.states();
    return changed;
}

bool RunLoop::measure_outputs(const std::function<bool()> &is_awaited) {
    const auto is_wanted = [&] { return is_awaited() && !control_.in_haste(); };
    if (!outputs_are_old_ || !is_wanted())
        return false;
    std::stop_source enough;
    const Task task{.stop = enough.get_token(), .progress = [&](double fraction, std::string_view stage) {
                        if (!is_wanted())
                            enough.request_stop();
                        observer_.on_stage(stage, fraction);
                    }};
    try {
        set_outputs(position_.errors, engine_.output_errors(task), projections_);
    } catch (const Cancelled &) {
        return false;
    }
    outputs_are_old_ = false;
    observer_.on_errors(position_.errors);
    return true;
}

Proposal RunLoop::choose(std::vector<Proposal> proposals, std::int64_t step) {
    if (proposals.front().moves_stream())
        return std::move(proposals.front());
    if (policy_->wants_gradient()) {
        take_gradient(step);
        position_.gradient_step = step;
        position_.gradient_states = engine_.states();
        position_.gradient_residual_order = engine_.residual_order();
    }
    return policy_->choose(std::move(proposals), engine_, step);
}

void RunLoop::retake_gradient() {
    if (position_.gradient_states.empty() || policy_->gradient_is_over())
        return;
    engine_.restore(position_.gradient_states, position_.gradient_residual_order);
    take_gradient(position_.gradient_step);
    engine_.restore(position_.states, position_.residual_order);
}

void RunLoop::take_gradient(std::int64_t step) { engine_.take_gradient(policy_->gradient_needs(), step); }

Effort RunLoop::effort_for(std::int64_t step) const {
    Effort effort{.to_beat = position_.best_loss};
    if (settings_.racing_error > 0) {
        StepRandom random(settings_.seed, -step);
        effort.racing = RacingRule{.error = settings_.racing_error};
        effort.first_unit = random.below(std::uint64_t{1} << 32);
        effort.audit = random.uniform() < settings_.racing_audit;
    }
    return effort;
}

} // namespace invar
