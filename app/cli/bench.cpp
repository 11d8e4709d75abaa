// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/commands.h"
#include "app/cli/json_output.h"
#include "app/cli/progress_bar.h"
#include "app/cli/settings_options.h"
#include "app/cli/text.h"
#include "core/search/benchmark.h"

namespace invar::cli {
namespace {

struct Options {
    SearchSettings settings;
    std::int64_t steps = 40;
    bool json = false;
};

double giga(double value) { return value / 1e9; }

Json json_of(const BenchmarkResult &result) {
    auto rates = Json::array();
    for (const auto &rate : result.rates)
        rates.push_back({{"name", rate.name},
                         {"rows", rate.rows},
                         {"cols", rate.cols},
                         {"gflops_per_second", giga(rate.flops_per_second)},
                         {"gflops_in_a_step", giga(rate.flops)}});
    return {{"steps", result.steps},
            {"threads", result.threads},
            {"steps_per_second", result.steps_per_second},
            {"seconds_first_layer", result.seconds_first_layer},
            {"seconds_last_layer", result.seconds_last_layer},
            {"seconds_rounding", result.seconds_rounding},
            {"gflops_in_a_step", giga(result.flops)},
            {"gflops_per_second", giga(result.flops_per_second)},
            {"multiplication_gflops_per_second", giga(result.multiplication_flops_per_second)},
            {"efficiency", result.efficiency()},
            {"memory_predicted", result.memory.bytes},
            {"memory_available", result.memory.available},
            {"cache_stride", result.memory.cache_stride},
            {"memory_peak", result.peak_memory},
            {"multiplications", std::move(rates)}};
}

void print_text(const BenchmarkResult &result, const SearchSettings &settings) {
    fmt::print("{:.2f} steps/s in {} with {} threads: 1,000 steps take {}.\n\n", result.steps_per_second,
               name_of(settings.precision), result.threads, duration_text(1000 / result.steps_per_second));
    Table steps({{"", Align::left}, {""}, {"", Align::left}});
    steps.add({"a step in the first layer", fmt::format("{:.1f} ms", 1e3 * result.seconds_first_layer),
               "all layers after it are run again"});
    steps.add({"a step in the last layer", fmt::format("{:.1f} ms", 1e3 * result.seconds_last_layer), "only its FFN"});
    steps.add({"of which rounding", fmt::format("{:.1f} ms", 1e3 * result.seconds_rounding),
               "the moved FFN is put on the grid again"});
    steps.add({"an average step needs", fmt::format("{:.2f} GFLOP", giga(result.flops)), "whatever the program"});
    steps.add({"which runs at", fmt::format("{:.0f} GFLOP/s", giga(result.flops_per_second)),
               fmt::format("{:.0f} % of this machine's matrix products", 100 * result.efficiency())});
    steps.add(
        {"memory", bytes_text(result.peak_memory),
         fmt::format("at the peak; predicted {}{}", bytes_text(result.memory.bytes),
                     result.memory.available > 0 ? fmt::format(", {} free before", bytes_text(result.memory.available))
                                                 : std::string())});
    if (result.memory.cache_stride > 1)
        steps.add({"cache points", fmt::format("1 in {}", result.memory.cache_stride), "layers, to stay in memory"});
    fmt::print("{}\n", steps.text());
    Table rates({{"matrix products", Align::left}, {"rows"}, {"columns"}, {"GFLOP/s"}, {"GFLOP a step"}});
    for (const auto &rate : result.rates)
        rates.add({rate.name, grouped(rate.rows), grouped(rate.cols),
                   fmt::format("{:.0f}", giga(rate.flops_per_second)), fmt::format("{:.2f}", giga(rate.flops))});
    fmt::print("{}", rates.text());
}

ExitStatus bench(const Options &options, const Context &context) {
    ProgressBar progress;
    const auto result =
        with_option_names([&] { return benchmark(options.settings, options.steps, progress.task(context.stop)); });
    progress.clear();
    if (options.json)
        print_json(json_of(result));
    else
        print_text(result, options.settings);
    return ExitStatus::done;
}

} // namespace

void add_bench(CommandLine &line) {
    const auto options = std::make_shared<Options>();
    auto &command =
        line.add("bench", "What a search would cost here: steps per second, memory, arithmetic",
                 {"bench demo", "bench ~/models/opt-125m --calib notes.txt --precision bfloat16 --threads 8"},
                 [options](const Context &context) { return bench(*options, context); });
    add_start_options(command, options->settings);
    command.add_option("--steps", options->steps, "Steps to time")
        ->check(CLI::Range(1, 1000000))
        ->capture_default_str();
    add_json_flag(command, options->json);
}

} // namespace invar::cli
