// SPDX-License-Identifier: GPL-3.0-or-later
// For core only: includes LibTorch.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

namespace invar {

/// Is told what a projection reads.
using InputListener = std::function<void(const at::Tensor &input)>;

/// y = x W^T + b. weight [outputs, inputs]; bias [outputs] or undefined. Run it with core/model/linear.h.
struct Linear {
    at::Tensor weight; ///< undefined when only the packed form is kept
    at::Tensor bias;
    at::Tensor packed; ///< the weight as the CPU's matrix multiplication likes it, or undefined
    std::shared_ptr<const InputListener> listener{}; ///< called before each product; none: nobody listens
};

/// The same in another number format, not packed (shared where nothing changes).
[[nodiscard]] Linear in_type(const Linear &linear, at::ScalarType type);

/// Gain and shift of a normalization; either may be undefined.
struct Norm {
    at::Tensor weight;
    at::Tensor bias;
};

[[nodiscard]] Norm in_type(const Norm &norm, at::ScalarType type);

/// One decoder layer: its projections and norms, in the order that its family declares.
struct DecoderLayer {
    std::vector<Linear> projections;
    std::vector<Norm> norms;
    std::int64_t window = 0;               ///< tokens that its attention sees; 0: all before
    std::vector<std::int64_t> stack_sizes; ///< rows of each in the stack
    Linear stack; ///< the family's stacked() projections one after another, made by pack(); else undefined
};

/// A layer's weights and norms in another number format, not packed (shared where nothing changes).
[[nodiscard]] DecoderLayer in_type(const DecoderLayer &layer, at::ScalarType type);

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
