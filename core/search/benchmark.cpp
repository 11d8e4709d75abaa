// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/search/benchmark.h"

#include "core/base/memory.h"
#include "core/model/compute.h"
#include "core/model/linear.h"
#include "core/search/calibration.h"
#include "core/search/engine.h"
#include "core/search/open_model.h"
#include "core/search/policy.h"
#include "core/search/settings_error.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <chrono>

namespace invar {
namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point begin) { return std::chrono::duration<double>(Clock::now() - begin).count(); }

/// The matrix products of an average step: the FFN of a layer chosen uniformly, all of the layers after it, the head.
std::vector<MultiplicationRate> products_of(const LanguageModel &model, const SearchSettings &settings) {
    const auto &info = model.info();
    const auto layout = model.family().ffn();
    const auto tokens = static_cast<double>(settings.sequences * settings.sequence_length);
    const auto predicted = static_cast<double>(settings.sequences * (settings.sequence_length - 1));
    const auto layers_after = (info.layers - 1) / 2.0;
    std::vector<MultiplicationRate> products;
    for (const auto &matrix : info.matrices) {
        if (matrix.layer != 0)
            continue;
        const auto index = products.size();
        const bool ffn = index == layout.output || std::ranges::find(layout.inputs, index) != layout.inputs.end();
        const auto times = layers_after + (ffn ? 1 : 0);
        products.push_back({.name = matrix.projection,
                            .rows = matrix.rows,
                            .cols = matrix.cols,
                            .flops = 2.0 * static_cast<double>(matrix.rows * matrix.cols) * tokens * times});
    }
    const auto &head = model.weights().head;
    products.push_back({.name = "output head",
                        .rows = head.size(0),
                        .cols = head.size(1),
                        .flops = 2.0 * static_cast<double>(head.numel()) * predicted});
    return products;
}

/// Scores and mixes of causal attention in an average step: half of the square.
double attention_flops(const ModelInfo &info, const SearchSettings &settings) {
    const auto length = static_cast<double>(settings.sequence_length);
    const auto pairs = length * (length + 1) / 2 * static_cast<double>(settings.sequences);
    const auto width = static_cast<double>(info.attention.heads * info.attention.head_size);
    return 4 * pairs * width * (info.layers - 1) / 2.0;
}

double measure_rate(const MultiplicationRate &product, const WorkUnits &units, at::ScalarType type,
                    const at::Device &device) {
    constexpr double measured_seconds = 0.15;
    const auto tokens = units.tokens(0);
    const auto options = at::dtype(type).device(device);
    const auto linear = pack({at::randn({product.rows, product.cols}, options), {}, {}}, tokens);
    const auto input = at::randn({tokens, product.cols}, options);
    const auto run = [&] { units.run_all([&](std::size_t) { (void)apply(linear, input); }); };
    run();
    std::int64_t times = 0;
    const auto begin = Clock::now();
    do {
        run();
        ++times;
    } while (seconds_since(begin) < measured_seconds);
    return 2.0 * static_cast<double>(product.rows * product.cols * tokens) * static_cast<double>(units.count()) *
           static_cast<double>(times) / seconds_since(begin);
}

Proposal move_in(int layer, const SearchEngine &engine, const SearchSettings &settings, const LayerShape &shape) {
    StepRandom random(settings.seed, layer);
    auto in_layer = settings.invariances;
    in_layer.residual_permutation = false;
    return make_move(random, layer, engine.states()[static_cast<std::size_t>(layer)], in_layer, move_sizes(settings),
                     shape);
}

double time_step(const SearchEngine &engine, const SearchSettings &settings, int layer, const LayerShape &shape) {
    auto move = move_in(layer, engine, settings, shape);
    const auto begin = Clock::now();
    (void)engine.evaluate(layer, std::move(move.state));
    return seconds_since(begin);
}

double time_rounding(const SearchEngine &engine, const SearchSettings &settings, const LayerShape &shape) {
    constexpr int times = 5;
    const auto map = NeuronMap::of(move_in(0, engine, settings, shape).state.ffn);
    const auto begin = Clock::now();
    for (int i = 0; i < times; ++i)
        (void)engine.requantized(0, map);
    return seconds_since(begin) / times;
}

} // namespace

BenchmarkResult benchmark(const SearchSettings &asked, std::int64_t steps, const Task &task) {
    const ComputeScope scope(asked.threads);
    return with_plain_errors([&] {
        const auto model = open_model(asked.model, task);
        const auto settings = settled(asked, model->info());
        if (auto problems = find_problems(settings, model->info()); !problems.empty())
            throw SettingsError(std::move(problems));
        const auto ids = load_calibration(settings, *model);
        SearchEngine engine(model, settings, ids, task);
        const auto policy = make_policy(settings, move_space(model->info()));

        BenchmarkResult result{.steps = steps,
                               .memory = plan_memory(settings, model->info()),
                               .threads = resolve_threads(settings.threads)};
        const auto shape = model->info().layer_shape();
        (void)time_step(engine, settings, 0, shape); // the first is slower: nothing is in a cache yet
        result.seconds_first_layer = time_step(engine, settings, 0, shape);
        result.seconds_last_layer = time_step(engine, settings, model->info().layers - 1, shape);
        result.seconds_rounding = time_rounding(engine, settings, shape);
        const auto begin = Clock::now();
        for (std::int64_t step = 1; step <= steps; ++step) {
            task.check();
            task.report(static_cast<double>(step) / static_cast<double>(steps), "trying steps");
            auto proposals = policy->propose(engine.states(), step);
            if (step == 1 && policy->wants_gradient()) // about as often as a search of so few steps would
                engine.take_gradient(policy->gradient_needs(), step);
            (void)engine.evaluate(policy->choose(std::move(proposals), engine, step));
        }
        result.steps_per_second = static_cast<double>(steps) / seconds_since(begin);

        task.report(1, "multiplying matrices");
        const auto device = usable_device(settings.device);
        const WorkUnits units(ids.to(device), result.threads, 1);
        result.rates = products_of(*model, settings);
        double seconds = 0;
        double multiplications = 0;
        for (auto &rate : result.rates) {
            task.check();
            rate.flops_per_second = measure_rate(rate, units, scalar_type_of(settings.precision), device);
            seconds += rate.flops / rate.flops_per_second;
            multiplications += rate.flops;
        }
        result.multiplication_flops_per_second = multiplications / seconds;
        result.flops = multiplications + attention_flops(model->info(), settings);
        result.flops_per_second = result.flops * result.steps_per_second;
        result.peak_memory = peak_memory();
        return result;
    });
}

} // namespace invar
