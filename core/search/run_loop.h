// SPDX-License-Identifier: GPL-3.0-or-later
// For core only: includes LibTorch.
#pragma once

#include "core/search/engine.h"
#include "core/search/policy.h"
#include "core/search/run.h"
#include "core/search/run_state.h"

#include <functional>
#include <optional>

namespace invar {

/// Everything that a session of a run needs, loaded and measured.
struct Session {
    std::shared_ptr<const LanguageModel> model;
    RunStart start;
    SearchEngine engine;
    std::vector<TrainingPoint> training{}; ///< of the starting method
};

/// Tries steps until a budget is spent or a stop is asked for.
class RunLoop {
public:
    /// `history`: the steps up to `position`. Tells the observer that the session starts.
    RunLoop(Session &session, RunPosition position, std::vector<StepRecord> history, std::filesystem::path folder,
            RunControl &control, SearchObserver &observer);

    /// `total_steps`: of all sessions; 0: no limit. `seconds`: of searching in this one; 0: no limit. Throws Error.
    RunSummary run(std::int64_t total_steps, double seconds);

private:
    struct Attempt {
        Proposal proposal;
        Candidate candidate;
    };
    /// Throws Cancelled soon after a stop was requested. The accepted model is then as it was before, and so is the
    /// record, but for a gradient that is taken anew when a resumed run tries the same.
    Attempt attempt(std::int64_t step);
    /// None: stopped in its middle.
    std::optional<StepRecord> try_step();
    [[nodiscard]] bool is_approximate(const StepRecord &record) const;
    /// Every so many approximate moves, whichever session they are made in: a pass of the full-precision model is dear.
    void measure_drift(StepRecord &record);
    /// Returns the errors that it changes, without output errors.
    std::vector<MatrixError> accept(Candidate candidate);
    /// Measures output errors where moves were accepted since they were known, until nobody wants to wait for them any
    /// more. Says whether it did.
    bool measure_outputs(const std::function<bool()> &is_awaited);
    /// The only proposal, or the policy's choice by the gradient.
    Proposal choose(std::vector<Proposal> proposals, std::int64_t step);
    /// A resumed run goes on with the gradient that it had.
    void retake_gradient();
    void take_gradient(std::int64_t step);
    /// Draws that are not the policy's own come from steps that no run reaches.
    [[nodiscard]] Effort effort_for(std::int64_t step) const;

    SearchEngine &engine_;
    const SearchSettings settings_;
    RunPosition position_;
    std::unique_ptr<MovePolicy> policy_;
    MoveStatistics statistics_;
    std::filesystem::path folder_;
    RunWriter writer_;
    RunControl &control_;
    SearchObserver &observer_;
    const std::vector<std::string> projections_;
    const InvarianceSet approximate_;    ///< what the model's family calls so
    std::int64_t approximate_moves_ = 0; ///< accepted so far
    double previous_best_ = 0;
    double drift_ = 0;             ///< as last measured
    bool outputs_are_old_ = false; ///< output errors in position_ are of an earlier model, or there are none
};

} // namespace invar
