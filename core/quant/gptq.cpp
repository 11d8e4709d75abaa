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
                         .description =
                             "Round the columns that see the largest inputs first, while others can still "
                             "make up for them; each group keeps its scale. Without it GPTQ can be worse than "
                             "plain rounding below 4 bits.",
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
                         .most = 100},
                        {.name = "in-search",
                         .title = "Solve again in the search",
                         .description =
                             "Round whatever a search moves by GPTQ again, on the Hessian that moved with "
                             "the neurons. Without it a search rounds to nearest around what GPTQ chose at "
                             "the start: faster, in less memory, but from a slightly worse start. To round a "
                             "moved FFN takes 33 ms by GPTQ and 1.2 ms to nearest on the demo; next to a "
                             "large model's forward pass neither counts. For GPTQ as the last step alone, export "
                             "what a search from plain rounding found as \"not quantized, moves applied\" and quantize "
                             "that.",
                         .kind = MethodOption::Kind::flag,
                         .standard = 1}},
            .variants =
                {{.title = "GPTQ, columns in order",
                  .description =
                      "GPTQ without \"Columns by importance\". At few bits and on small models it can be worse "
                      "than plain rounding: a group's scale is taken from weights that the errors of earlier "
                      "columns were already pushed into, and where important columns come late nothing is left "
                      "to make up for their errors. It depends on the text: the authors' own code took SmolLM2 135M "
                      "at 3 bits to a perplexity of 101 in order and 54 by importance on an English handbook, "
                      "where plain rounding comes to 72, and to 33, 30 and 53 on the Bible.",
                  .options = {{"act-order", 0}}}},
        };
    }

    double effort(const MethodOptions &, std::int64_t) const override { return 5; }

    bool follows_order(const MethodOptions &options) const override {
        return option(options, "in-search") != 0 && option(options, "act-order") == 0;
    }

    std::int64_t extra_bytes(const MethodOptions &options, const ModelInfo &model) const override {
        const auto factor = [](std::int64_t inputs) { return inputs * inputs * std::int64_t{sizeof(float)}; };
        return option(options, "in-search") != 0
                   ? model.layers * (2 * factor(model.hidden_size) +
                                     factor(model.attention.heads * model.attention.head_size) + factor(model.ffn_size))
                   : 0;
    }

    StartingPoint quantize(const MethodInput &input, const Task &task) const override {
        const bool in_search = option(input, "in-search") != 0;
        StartingPoint point{.reference = input.weights, .base = input.weights, .quantized = input.weights};
        auto &base = point.base;
        const auto groups = input_groups(input.family);
        const auto names = input.family.info().projections;
        LayerWalk walk(input.family, input.weights, input.calibration);
        const auto steps = static_cast<double>(base.layers.size() * groups.size());
        for (std::size_t layer = 0; layer < base.layers.size(); ++layer) {
            const auto statistics = walk.statistics(input.weights.layers[layer]);
            auto quantized = base.layers[layer];
            std::vector<GptqFactor> of_layer;
            for (std::size_t group = 0; group < groups.size(); ++group) {
                task.check();
                const auto report = [&](std::size_t projection) {
                    task.report(
                        static_cast<double>(layer * groups.size() + group) / steps,
                        fmt::format("GPTQ, layer {} of {}, {}", layer + 1, base.layers.size(), names[projection]));
                };
                report(groups[group].front());
                const auto hessian = hessian_of(statistics[group], option(input, "saliency"));
                const auto factor = gptq_factor(
                    hessian, {.damping = option(input, "damping"), .act_order = option(input, "act-order") != 0});
                const auto dead = (hessian.diagonal() == 0).unsqueeze(0);
                const bool any_dead = dead.any().item<bool>();
                for (const auto projection : groups[group]) {
                    task.check();
                    report(projection);
                    auto &weight = base.layers[layer].projections[projection].weight;
                    const auto &grid = input.grids.at(layer, projection);
                    if (any_dead) // else the original is shared
                        weight = weight.masked_fill(dead.to(weight.device()), 0);
                    if (!in_search)
                        weight = target_of(weight, factor, grid);
                    quantized.projections[projection].weight =
                        in_search ? round_by_gptq(weight, factor, grid) : round_to_grid(weight, grid);
                }
                of_layer.push_back(factor);
            }
            if (in_search)
                point.factors.push_back({.attention_input = of_layer.at(0),
                                         .attention_output = of_layer.at(1),
                                         .ffn_input = of_layer.at(2),
                                         .ffn_output = of_layer.at(3)});
            walk.advance(quantized);
            point.quantized.layers[layer] = std::move(quantized);
        }
        return point;
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

    /// Weights that round to nearest to what GPTQ chooses. Ends are kept where a group's range is taken when it is
    /// reached; by importance they may come last, moved far.
    static at::Tensor target_of(const at::Tensor &weight, const GptqFactor &factor, const Grid &grid) {
        const auto result = solve_gptq(weight, factor, grid, {.keep_ends = !factor.static_groups, .block = 0});
        return rounding_target(result.targets, result.matrix, grid);
    }
};

} // namespace

std::unique_ptr<StartingMethod> make_gptq() { return std::make_unique<Gptq>(); }

} // namespace invar
