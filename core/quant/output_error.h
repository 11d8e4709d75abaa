// SPDX-License-Identifier: GPL-3.0-or-later
// For core only: includes LibTorch.
#pragma once

#include "core/base/task.h"
#include "core/quant/error_measure.h"
#include "core/quant/layer_walk.h"

#include <ATen/core/Tensor.h>

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace invar {

/// [layer][projection] MatrixError::output; nothing where a matrix gives zero, or what is not finite.
using OutputErrors = std::vector<std::vector<std::optional<double>>>;

/// The first output_error_tokens of a calibration set (int64 [sequences, tokens]), in whole sequences as far as one
/// fits.
[[nodiscard]] at::Tensor output_error_ids(const at::Tensor &calibration);

/// What one layer's rounding does to the outputs of its projections, given what they read: by the inputs' Gram matrix
/// G, sqrt(tr(E G E^T) / tr(W G W^T)) with E = W - Q. `read`: one for each of input_groups().
[[nodiscard]] std::vector<std::optional<double>> output_errors(const ModelFamily &family,
                                                               const std::vector<InputStatistics> &read,
                                                               const DecoderLayer &exact,
                                                               const DecoderLayer &quantized);

/// The same of all layers. `walk` stands before the first one and goes through the full-precision layers, which
/// `exact_layer` gives, so that inputs are those of the full-precision model and no more than one layer's Gram matrices
/// are kept. Throws Cancelled, between layers.
[[nodiscard]] OutputErrors output_errors(const ModelFamily &family, LayerWalk walk,
                                         const std::function<DecoderLayer(std::size_t layer)> &exact_layer,
                                         const std::vector<DecoderLayer> &quantized, const Task &task);

/// Puts them into the errors of the matrices that they belong to. `projections`: as in ModelInfo.
void set_outputs(std::vector<MatrixError> &errors, const OutputErrors &outputs,
                 const std::vector<std::string> &projections);

} // namespace invar
