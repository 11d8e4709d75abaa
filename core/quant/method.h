// SPDX-License-Identifier: GPL-3.0-or-later
// For core only: includes LibTorch.
#pragma once

#include "core/base/task.h"
#include "core/model/family.h"
#include "core/quant/grid.h"
#include "core/quant/methods.h"

#include <ATen/core/Tensor.h>

#include <memory>

namespace invar {

/// What a starting method may look at.
struct MethodInput {
    const ModelFamily &family;
    const ModelWeights &weights;   ///< full precision, float32
    const at::Tensor &calibration; ///< ids, int64 [sequences, tokens]; may be undefined where not needed
    Grid grid;
};

/// A model put on the grid, and how to put a changed matrix back on it.
struct StartingPoint {
    ModelWeights base;      ///< float32 weights that invariances are applied to: the model's own, or transformed ones
    ModelWeights quantized; ///< base on the grid; biases, norms and embeddings as they were
};

/// A way to quantize a model, from which the search starts. A new one is a file that derives from this and one line in
/// core/quant/methods.cpp.
class StartingMethod {
public:
    virtual ~StartingMethod() = default;
    [[nodiscard]] virtual MethodInfo info() const = 0;
    /// Throws Error, Cancelled.
    [[nodiscard]] virtual StartingPoint quantize(const MethodInput &input, const Task &task) const = 0;
    /// Puts one matrix (float32 [rows, cols]), changed by invariances, on the grid again.
    [[nodiscard]] virtual at::Tensor requantize(const at::Tensor &weight, const Grid &grid) const = 0;
    /// Whether requantize() is round_to_grid(), so that a search may round single groups again.
    [[nodiscard]] virtual bool rounds_to_nearest() const { return false; }
};

/// Throws Error with the list of known methods.
[[nodiscard]] std::unique_ptr<StartingMethod> make_starting_method(const std::string &name);

} // namespace invar
