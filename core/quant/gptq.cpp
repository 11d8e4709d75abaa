// SPDX-License-Identifier: GPL-3.0-or-later
// GPTQ (arXiv 2210.17323; IST-DASLab/gptq): layer by layer, each fed by the quantized ones before it.
#include "core/quant/gptq_solver.h"
#include "core/quant/layer_walk.h"
#include "core/quant/method.h"
#include "core/quant/rounding_target.h"

#include <ATen/ATen.h>
#include <fmt/format.h>

namespace invar {
namespace {

class Gptq final : public StartingMethod {
public:
    MethodInfo info() const override {
        return {
            .name = "gptq",
            .title = "GPTQ",
            .description =
                "Rounds column by column and lets the columns that are left make up for each error, by second "
                "derivatives from the calibration set (arXiv 2210.17323).",
            .needs_calibration = true,
            .options = {{.name = "act-order",
                         .title = "Columns by importance",
                         .description = "Round the columns that see the largest inputs first, while others can still "
                                        "make up for them; each group keeps its scale. Without it GPTQ is often worse "
                                        "than plain rounding below 4 bits.",
                         .kind = MethodOption::Kind::flag,
                         .standard = 1},
                        {.name = "damping",
                         .title = "Damping",
                         .description = "Share of the Hessian's mean diagonal that is added to it: more follows the "
                                        "calibration set less",
                         .standard = 0.01,
                         .least = 1e-6,
                         .most = 1},
                        {.name = "saliency",
                         .title = "Pull to the original",
                         .description = "Weight of a pull towards the original weights, stronger where inputs are "
                                        "larger (SARQC, arXiv 2605.05693); 0: none",
                         .standard = 0,
                         .most = 100}},
            .variants = {{.title = "GPTQ, columns in order",
                          .description =
                              "GPTQ without \"Columns by importance\". At few bits and on small models it can be worse "
                              "than plain rounding: a group's scale is taken from weights that the errors of earlier "
                              "columns were already pushed into, and where important columns come late nothing is left "
                              "to make up for their errors. SmolLM2 135M at 3 bits, for example: perplexity 101 in "
                              "order, 72 rounded to nearest, 54 by importance.",
                          .options = {{"act-order", 0}}}},
        };
    }

    StartingPoint quantize(const MethodInput &input, const Task &task) const override {
        // Ends are kept where a group's range is taken when it is reached; by importance they may come last, moved far.
        const bool act_order = option(input, "act-order") != 0;
        const GptqSettings settings{
            .damping = option(input, "damping"), .keep_ends = !act_order, .act_order = act_order};
        auto base = input.weights;
        const auto groups = input_groups(input.family);
        const auto names = input.family.info().projections;
        LayerWalk walk(input.family, input.weights, input.calibration);
        const auto steps = static_cast<double>(base.layers.size() * groups.size());
        for (std::size_t layer = 0; layer < base.layers.size(); ++layer) {
            const auto statistics = walk.statistics(input.weights.layers[layer]);
            auto quantized = base.layers[layer];
            for (std::size_t group = 0; group < groups.size(); ++group) {
                const auto hessian = hessian_of(statistics[group], option(input, "saliency"));
                for (const auto projection : groups[group]) {
                    task.check();
                    task.report(
                        static_cast<double>(layer * groups.size() + group) / steps,
                        fmt::format("GPTQ, layer {} of {}, {}", layer + 1, base.layers.size(), names[projection]));
                    auto &weight = base.layers[layer].projections[projection].weight;
                    const auto &grid = input.grids.at(layer, projection);
                    weight = solve(weight, hessian, grid, settings);
                    quantized.projections[projection].weight = requantize(weight, grid);
                }
            }
            walk.advance(quantized);
        }
        return StartingPoint::rounded(input.weights, std::move(base), input.grids);
    }

private:
    static at::Tensor hessian_of(const InputStatistics &statistics, double saliency) {
        const auto tokens = static_cast<double>(statistics.tokens);
        auto hessian = statistics.gram * (2 / tokens);
        if (saliency > 0) // relative to the Hessian's own size, so that one number fits all layers
            hessian.diagonal().add_(statistics.absolute / statistics.absolute.mean() *
                                    (saliency * hessian.diagonal().mean().item<double>()));
        return hessian;
    }

    /// Blocks of one group, so that its scale is taken of weights that are up to date.
    static at::Tensor solve(const at::Tensor &weight, const at::Tensor &hessian, const Grid &grid,
                            GptqSettings settings) {
        settings.block = std::min<std::int64_t>(settings.block, grid.group_of(weight.size(1)));
        const auto result = solve_gptq(weight, hessian, grid, settings);
        return rounding_target(result.targets, result.matrix, grid);
    }
};

} // namespace

std::unique_ptr<StartingMethod> make_gptq() { return std::make_unique<Gptq>(); }

} // namespace invar
