// SPDX-License-Identifier: GPL-3.0-or-later
// For core only: includes LibTorch.
#pragma once

#include "core/model/weights.h"

namespace invar {

/// Calls `visit` with every tensor of a model but the head, in a fixed order; undefined ones are left out.
template <typename Visit> void visit_weights(const ModelWeights &weights, Visit &&visit) {
    const auto visit_both = [&](const auto &pair) {
        for (const auto *tensor : {&pair.weight, &pair.bias})
            if (tensor->defined())
                visit(*tensor);
    };
    visit(weights.token_embedding);
    if (weights.position_embedding.defined())
        visit(weights.position_embedding);
    visit_both(weights.project_in);
    visit_both(weights.project_out);
    for (const auto &layer : weights.layers) {
        for (const auto &projection : layer.projections)
            visit_both(projection);
        for (const auto &norm : layer.norms)
            visit_both(norm);
    }
    visit_both(weights.final_norm);
}

} // namespace invar
