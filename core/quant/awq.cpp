// SPDX-License-Identifier: GPL-3.0-or-later
// AWQ (arXiv 2306.00978; mit-han-lab/llm-awq, awq/quantize/auto_scale.py and auto_clip.py): channels that see large
// inputs are enlarged before rounding, then each group's range is clipped.
#include "core/quant/clipping.h"
#include "core/quant/group_quantizer.h"
#include "core/quant/layer_walk.h"
#include "core/quant/method.h"

#include <ATen/ATen.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <functional>
#include <limits>

namespace invar {
namespace {

constexpr int ratios = 20;

/// Factors from the mean size of a channel's input, to a power that is tried out.
at::Tensor factors_of(const at::Tensor &mean_input, int trial) {
    const auto factors = mean_input.pow(static_cast<double>(trial) / ratios).clamp_min(1e-4);
    return (factors / (factors.max() * factors.min()).sqrt()).to(at::kFloat);
}

/// A decoder layer and what it was given: finds the factors under which rounding changes its output least.
class ScaleSearch {
public:
    ScaleSearch(const MethodInput &input, std::size_t layer, const std::vector<InputStatistics> &statistics,
                const std::vector<at::Tensor> &batches)
        : input_(input), layer_(input.weights.layers[layer]), grids_(input.grids.layer(layer)), statistics_(statistics),
          groups_(input_groups(input.family)) {
        runnable_ = in_type(layer_, input.type);
        for (const auto &batch : batches) {
            hidden_.push_back(batch.to(input.type));
            ffn_inputs_.push_back(input.family.attention_half(runnable_, hidden_.back()));
            outputs_.push_back(input.family.ffn_half(runnable_, ffn_inputs_.back()));
        }
    }

    /// `report(matrices, share)`: which ones are next, and which share of the groups is done.
    ChannelScales find(const Task &task, const std::function<void(const std::string &, double)> &report) const {
        ChannelScales scales;
        const auto folds = input_.family.norm_folds();
        const auto info = input_.family.info();
        double done = 0;
        const auto next = [&](InputGroup group) {
            report(fmt::format("{}", fmt::join(names_of(group, info.projections), "/")),
                   done++ / static_cast<double>(groups_.size()));
            return best(group, task);
        };
        for (const auto &fold : folds)
            scales.norms.push_back(next(readers_of(fold, input_.family)));
        scales.value = next(attention_output);
        if (info.invariances.at(Invariance::scaling) == Exactness::exact)
            scales.neurons = next(ffn_output);
        return scales;
    }

private:
    [[nodiscard]] std::vector<std::string> names_of(InputGroup group,
                                                    const std::vector<std::string> &projections) const {
        std::vector<std::string> names;
        for (const auto projection : groups_[group])
            names.push_back(projections[projection]);
        return names;
    }

    [[nodiscard]] at::Tensor best(InputGroup group, const Task &task) const {
        const auto layout = input_.family.attention();
        auto mean = statistics_[group].absolute / static_cast<double>(statistics_[group].tokens);
        if (group == attention_output) // heads that share a value share its factor
            mean = mean.view({layout.key_value_heads, -1, layout.head_size}).mean(1).reshape({-1});
        at::Tensor found;
        auto least = std::numeric_limits<double>::infinity();
        for (int trial = 0; trial < ratios; ++trial) {
            task.check();
            const auto factors = factors_of(mean, trial);
            const auto columns = group == attention_output ? for_output_columns(factors, layout) : factors;
            const auto loss = loss_of(group, columns);
            if (loss < least) {
                least = loss;
                found = factors;
            }
        }
        return found;
    }

    [[nodiscard]] at::Tensor rounded(std::size_t projection, const at::Tensor &columns) const {
        return round_to_grid(layer_.projections[projection].weight * columns, grids_[projection]) / columns;
    }

    /// Squared change of what the group's block gives: of a single projection, by its inputs' Gram matrix; of several,
    /// of the half of the layer that they are in.
    [[nodiscard]] double loss_of(InputGroup group, const at::Tensor &columns) const {
        const auto &members = groups_[group];
        if (members.size() == 1) {
            const auto error = (rounded(members.front(), columns) - layer_.projections[members.front()].weight);
            const auto gram = statistics_[group].gram.to(at::kFloat);
            return (at::mm(error, gram) * error).sum(at::kDouble).item<double>();
        }
        auto changed = runnable_;
        for (const auto projection : members)
            changed.projections[projection].weight = rounded(projection, columns).to(input_.type);
        double sum = 0;
        for (std::size_t i = 0; i < hidden_.size(); ++i) {
            const auto change =
                group == attention_inputs
                    ? input_.family.attention_half(changed, hidden_[i]).residual - ffn_inputs_[i].residual
                    : input_.family.ffn_half(changed, ffn_inputs_[i]) - outputs_[i];
            sum += change.to(at::kFloat).square().sum(at::kDouble).item<double>();
        }
        return sum;
    }

    const MethodInput &input_;
    const DecoderLayer &layer_;
    LayerGrids grids_;
    const std::vector<InputStatistics> &statistics_;
    std::vector<std::vector<std::size_t>> groups_;
    DecoderLayer runnable_; ///< in the run's type
    std::vector<at::Tensor> hidden_, outputs_;
    std::vector<FfnInput> ffn_inputs_;
};

/// The Gram matrices of what the scaled layer's groups read.
std::vector<at::Tensor> scaled_grams(const std::vector<InputStatistics> &statistics, const ChannelScales &scales,
                                     const ModelFamily &family) {
    std::vector<at::Tensor> grams;
    for (const auto &group : statistics)
        grams.push_back(group.gram);
    const auto divide = [&](std::size_t group, const at::Tensor &scale) {
        if (scale.defined())
            grams[group] = grams[group] / at::outer(scale, scale).to(at::kDouble);
    };
    const auto folds = family.norm_folds();
    for (std::size_t i = 0; i < scales.norms.size(); ++i)
        divide(readers_of(folds[i], family), scales.norms[i]);
    if (scales.value.defined())
        divide(attention_output, for_output_columns(scales.value, family.attention()));
    divide(ffn_output, scales.neurons);
    return grams;
}

class Awq final : public StartingMethod {
public:
    MethodInfo info() const override {
        return {.name = "awq",
                .title = "AWQ",
                .description =
                    "Enlarges the channels that see the largest inputs, so that rounding hurts them less, and "
                    "clips each group's range; both are tried out on the calibration set (arXiv 2306.00978).",
                .needs_calibration = true,
                .options = {{.name = "scale",
                             .title = "Scale channels",
                             .description = "Search factors for channels by the size of their inputs; they are folded "
                                            "into what comes before",
                             .kind = MethodOption::Kind::flag,
                             .standard = 1},
                            {.name = "clip",
                             .title = "Clip outliers",
                             .description = "Narrow each group's range to where its output changes least; queries and "
                                            "keys are left out",
                             .kind = MethodOption::Kind::flag,
                             .standard = 1},
                            {.name = "search-tokens",
                             .title = "Tokens for scales",
                             .description = "Tokens of the calibration set on which factors are tried: more are slower",
                             .kind = MethodOption::Kind::whole,
                             .standard = 4096,
                             .least = 64,
                             .most = 1 << 20}}};
    }

    double effort(const MethodOptions &, std::int64_t) const override { return 15; }

    /// Scaled matrices are a reference of their own.
    std::int64_t extra_bytes(const MethodOptions &options, const ModelInfo &model) const override {
        return option(options, "scale") != 0 ? model.matrix_weights() * std::int64_t{sizeof(float)} : 0;
    }

    StartingPoint quantize(const MethodInput &input, const Task &task) const override {
        auto reference = input.weights;
        auto base = input.weights;
        std::vector<ChannelScales> all_scales(reference.layers.size());
        LayerWalk walk(input.family, input.weights, input.calibration);
        const auto layers = reference.layers.size();
        for (std::size_t layer = 0; layer < layers; ++layer) {
            const auto &original = input.weights.layers[layer];
            const auto report = [&](const std::string &what, double part) {
                task.check();
                task.report((static_cast<double>(layer) + part) / static_cast<double>(layers),
                            fmt::format("AWQ, layer {} of {}, {}", layer + 1, layers, what));
            };
            task.check();
            const auto batches = search_batches(input, walk);
            const auto statistics = walk.watch_and_advance(original);
            if (option(input, "scale") != 0)
                all_scales[layer] =
                    ScaleSearch(input, layer, statistics, batches).find(task, [&](const auto &names, double share) {
                        report("scaling " + names, 0.7 * share);
                    });
            reference.layers[layer] = apply(all_scales[layer], original, input.family);
            base.layers[layer] = reference.layers[layer];
            if (option(input, "clip") != 0)
                clip(base.layers[layer], scaled_grams(statistics, all_scales[layer], input.family), input,
                     input.grids.layer(layer),
                     [&](const std::string &name, double share) { report("clipping " + name, 0.7 + 0.3 * share); });
        }
        return StartingPoint::rounded(std::move(reference), std::move(base), input.grids, std::move(all_scales));
    }

private:
    [[nodiscard]] std::vector<at::Tensor> search_batches(const MethodInput &input, const LayerWalk &walk) const {
        auto left = static_cast<std::int64_t>(option(input, "search-tokens"));
        std::vector<at::Tensor> batches;
        for (const auto &batch : walk.batches()) {
            const auto sequences = std::min(batch.size(0), std::max<std::int64_t>(1, left / batch.size(1)));
            batches.push_back(batch.narrow(0, 0, sequences));
            left -= sequences * batch.size(1);
            if (left <= 0)
                break;
        }
        return batches;
    }

    /// `report(matrix, share)`: which one is next, and which share of the layer's is done.
    static void clip(DecoderLayer &layer, const std::vector<at::Tensor> &grams, const MethodInput &input,
                     const LayerGrids &grids, const std::function<void(const std::string &, double)> &report) {
        const auto attention = input.family.attention();
        const auto names = input.family.info().projections;
        const auto groups = input_groups(input.family);
        double done = 0;
        for (std::size_t group = 0; group < groups.size(); ++group)
            for (const auto projection : groups[group]) {
                if (projection != attention.query && projection != attention.key) {
                    report(names[projection], done / static_cast<double>(names.size()));
                    auto &weight = layer.projections[projection].weight;
                    weight = clip_by_output(weight, grams[group], grids[projection]);
                }
                ++done;
            }
    }
};

} // namespace

std::unique_ptr<StartingMethod> make_awq() { return std::make_unique<Awq>(); }

} // namespace invar
