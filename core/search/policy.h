// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/model_info.h"
#include "core/search/events.h"
#include "core/search/foresight.h"
#include "core/search/policies.h"
#include "core/search/proposal.h"

#include <memory>

namespace invar {

/// What there is to move in a model.
struct MoveSpace {
    int layers = 1;
    LayerShape shape{};
};

[[nodiscard]] inline MoveSpace move_space(const ModelInfo &model) { return {model.layers, model.layer_shape()}; }

/// Chooses what to try next. What it proposes depends on the settings, the accepted states, the step and the records it
/// has learnt from, and on nothing else: a resumed run teaches it the earlier steps and goes on bit for bit. A new one
/// is a file that derives from this and one line in core/search/policies.cpp.
class MovePolicy {
public:
    virtual ~MovePolicy() = default;
    [[nodiscard]] virtual PolicyInfo info() const = 0;
    /// What to try at `step`, counted from 1: one proposal, or several, for choose().
    [[nodiscard]] virtual std::vector<Proposal> propose(const std::vector<LayerState> &accepted, std::int64_t step) = 0;
    /// What to try of the proposals, and what is predicted of it: the only one, or of several the most promising one,
    /// unless a policy has a better idea.
    [[nodiscard]] virtual Proposal choose(std::vector<Proposal> proposals, const Foresight &foresight,
                                          std::int64_t step) const;
    /// Whether the loss's gradient is to be taken at the accepted model before the next choice.
    [[nodiscard]] virtual bool wants_gradient() const { return false; }
    /// Whether the one that was taken serves no choice any more; also where none was.
    [[nodiscard]] virtual bool gradient_is_over() const { return wants_gradient(); }
    [[nodiscard]] virtual GradientNeeds gradient_needs() const { return {}; }
    /// Hears how a proposal fared; `previous_best` is the loss before it.
    virtual void learn(const StepRecord &record, double previous_best) { (void)record, (void)previous_best; }
    /// Hears that a move of the residual stream was accepted, which no gradient taken before it knows of.
    virtual void learn_of_moved_stream() {}
};

/// Throws Error with the list of known policies.
[[nodiscard]] std::unique_ptr<MovePolicy> make_policy(const SearchSettings &settings, const MoveSpace &space);

/// `inner`, made for the same settings without residual_permutation, and moves of the residual stream among its own.
[[nodiscard]] std::unique_ptr<MovePolicy> with_residual_moves(const SearchSettings &settings, const MoveSpace &space,
                                                              std::unique_ptr<MovePolicy> inner);

} // namespace invar
