// SPDX-License-Identifier: GPL-3.0-or-later
// For core only: includes LibTorch.
#pragma once

#include "core/search/engine.h"

#include <optional>
#include <vector>

namespace invar {

/// Decides, wave by wave of work units, whether a candidate is worth going on with.
class Race {
public:
    /// `accepted` and `candidate` [unit] are read as they fill up; layers before `layer` are common to both.
    Race(const Objective &objective, const WorkUnits &units, const std::vector<UnitScore> &accepted,
         const std::vector<UnitScore> &candidate, std::size_t layer, const Effort &effort);

    /// Units to score next; nothing when the candidate is complete or given up.
    [[nodiscard]] std::optional<std::vector<std::size_t>> next_wave();
    /// Takes the scores of a wave into account.
    void judge(const std::vector<std::size_t> &wave);

    [[nodiscard]] double share() const;
    [[nodiscard]] bool dropped() const { return dropped_; }
    /// The accepted model's terms, moved by the difference seen, scaled up to the whole set.
    [[nodiscard]] ObjectiveTerms extrapolated(const ObjectiveTerms &accepted) const;

private:
    void compare_blocks(std::size_t unit);
    [[nodiscard]] bool cannot_win() const;

    const Objective &objective_;
    const WorkUnits &units_;
    const std::vector<UnitScore> &accepted_;
    const std::vector<UnitScore> &candidate_;
    std::size_t layer_;
    const Effort &effort_;
    std::vector<std::size_t> order_;
    std::size_t done_ = 0;
    std::int64_t tokens_done_ = 0, predicted_done_ = 0;
    std::int64_t all_blocks_ = 0;
    RaceState race_;
    double loss_so_far_ = 0; ///< lower bound of the candidate's loss
    double loss_difference_ = 0, squared_difference_ = 0;
    bool dropped_ = false, given_up_ = false;
};

} // namespace invar
