// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/search/foresight.h"
#include "core/search/policy.h"

#include <cstddef>
#include <optional>
#include <vector>

namespace invar {

/// How a move of one layer is put together. Of as many changed neurons the gradient picks the better the fewer are
/// drawn at once; but each round takes its time.
struct ComposingPlan {
    double rounds; ///< of drawing and composing; the last one's fraction: of the pieces
    MoveSizes sizes;
};

/// The plan that touches `size` times the settings' swap_fraction of the neurons, in `most_rounds` at most.
[[nodiscard]] ComposingPlan plan_composing(const SearchSettings &settings, std::int64_t neurons, double size,
                                           double most_rounds);

/// Moves of one layer, drawn from one state, each inside pieces of two groups of neurons, so that pieces of several can
/// be put together.
struct Draws {
    std::vector<Proposal> proposals;              ///< the first is the state that they were drawn from
    std::vector<std::vector<std::size_t>> pieces; ///< positions of neurons; none where the FFN does not move
    std::size_t group = 1;
};

/// The same draws for the same arguments. `round`: of those of one step and layer.
[[nodiscard]] Draws draw_in_pieces(const SearchSettings &settings, const MoveSpace &space, const MoveSizes &sizes,
                                   std::int64_t step, std::uint64_t round, Proposal from);

/// The best draw of one piece.
struct PieceChoice {
    MovedPart part = MovedPart::ffn; ///< value: all of attention
    std::size_t piece = 0;           ///< of the FFN
    std::size_t draw = 0;
    double gain = 0; ///< by which it is foretold to lower the loss
};

/// What the draws would change, and the best draw of each piece where it is better than what was there: most gain
/// first.
struct RankedDraws {
    double before = 0; ///< the change that the first proposal is foretold to have made
    std::vector<PieceChoice> choices;
};

/// `curvature_weight`: what the foretold curvature counts for.
[[nodiscard]] RankedDraws rank(const Draws &draws, const Foresight &foresight, double curvature_weight = 0);

/// The first proposal with the chosen pieces in it, and what is foretold of that.
[[nodiscard]] Proposal put_together(const Draws &draws, double before, const std::vector<PieceChoice> &choices);

} // namespace invar
