// SPDX-License-Identifier: GPL-3.0-or-later
// For core only: includes LibTorch.
#pragma once

#include "core/base/task.h"
#include "core/model/family.h"
#include "core/quant/channel_scales.h"
#include "core/quant/gptq_factor.h"
#include "core/quant/grid_plan.h"
#include "core/quant/methods.h"
#include "core/quant/training_curve.h"

#include <ATen/core/Tensor.h>

#include <memory>
#include <string_view>

namespace invar {

/// What a starting method may look at.
struct MethodInput {
    const ModelFamily &family;
    const ModelWeights &weights;   ///< full precision, float32
    const at::Tensor &calibration; ///< ids, int64 [sequences, tokens]; may be undefined where not needed
    GridPlan grids;
    MethodOptions options{};
    std::uint64_t seed = 0;
    at::ScalarType type = at::kFloat; ///< in which to run decoder layers that are trained
    TrainingListener training{};      ///< hears how that goes; may be empty
};

/// A model put on the grid, and how to put a changed matrix back on it.
struct StartingPoint {
    /// The full-precision model (float32), after transformations that keep its function: what errors are against.
    ModelWeights reference;
    /// What rounds to `quantized`, by GPTQ where there are factors and to nearest elsewhere: the reference itself,
    /// clipped, or moved across rounding borders. The search applies invariances to this, so that thresholds and
    /// borders move with their neurons.
    ModelWeights base;
    ModelWeights quantized;              ///< base on the grid; biases, norms and embeddings as in the reference
    std::vector<ChannelScales> scales{}; ///< [layer] that the reference was made with; empty: none
    /// [layer] Where what moved is to be rounded by GPTQ anew; empty: to nearest.
    std::vector<LayerFactors> factors{};

    [[nodiscard]] const LayerFactors *factors_of(std::size_t layer) const {
        return factors.empty() ? nullptr : &factors.at(layer);
    }

    /// The point whose base rounds to nearest.
    [[nodiscard]] static StartingPoint rounded(ModelWeights reference, ModelWeights base, const GridPlan &grids,
                                               std::vector<ChannelScales> scales = {});
    /// The point whose base GPTQ rounds, which takes a while; without factors to nearest. Throws Cancelled.
    [[nodiscard]] static StartingPoint rounded(ModelWeights reference, ModelWeights base, const GridPlan &grids,
                                               std::vector<LayerFactors> factors, const ModelFamily &family,
                                               const Task &task = {});
};

/// A way to quantize a model, from which the search starts. A new one is a file that derives from this and one line in
/// core/quant/methods.cpp.
class StartingMethod {
public:
    virtual ~StartingMethod() = default;
    [[nodiscard]] virtual MethodInfo info() const = 0;
    /// Throws Error, Cancelled.
    [[nodiscard]] virtual StartingPoint quantize(const MethodInput &input, const Task &task) const = 0;
    /// What a search from here keeps in memory beside weights.
    [[nodiscard]] virtual std::int64_t extra_bytes(const MethodOptions &options, const ModelInfo &model) const {
        (void)options, (void)model;
        return 0;
    }
    /// Whether what a search from here moves is rounded one column after the other in the columns' own order, so that
    /// their order matters also in a row that shares one scale.
    [[nodiscard]] virtual bool follows_order(const MethodOptions &options) const {
        (void)options;
        return false;
    }
    /// About how long it takes with so many sequences of calibration, in passes of all of them through the model: for
    /// telling how far several methods are.
    [[nodiscard]] virtual double effort(const MethodOptions &options, std::int64_t sequences) const = 0;
    /// Whether a run need not keep what quantize() gave, because doing it again takes no time and no calibration.
    [[nodiscard]] virtual bool is_quick() const { return false; }

protected:
    /// An option of this method as chosen, or its standard value.
    [[nodiscard]] double option(const MethodOptions &options, std::string_view name) const;
    [[nodiscard]] double option(const MethodInput &input, std::string_view name) const {
        return option(input.options, name);
    }
};

/// Throws Error with the list of known methods.
[[nodiscard]] std::unique_ptr<StartingMethod> make_starting_method(const std::string &name);

} // namespace invar
