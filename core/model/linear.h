// SPDX-License-Identifier: GPL-3.0-or-later
// For core only: includes LibTorch.
#pragma once

#include "core/model/weights.h"

#include <array>

namespace invar {

enum class Activation { none, relu, gelu, gelu_tanh }; // the last: GELU by its tanh approximation

/// activation(x W^T + b). x [..., inputs] -> [..., outputs].
[[nodiscard]] at::Tensor apply(const Linear &linear, const at::Tensor &input, Activation activation = Activation::none);

/// x W^T + b + residual. residual [..., outputs].
[[nodiscard]] at::Tensor apply_and_add(const Linear &linear, const at::Tensor &input, const at::Tensor &residual);

/// Whether this machine multiplies packed weights of this type on this device (oneDNN on the CPU): 1.2 to 1.5 times as
/// fast as LibTorch's own choice, measured at widths of 128 to 768.
[[nodiscard]] bool can_pack(at::ScalarType type, const at::Device &device);

/// `linear` with its weight packed for inputs of `rows` rows; unchanged where can_pack() is false. The plain weight is
/// dropped unless `keep_plain`.
[[nodiscard]] Linear pack(Linear linear, std::int64_t rows, bool keep_plain = false);

/// All projections of a layer packed, their plain weights dropped; `stacked` ones as one.
[[nodiscard]] DecoderLayer pack(DecoderLayer layer, const std::vector<std::size_t> &stacked, std::int64_t rows);

/// The stacked projections of one input: by the layer's stack where it has one.
template <std::size_t Count>
[[nodiscard]] std::array<at::Tensor, Count>
run_stacked(const DecoderLayer &layer, const std::array<std::size_t, Count> &projections, const at::Tensor &input) {
    std::array<at::Tensor, Count> results;
    if (!layer.stack.packed.defined()) {
        for (std::size_t i = 0; i < Count; ++i)
            results[i] = apply(layer.projections[projections[i]], input);
        return results;
    }
    const auto all = apply(layer.stack, input);
    std::int64_t first = 0;
    for (std::size_t i = 0; i < Count; ++i) {
        const auto size = layer.stack_sizes[i];
        results[i] = all.narrow(-1, first, size);
        first += size;
    }
    return results;
}

} // namespace invar
