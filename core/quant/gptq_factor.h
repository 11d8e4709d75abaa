// SPDX-License-Identifier: GPL-3.0-or-later
// For core only: includes LibTorch.
#pragma once

#include <ATen/core/Tensor.h>

namespace invar {

/// How GPTQ moves the error of one input's weights into those of the inputs after it: Cholesky's factor of the inverse
/// Hessian, H^-1 = U^T U, with inputs in the order in which they are rounded.
struct GptqFactor {
    at::Tensor upper;           ///< U, float32 [inputs, inputs], upper triangular, on the CPU
    at::Tensor order;           ///< int64 [inputs]: the input that is rounded k-th
    bool static_groups = false; ///< groups keep the scales of the weights as they are given; order is by importance
    double damping = 0;         ///< share of the mean diagonal that was added to the Hessian
};

/// Those of one decoder layer, by what its projections read.
struct LayerFactors {
    GptqFactor attention_input;
    GptqFactor attention_output; ///< of what the heads give
    GptqFactor ffn_input;
    GptqFactor ffn_output; ///< of the neurons
};

} // namespace invar
