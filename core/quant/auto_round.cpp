// SPDX-License-Identifier: GPL-3.0-or-later
// AutoRound (arXiv 2309.05516; intel/auto-round): whether each weight goes up or down, and how far each group reaches,
// learned layer by layer by the sign of the gradient.
#include "core/quant/block_training.h"
#include "core/quant/rounding_target.h"
#include "core/quant/trained_rounding.h"

#include <ATen/ATen.h>
#include <fmt/format.h>

#include <algorithm>
#include <limits>

namespace invar {
namespace {

constexpr double most_offset = 0.5; ///< codes: enough to turn any rounding round

class AutoRound final : public StartingMethod {
public:
    MethodInfo info() const override {
        return {
            .name = "autoround",
            .title = "AutoRound",
            .description =
                "Learns for every weight whether to round up or down, and each group's range, so that each "
                "decoder layer's output changes least (arXiv 2309.05516). The strongest start, and a slow one.",
            .needs_calibration = true,
            .learns_ranges = true,
            .options = {{.name = "iterations",
                         .title = "Iterations",
                         .description = "Training steps per decoder layer",
                         .kind = MethodOption::Kind::whole,
                         .standard = 200,
                         .least = 1,
                         .most = 100000},
                        {.name = "batch",
                         .title = "Sequences per step",
                         .description = "Calibration sequences in each training step: more are slower and steadier",
                         .kind = MethodOption::Kind::whole,
                         .standard = 8,
                         .least = 1,
                         .most = 4096},
                        {.name = "learning-rate",
                         .title = "Learning rate",
                         .description = "Size of the first step, falling to nothing; 0: one over the iterations",
                         .standard = 0,
                         .most = 1},
                        {.name = "ranges",
                         .title = "Learn ranges",
                         .description = "Also learn how far each group's grid reaches",
                         .kind = MethodOption::Kind::flag,
                         .standard = 1},
                        {.name = "quantized-inputs",
                         .title = "Quantized inputs",
                         .description =
                             "Train each layer on what the quantized layers before it give, so that it makes "
                             "up for their errors",
                         .kind = MethodOption::Kind::flag,
                         .standard = 1}},
        };
    }

    double effort(const MethodOptions &options, std::int64_t sequences) const override {
        const auto batch = std::min(option(options, "batch"), static_cast<double>(sequences));
        return passes_of_training * option(options, "iterations") * batch / static_cast<double>(sequences);
    }

    StartingPoint quantize(const MethodInput &input, const Task &task) const override {
        return train_blocks(input, info().title, task,
                            [&](const BlockData &block, BlockTraining &training, const Task &part) -> TrainedBlock {
                                const auto parameters = train(input, block, training, part);
                                return {.reference = block.original, .base = rounded(block, parameters), .scales = {}};
                            });
    }

private:
    using Parameters = std::vector<RoundingParameters>; ///< of each projection

    template <typename Visit> static void visit(Parameters &parameters, const Visit &visit) {
        for (auto &projection : parameters) {
            visit(projection.offsets, -most_offset, most_offset);
            visit(projection.low_factors, 0.0, 1.0);
            visit(projection.high_factors, 0.0, 1.0);
        }
    }

    [[nodiscard]] Parameters train(const MethodInput &input, const BlockData &block, BlockTraining &training,
                                   const Task &task) const {
        const auto &layer = block.original;
        const auto iterations = static_cast<int>(option(input, "iterations"));
        const auto batch = static_cast<std::int64_t>(option(input, "batch"));
        const auto chosen_rate = option(input, "learning-rate");
        const auto first_rate = chosen_rate > 0 ? chosen_rate : 1.0 / iterations;
        const bool learn_ranges = option(input, "ranges") != 0;
        const auto &inputs = option(input, "quantized-inputs") != 0 ? block.quantized_inputs : block.exact_inputs;

        Parameters parameters;
        for (std::size_t i = 0; i < layer.projections.size(); ++i)
            parameters.push_back(untrained(layer.projections[i].weight, block.grids[i], true));
        visit(parameters,
              [&](at::Tensor &tensor, double least, double) { tensor.requires_grad_(least < 0 || learn_ranges); });
        const auto make_layer = [&] {
            auto made = layer;
            for (std::size_t i = 0; i < parameters.size(); ++i)
                made.projections[i].weight = round_trained(layer.projections[i].weight, parameters[i], block.grids[i]);
            return made;
        };
        auto best = parameters;
        auto least_loss = std::numeric_limits<double>::infinity();
        TrainingLog log(input.training, block.layer, block.layers, iterations);
        for (int iteration = 0; iteration < iterations; ++iteration) {
            task.check();
            const auto chosen = training.draw(inputs.size(0), batch);
            const auto loss =
                training.step(make_layer, inputs.index_select(0, chosen), block.targets.index_select(0, chosen));
            log.add(loss);
            if (iteration % 10 == 0)
                task.report(static_cast<double>(iteration) / iterations,
                            fmt::format(", step {}, output error {:.3e}", iteration, loss));
            if (loss < least_loss) {
                least_loss = loss;
                best = parameters;
                visit(best, [](at::Tensor &tensor, double, double) { tensor = tensor.detach().clone(); });
            }
            const auto rate = first_rate * (1 - static_cast<double>(iteration) / iterations);
            visit(parameters, [&](at::Tensor &tensor, double least, double most) {
                if (!tensor.requires_grad())
                    return;
                tensor.detach().sub_(tensor.grad().sign(), rate).clamp_(least, most);
                tensor.mutable_grad().reset();
            });
        }
        return best;
    }

    static DecoderLayer rounded(const BlockData &block, const Parameters &parameters) {
        auto base = block.original;
        for (std::size_t i = 0; i < parameters.size(); ++i) {
            const auto &weight = block.original.projections[i].weight;
            const auto &grid = block.grids[i];
            const auto matrix = quantize_trained(weight, parameters[i], grid);
            const auto scales = matrix.scales.unsqueeze(2).expand({-1, -1, grid.group_of(weight.size(1))});
            const auto targets = weight + parameters[i].offsets * scales.reshape(weight.sizes());
            base.projections[i].weight = rounding_target(targets, matrix, grid);
        }
        return base;
    }
};

} // namespace

std::unique_ptr<StartingMethod> make_auto_round() { return std::make_unique<AutoRound>(); }

} // namespace invar
