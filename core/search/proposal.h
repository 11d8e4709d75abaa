// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/invariance/layer_state.h"
#include "core/search/settings.h"

#include <cstdint>
#include <optional>
#include <vector>

namespace invar {

/// Random numbers that depend on the run's seed and the step alone, so that a resumed run goes on as if it had never
/// stopped. SplitMix64 (Steele, Lea, Flood, OOPSLA 2014); the same on every platform.
class StepRandom {
public:
    StepRandom(std::uint64_t seed, std::int64_t step);

    /// Uniform in [0, bound).
    [[nodiscard]] std::uint64_t below(std::uint64_t bound);
    /// Uniform in (0, 1).
    [[nodiscard]] double uniform();
    /// Normal with mean 0 and variance 1 (Box-Muller).
    [[nodiscard]] double normal();

private:
    [[nodiscard]] std::uint64_t next();

    std::uint64_t state_;
};

/// A candidate: one layer and the whole state that it would have; or all layers at once; or the residual stream.
struct Proposal {
    int layer = 0; ///< -1: not one alone
    LayerState state{};
    InvarianceSet moved{};
    std::vector<LayerState> all_states{};      ///< [layer] where all move at once, else empty
    std::vector<std::int64_t> residual_move{}; ///< what ResidualOrder::then() takes; empty where layers move
    std::optional<double> predicted{};         ///< change of the loss to first order, where a policy asked

    [[nodiscard]] bool moves_stream() const { return !residual_move.empty(); }
};

/// How far a move goes; see the settings of the same names.
struct MoveSizes {
    double swap_fraction, scale_std, rotation_std;
};

[[nodiscard]] inline MoveSizes move_sizes(const SearchSettings &settings) {
    return {settings.swap_fraction, settings.scale_std, settings.rotation_std};
}

/// A move of one layer as published (reference-algorithm.md): swap_fraction of its neurons (at least one pair), as
/// adjacent pairs without replacement, shuffled; the invariances in `moved` move on them at once: angles and scales by
/// a normal step, the order by a cyclic shift. Those of attention move its channels in the same way after that, the
/// order by a cyclic shift inside each head; those of norms scale as large a share of each norm's channels.
[[nodiscard]] Proposal make_move(StepRandom &random, int layer, const LayerState &accepted, const InvarianceSet &moved,
                                 const MoveSizes &sizes, const LayerShape &shape = {});

/// A move of the residual stream: swap_fraction of its channels, chosen and shifted as above.
[[nodiscard]] Proposal make_residual_move(StepRandom &random, std::int64_t hidden_size, const MoveSizes &sizes);

} // namespace invar
