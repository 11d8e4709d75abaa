// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/quant/block_training.h"

#include "core/quant/group_quantizer.h"
#include "core/quant/token_weights.h"

#include <ATen/ATen.h>
#include <ATen/CPUGeneratorImpl.h>
#include <c10/core/GradMode.h>
#include <fmt/format.h>
#include <torch/csrc/autograd/variable.h>

namespace invar {
namespace {

constexpr std::int64_t tokens_at_once = 4096;

std::int64_t sequences_at_once(const at::Tensor &inputs) {
    return std::max<std::int64_t>(1, tokens_at_once / inputs.size(1));
}

void refuse_signs(const LayerGrids &grids, std::size_t projections, const std::string &name) {
    for (std::size_t i = 0; i < projections; ++i)
        if (grids[i].is_signs())
            fail("{}: one symmetric bit is a sign and a size, with no range to learn; use an asymmetric grid", name);
}

} // namespace

BlockTraining::BlockTraining(const ModelFamily &family, at::ScalarType type, const at::Device &device,
                             std::uint64_t seed)
    : family_(family), type_(type), device_(device), random_(at::detail::createCPUGenerator(seed)) {}

at::Tensor BlockTraining::draw(std::int64_t sequences, std::int64_t count) {
    return at::randperm(sequences, random_, at::kLong).narrow(0, 0, std::min(sequences, count)).to(device_);
}

double BlockTraining::step(const MakeLayer &make_layer, const at::Tensor &inputs, const at::Tensor &targets) const {
    const c10::AutoGradMode gradients(true);
    const auto outputs = family_.run_layer(in_type(make_layer(), type_), inputs.to(type_));
    const auto exact = targets.to(at::kFloat);
    const auto loss = ((outputs.to(at::kFloat) - exact).square() * token_weights(exact)).mean();
    loss.backward();
    return loss.item<double>();
}

at::Tensor BlockTraining::run(const DecoderLayer &layer, const at::Tensor &inputs) const {
    const auto runnable = in_type(layer, type_);
    std::vector<at::Tensor> outputs;
    for (const auto &some : inputs.split(sequences_at_once(inputs)))
        outputs.push_back(family_.run_layer(runnable, some.to(type_)));
    return at::cat(outputs);
}

StartingPoint train_blocks(
    const MethodInput &input, const std::string &name, const Task &task,
    const std::function<TrainedBlock(const BlockData &block, BlockTraining &training, const Task &task)> &train) {
    auto reference = input.weights;
    auto base = input.weights;
    std::vector<ChannelScales> scales(base.layers.size());
    BlockTraining training(input.family, input.type, input.calibration.device(), input.seed);
    auto exact_inputs = input.family.embed(input.weights, input.calibration).to(input.type);
    auto quantized_inputs = exact_inputs;
    const auto layers = base.layers.size();
    for (std::size_t layer = 0; layer < layers; ++layer) {
        const Task part{.stop = task.stop, .progress = [&](double fraction, std::string_view what) {
                            task.report((static_cast<double>(layer) + fraction) / static_cast<double>(layers),
                                        fmt::format("{}, layer {} of {}{}", name, layer + 1, layers, what));
                        }};
        part.report(0, "");
        part.check();
        const auto &original = input.weights.layers[layer];
        const auto grids = input.grids.layer(layer);
        refuse_signs(grids, original.projections.size(), name);
        const BlockData block{.layer = static_cast<int>(layer),
                              .layers = static_cast<int>(layers),
                              .original = original,
                              .grids = grids,
                              .exact_inputs = exact_inputs,
                              .quantized_inputs = quantized_inputs,
                              .targets = training.run(original, exact_inputs)};
        auto trained = train(block, training, part);
        auto quantized = trained.base;
        for (std::size_t i = 0; i < quantized.projections.size(); ++i)
            quantized.projections[i].weight = round_to_grid(quantized.projections[i].weight, grids[i]);
        quantized_inputs = training.run(quantized, quantized_inputs);
        exact_inputs = block.targets;
        reference.layers[layer] = std::move(trained.reference);
        base.layers[layer] = std::move(trained.base);
        scales[layer] = std::move(trained.scales);
    }
    return StartingPoint::rounded(std::move(reference), std::move(base), input.grids, std::move(scales));
}

} // namespace invar
