// SPDX-License-Identifier: GPL-3.0-or-later
// For core only: includes LibTorch.
#pragma once

#include "core/model/family.h"

#include <ATen/core/Tensor.h>

#include <vector>

namespace invar {

/// Factors of a decoder layer's inner channels that keep its function: what one operation gives is divided by them, the
/// weights that read it are multiplied (AWQ, arXiv 2306.00978; SmoothQuant, arXiv 2211.10438). Undefined: none.
struct ChannelScales {
    std::vector<at::Tensor> norms; ///< float32 [hidden], of each of the family's norm_folds()
    at::Tensor value;              ///< float32 [value channels]: value rows against output columns
    at::Tensor neurons;            ///< float32 [neurons]: FFN input rows against output columns; scaling must be exact
};

/// A norm that gives what it gave divided by `scale`. `gain_offset`: see NormFold.
[[nodiscard]] Norm divided(const Norm &norm, const at::Tensor &scale, double gain_offset);

/// The layer under those factors (any floating type).
[[nodiscard]] DecoderLayer apply(const ChannelScales &scales, const DecoderLayer &layer, const ModelFamily &family);

/// A value channel's factor once for every output column that reads it: [query heads * head size].
[[nodiscard]] at::Tensor for_output_columns(const at::Tensor &value_channels, const AttentionLayout &layout);

} // namespace invar
