// SPDX-License-Identifier: GPL-3.0-or-later
// For core only: includes LibTorch.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

namespace invar {

/// y = x W^T + b. weight [outputs, inputs]; bias [outputs] or undefined.
struct Linear {
    at::Tensor weight;
    at::Tensor bias;
};

/// Gain and shift of a normalization; either may be undefined.
struct Norm {
    at::Tensor weight;
    at::Tensor bias;
};

/// One decoder layer: its projections and norms, in the order that its family declares.
struct DecoderLayer {
    std::vector<Linear> projections;
    std::vector<Norm> norms;
};

/// All weights of a decoder-only language model. A value: copying it shares the tensors, which nobody writes to.
struct ModelWeights {
    at::Tensor token_embedding;    ///< [vocabulary, embedding]
    at::Tensor position_embedding; ///< [positions, hidden], or undefined
    Linear project_in;             ///< embedding to hidden, or undefined
    Linear project_out;            ///< hidden to embedding, or undefined
    std::vector<DecoderLayer> layers;
    Norm final_norm;
    at::Tensor head; ///< [vocabulary, embedding]; the token embedding itself when tied

    /// The same weights in another number format and on another device (shared where nothing changes).
    [[nodiscard]] ModelWeights to(at::ScalarType type, const at::Device &device) const;
};

} // namespace invar
