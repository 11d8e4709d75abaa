// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/search/proposal.h"

#include <cstdint>
#include <vector>

namespace invar {

/// What a policy needs of the loss's gradient.
struct GradientNeeds {
    double share = 1;       ///< of the calibration set, in (0, 1]: another part at each turn, until all had theirs
    bool curvature = false; ///< also how the loss curves
};

/// How the loss would change.
struct LossChange {
    double slope = 0; ///< to first order
    /// What a loss that curves adds to that: half the squared changes of the weights times the Fisher information's
    /// diagonal. As if no two weights' changes had to do with each other; 0 where the curvature was not asked for.
    double curvature = 0;

    LossChange &operator+=(const LossChange &other) {
        slope += other.slope;
        curvature += other.curvature;
        return *this;
    }
};

/// Which way a layer's NormScales pull: the slope of the loss along the logarithm of each factor, as the mean over
/// pieces of the calibration set by their root mean square. In [-1, 1]: near 0 where the pieces disagree.
using NormTrends = std::vector<std::vector<float>>;

/// The same, piece by piece of a layer.
struct PartChanges {
    std::vector<LossChange> ffn; ///< [group of neurons]; means something summed over groups that no neuron leaves
    LossChange attention;
    LossChange norms; ///< of their factors alone
};

/// Foretells, by the loss's gradient at the accepted model, what candidates would change.
class Foresight {
public:
    virtual ~Foresight() = default;
    /// How each proposal would change the loss to first order.
    [[nodiscard]] virtual std::vector<double> predicted_changes(const std::vector<Proposal> &proposals) const = 0;
    /// The same of proposals that are all of one layer, each `group` consecutive neurons by themselves. To first order
    /// changes add up, so that pieces of several proposals can be put together.
    [[nodiscard]] virtual std::vector<PartChanges> predicted_changes_by_part(const std::vector<Proposal> &proposals,
                                                                             std::int64_t group) const = 0;
    /// Throws std::logic_error where the gradient was taken without its curvature, or norms do not move.
    [[nodiscard]] virtual NormTrends norm_trends(std::size_t layer) const = 0;
};

} // namespace invar
