// SPDX-License-Identifier: GPL-3.0-or-later
// For core only: includes LibTorch.
#pragma once

#include "core/model/family.h"

#include <ATen/core/Tensor.h>

#include <functional>
#include <vector>

namespace invar {

/// Groups of a decoder layer's projections that read the same input, in every family.
enum InputGroup : std::size_t {
    attention_inputs, ///< query, key, value
    attention_output,
    ffn_inputs,
    ffn_output
};

/// [InputGroup] Indices into DecoderLayer::projections.
[[nodiscard]] std::vector<std::vector<std::size_t>> input_groups(const ModelFamily &family);

/// The group that reads a norm.
[[nodiscard]] InputGroup readers_of(const NormFold &fold, const ModelFamily &family);

/// What the projections of one input group were given on the calibration set.
struct InputStatistics {
    at::Tensor gram;     ///< sum of x x^T over tokens, float64 [inputs, inputs]; products in float32, sums in float64
    at::Tensor absolute; ///< sum of |x|, float64 [inputs]
    std::int64_t tokens = 0;
};

/// Takes a calibration set through a model's decoder layers, one layer after another.
class LayerWalk {
public:
    /// `ids`: int64 [sequences, tokens]. Stands before the first layer.
    LayerWalk(const ModelFamily &family, const ModelWeights &weights, const at::Tensor &ids);
    /// `embed` gives what the first layer reads: of ids int64 [sequences, tokens], [sequences, tokens, hidden].
    LayerWalk(const ModelFamily &family, const std::function<at::Tensor(const at::Tensor &ids)> &embed,
              const at::Tensor &ids);

    /// What the layer at hand reads, in batches of whole sequences [sequences, tokens, hidden].
    [[nodiscard]] const std::vector<at::Tensor> &batches() const { return batches_; }
    /// What each of input_groups() would read if the layer at hand were `layer`.
    [[nodiscard]] std::vector<InputStatistics> statistics(const DecoderLayer &layer) const;
    /// Goes on to the next layer through `layer`.
    void advance(const DecoderLayer &layer);
    /// Both at once, for the price of one pass.
    [[nodiscard]] std::vector<InputStatistics> watch_and_advance(const DecoderLayer &layer);

private:
    /// The layer with listeners that count into `found`, which must outlive it.
    [[nodiscard]] DecoderLayer watch(const DecoderLayer &layer, std::vector<InputStatistics> &found) const;

    const ModelFamily &family_;
    std::vector<at::Tensor> batches_;
};

} // namespace invar
