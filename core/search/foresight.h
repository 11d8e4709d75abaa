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
    bool norms = true;      ///< also of all that reads norms, where they move; else it is over when they have moved
};

/// Every so manyth piece of the calibration set.
struct CalibrationPart {
    std::int64_t index = 0;
    std::int64_t count = 1;
};

/// Slopes of the loss along the logarithms of all layers' NormScales, from some pieces of the calibration set.
struct NormSlopes {
    std::vector<NormScales> mean;        ///< [layer]: as if those pieces were all
    std::vector<NormScales> mean_square; ///< [layer]: of single pieces, each as if it were all
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
    /// At the accepted model with other norms: `states` are the accepted ones but for those. Needs no gradient taken
    /// before.
    [[nodiscard]] virtual NormSlopes norm_slopes(const std::vector<LayerState> &states,
                                                 const CalibrationPart &part) const = 0;
};

} // namespace invar
