// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/quant/grid.h"
#include "core/quant/layer_bits.h"

#include <vector>

namespace invar {

/// The grids of one decoder layer's projections.
class LayerGrids {
public:
    /// `own`: [projection]; empty: all are `usual`. Both must outlive this.
    LayerGrids(const Grid &usual, std::span<const Grid> own) : usual_(&usual), own_(own) {}
    [[nodiscard]] const Grid &operator[](std::size_t projection) const {
        return own_.empty() ? *usual_ : own_[projection];
    }

private:
    const Grid *usual_;
    std::span<const Grid> own_;
};

/// The grid of every matrix of a model: one for all, but for their bits.
class GridPlan {
public:
    /// The same grid everywhere.
    GridPlan(const Grid &usual) : usual_(usual) {} // NOLINT(google-explicit-constructor): one grid is a plan
    GridPlan(const Grid &usual, const LayerBits &bits, const ModelInfo &model) : usual_(usual) {
        if (bits.empty())
            return;
        for (int layer = 0; layer < model.layers; ++layer) {
            auto &grids = own_.emplace_back();
            for (const auto &projection : model.projections) {
                grids.push_back(usual);
                grids.back().bits = bits.bits_of(layer, projection).value_or(usual.bits);
            }
        }
    }

    [[nodiscard]] LayerGrids layer(std::size_t layer) const {
        return {usual_, own_.empty() ? std::span<const Grid>() : std::span<const Grid>(own_.at(layer))};
    }
    [[nodiscard]] const Grid &at(std::size_t layer, std::size_t projection) const {
        return own_.empty() ? usual_ : own_.at(layer).at(projection);
    }
    /// Storage per quantized weight, scales and zero points included, over all matrices.
    [[nodiscard]] double bits_per_weight(const ModelInfo &model) const;

private:
    Grid usual_;
    std::vector<std::vector<Grid>> own_; ///< [layer][projection]; empty: all usual
};

} // namespace invar
