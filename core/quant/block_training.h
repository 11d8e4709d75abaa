// SPDX-License-Identifier: GPL-3.0-or-later
// For core only: includes LibTorch.
#pragma once

#include "core/base/task.h"
#include "core/quant/method.h"

#include <ATen/core/Generator.h>
#include <ATen/core/Tensor.h>

#include <functional>
#include <string>
#include <vector>

namespace invar {

constexpr double passes_of_training = 7; ///< about what training on all sequences once takes: StartingMethod::effort()

/// A decoder layer to be trained: what it reads and what it should give on the calibration set. All [sequences, tokens,
/// hidden].
struct BlockData {
    int layer;                    ///< from 0
    int layers;                   ///< of the model
    const DecoderLayer &original; ///< full precision
    LayerGrids grids;
    at::Tensor exact_inputs;     ///< what the full-precision layer reads
    at::Tensor quantized_inputs; ///< what the layer reads after the quantized ones before it
    at::Tensor targets;          ///< what the full-precision layer gives for exact_inputs
};

/// Trains what can be learned of one decoder layer against the squared error of its output. Used layer after layer.
class BlockTraining {
public:
    /// The layer made of the parameters at hand, differentiable in them.
    using MakeLayer = std::function<DecoderLayer()>;

    BlockTraining(const ModelFamily &family, at::ScalarType type, const at::Device &device, std::uint64_t seed);

    /// Draws `count` of the sequences without replacement, in an order that the seed decides:
    /// indices on the device.
    [[nodiscard]] at::Tensor draw(std::int64_t sequences, std::int64_t count);

    /// Mean squared error of the layer on some of the inputs against targets, each token's weighed as token_weights()
    /// says; adds its gradient to the parameters'.
    double step(const MakeLayer &make_layer, const at::Tensor &inputs, const at::Tensor &targets) const;

    /// `layer` run on all inputs, a few sequences at a time.
    [[nodiscard]] at::Tensor run(const DecoderLayer &layer, const at::Tensor &inputs) const;

private:
    const ModelFamily &family_;
    at::ScalarType type_;
    at::Device device_;
    at::Generator random_;
};

/// A layer as a method made it.
struct TrainedBlock {
    DecoderLayer reference, base;
    ChannelScales scales;
};

/// Goes through the model's layers: `train` is given each and returns it trained; the layers after it read what it
/// gives on the grid. `name`: for reports.
[[nodiscard]] StartingPoint train_blocks(
    const MethodInput &input, const std::string &name, const Task &task,
    const std::function<TrainedBlock(const BlockData &block, BlockTraining &training, const Task &task)> &train);

} // namespace invar
