// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/search/proposal.h"

#include <cstdint>
#include <vector>

namespace invar {

/// How the loss would change, piece by piece of a layer.
struct PartChanges {
    std::vector<double> ffn; ///< [group of neurons]; means something summed over groups that no neuron leaves
    double attention = 0;
};

/// Foretells to first order, by the loss's gradient at the accepted model, what candidates would change.
class Foresight {
public:
    virtual ~Foresight() = default;
    /// How each proposal would change the loss.
    [[nodiscard]] virtual std::vector<double> predicted_changes(const std::vector<Proposal> &proposals) const = 0;
    /// The same of proposals that are all of one layer, each `group` consecutive neurons by themselves. To first order
    /// changes add up, so that pieces of several proposals can be put together.
    [[nodiscard]] virtual std::vector<PartChanges> predicted_changes_by_part(const std::vector<Proposal> &proposals,
                                                                             std::int64_t group) const = 0;
};

} // namespace invar
