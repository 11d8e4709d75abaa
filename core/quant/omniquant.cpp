// SPDX-License-Identifier: GPL-3.0-or-later
// OmniQuant for weights alone (arXiv 2308.13137; OpenGVLab/OmniQuant, quantize/omniquant.py): clipping and channel
// factors learned layer by layer.
#include "core/quant/block_training.h"
#include "core/quant/layer_walk.h"
#include "core/quant/trained_rounding.h"

#include <ATen/ATen.h>
#include <fmt/format.h>
#include <torch/optim/adamw.h>

namespace invar {
namespace {

constexpr double first_logit = 4; ///< sigmoid(4) = 0.98: hardly any clipping at first
constexpr double least_factor = 1e-5;

/// What is learned of one decoder layer.
struct Learned {
    std::vector<RoundingParameters> logits; ///< of each projection; factors before the sigmoid
    ChannelScales scales;

    [[nodiscard]] RoundingParameters clipping(std::size_t projection) const {
        return {.offsets = {},
                .low_factors = logits[projection].low_factors.sigmoid(),
                .high_factors = logits[projection].high_factors.sigmoid()};
    }
};

class OmniQuant final : public StartingMethod {
public:
    MethodInfo info() const override {
        return {
            .name = "omniquant",
            .title = "OmniQuant",
            .description =
                "Learns how far to clip each group, and optionally factors of channels, so that each decoder "
                "layer's output changes least (arXiv 2308.13137).",
            .needs_calibration = true,
            .learns_ranges = true,
            .options = {{.name = "epochs",
                         .title = "Epochs",
                         .description = "How often training goes through the calibration set, for each decoder layer. "
                                        "Published: 20, and 40 at 2 bits",
                         .kind = MethodOption::Kind::whole,
                         .standard = 20,
                         .least = 1,
                         .most = 10000},
                        {.name = "batch",
                         .title = "Sequences per step",
                         .description = "Calibration sequences in each training step",
                         .kind = MethodOption::Kind::whole,
                         .standard = 1,
                         .least = 1,
                         .most = 4096},
                        {.name = "transform",
                         .title = "Learn channel factors",
                         .description = "Also learn factors that are folded into what comes before (learnable "
                                        "equivalent transformation)",
                         .kind = MethodOption::Kind::flag},
                        {.name = "clip-rate",
                         .title = "Rate for clipping",
                         .description = "Learning rate of the groups' ranges",
                         .standard = 1e-2,
                         .least = 1e-6,
                         .most = 1},
                        {.name = "transform-rate",
                         .title = "Rate for factors",
                         .description = "Learning rate of the channels' factors",
                         .standard = 5e-3,
                         .least = 1e-6,
                         .most = 1},
                        {.name = "both-streams",
                         .title = "Both targets",
                         .description = "Also compare with what the full-precision layer makes of quantized inputs",
                         .kind = MethodOption::Kind::flag}},
        };
    }

    double effort(const MethodOptions &options, std::int64_t) const override {
        return passes_of_training * option(options, "epochs");
    }

    /// Transformed matrices are a reference of their own.
    std::int64_t extra_bytes(const MethodOptions &options, const ModelInfo &model) const override {
        return option(options, "transform") != 0 ? model.matrix_weights() * std::int64_t{sizeof(float)} : 0;
    }

    StartingPoint quantize(const MethodInput &input, const Task &task) const override {
        return train_blocks(input, info().title, task,
                            [&](const BlockData &block, BlockTraining &training, const Task &part) {
                                return train(input, block, training, part);
                            });
    }

private:
    /// s = sqrt(max |x|) / sqrt(max |w|) of each channel, as the published code begins.
    [[nodiscard]] static at::Tensor first_factors(const at::Tensor &largest_input, const DecoderLayer &layer,
                                                  const std::vector<std::size_t> &readers) {
        std::vector<at::Tensor> weights;
        for (const auto reader : readers)
            weights.push_back(layer.projections[reader].weight);
        const auto largest_weight = at::cat(weights).abs().amax(0);
        return (largest_input.clamp_min(least_factor).sqrt() / largest_weight.clamp_min(least_factor).sqrt())
            .clamp_min(least_factor);
    }

    /// The largest |x| of each channel that the projections of an input group read.
    [[nodiscard]] static std::vector<at::Tensor> largest_inputs(const MethodInput &input, const BlockData &block,
                                                                const BlockTraining &training) {
        const auto groups = input_groups(input.family);
        std::vector<at::Tensor> largest(groups.size());
        auto watched = block.original;
        for (std::size_t group = 0; group < groups.size(); ++group)
            watched.projections[groups[group].front()].listener =
                std::make_shared<const InputListener>([&largest, group](const at::Tensor &rows) {
                    const auto reach = rows.reshape({-1, rows.size(-1)}).to(at::kFloat).abs().amax(0);
                    largest[group] = largest[group].defined() ? at::max(largest[group], reach) : reach;
                });
        (void)training.run(watched, block.exact_inputs);
        return largest;
    }

    [[nodiscard]] static ChannelScales first_scales(const MethodInput &input, const BlockData &block,
                                                    const BlockTraining &training) {
        const auto largest = largest_inputs(input, block, training);
        const auto &layer = block.original;
        const auto attention = input.family.attention();
        ChannelScales scales;
        for (const auto &fold : input.family.norm_folds())
            scales.norms.push_back(first_factors(largest[readers_of(fold, input.family)], layer, fold.readers));
        const auto columns = first_factors(largest[attention_output], layer, {attention.output});
        scales.value = columns.view({attention.key_value_heads, -1, attention.head_size}).mean(1).reshape({-1});
        return scales;
    }

    [[nodiscard]] TrainedBlock train(const MethodInput &input, const BlockData &block, BlockTraining &training,
                                     const Task &task) const {
        const auto &layer = block.original;
        const auto epochs = static_cast<int>(option(input, "epochs"));
        const auto batch = static_cast<std::int64_t>(option(input, "batch"));
        const bool both = option(input, "both-streams") != 0;
        Learned learned;
        for (std::size_t i = 0; i < layer.projections.size(); ++i) {
            auto logits = untrained(layer.projections[i].weight, block.grids[i], false);
            for (auto *factors : {&logits.low_factors, &logits.high_factors})
                factors->fill_(first_logit).requires_grad_();
            learned.logits.push_back(std::move(logits));
        }
        if (option(input, "transform") != 0) {
            learned.scales = first_scales(input, block, training);
            each_scale(learned.scales, [](at::Tensor &scale) { scale.requires_grad_(); });
        }
        auto optimizer = make_optimizer(input, learned);
        const auto make_layer = [&] {
            auto made = apply(learned.scales, layer, input.family);
            for (std::size_t i = 0; i < made.projections.size(); ++i)
                made.projections[i].weight =
                    round_trained(made.projections[i].weight, learned.clipping(i), block.grids[i]);
            return made;
        };
        const auto other_targets = both ? training.run(layer, block.quantized_inputs) : at::Tensor();
        // Sequences differ more than epochs do, so a point is a whole epoch.
        const auto steps_of_epoch = (block.targets.size(0) + batch - 1) / batch;
        TrainingLog log(input.training, block.layer, block.layers, epochs * steps_of_epoch, steps_of_epoch);
        for (int epoch = 0; epoch < epochs; ++epoch) {
            double sum = 0;
            const auto order = training.draw(block.targets.size(0), block.targets.size(0)).split(batch);
            for (const auto &chosen : order) {
                task.check();
                const auto inputs = block.quantized_inputs.index_select(0, chosen);
                optimizer.zero_grad();
                auto loss = training.step(make_layer, inputs, block.targets.index_select(0, chosen));
                if (both)
                    loss += training.step(make_layer, inputs, other_targets.index_select(0, chosen));
                sum += loss;
                log.add(loss);
                optimizer.step();
                const c10::AutoGradMode no_gradients(false);
                each_scale(learned.scales, [](at::Tensor &scale) { scale.clamp_(least_factor); });
            }
            task.report(
                static_cast<double>(epoch + 1) / epochs,
                fmt::format(", epoch {}, output error {:.3e}", epoch + 1, sum / static_cast<double>(order.size())));
        }
        return finish(input, block, std::move(learned));
    }

    template <typename Visit> static void each_scale(ChannelScales &scales, const Visit &visit) {
        for (auto &scale : scales.norms)
            visit(scale);
        for (auto *scale : {&scales.value, &scales.neurons})
            if (scale->defined())
                visit(*scale);
    }

    [[nodiscard]] torch::optim::AdamW make_optimizer(const MethodInput &input, Learned &learned) const {
        std::vector<at::Tensor> logits;
        for (const auto &projection : learned.logits)
            logits.insert(logits.end(), {projection.low_factors, projection.high_factors});
        std::vector<at::Tensor> scales;
        each_scale(learned.scales, [&](const at::Tensor &scale) { scales.push_back(scale); });
        const auto group = [](std::vector<at::Tensor> parameters, double rate) {
            return torch::optim::OptimizerParamGroup(
                std::move(parameters),
                std::make_unique<torch::optim::AdamWOptions>(torch::optim::AdamWOptions(rate).weight_decay(0)));
        };
        std::vector<torch::optim::OptimizerParamGroup> groups{group(std::move(logits), option(input, "clip-rate"))};
        if (!scales.empty())
            groups.push_back(group(std::move(scales), option(input, "transform-rate")));
        return torch::optim::AdamW(groups, torch::optim::AdamWOptions().weight_decay(0));
    }

    static TrainedBlock finish(const MethodInput &input, const BlockData &block, Learned learned) {
        each_scale(learned.scales, [](at::Tensor &scale) { scale = scale.detach(); });
        for (auto &logits : learned.logits)
            logits = {{}, logits.low_factors.detach(), logits.high_factors.detach()};
        TrainedBlock trained{.reference = apply(learned.scales, block.original, input.family),
                             .base = {},
                             .scales = std::move(learned.scales)};
        trained.base = trained.reference;
        for (std::size_t i = 0; i < trained.base.projections.size(); ++i) {
            auto &weight = trained.base.projections[i].weight;
            weight = clamp_to_range(weight.contiguous(), learned.clipping(i), block.grids[i]);
        }
        return trained;
    }
};

} // namespace

std::unique_ptr<StartingMethod> make_omniquant() { return std::make_unique<OmniQuant>(); }

} // namespace invar
