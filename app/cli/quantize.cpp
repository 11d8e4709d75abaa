// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/commands.h"
#include "app/cli/json_output.h"
#include "app/cli/output_path.h"
#include "app/cli/progress_bar.h"
#include "app/cli/settings_options.h"
#include "app/cli/text.h"
#include "core/search/open_model.h"
#include "core/search/run.h"

#include <map>

namespace invar::cli {
namespace {

struct Options {
    SearchSettings settings;
    std::string output;
    bool json = false;
};

/// Names of the model's matrices, which errors only tell by layer and projection.
std::map<std::pair<int, std::string>, std::string> names_by_place(const ModelInfo &info) {
    std::map<std::pair<int, std::string>, std::string> names;
    for (const auto &matrix : info.matrices)
        names[{matrix.layer, matrix.projection}] = matrix.name;
    return names;
}

Json json_of(const QuantizeResult &result, const ModelInfo &info, const std::string &folder) {
    const auto names = names_by_place(info);
    auto matrices = Json::array();
    for (const auto &error : result.matrices) {
        Json matrix{{"name", names.at({error.layer, error.projection})}};
        matrix.update(cli::json_of(error));
        matrices.push_back(std::move(matrix));
    }
    return {{"run", folder}, {"bits_per_weight", result.bits_per_weight}, {"matrices", std::move(matrices)}};
}

void print_text(const QuantizeResult &result, const Options &options) {
    fmt::print("Quantized to {:.3f} bits per weight by {}.\n\n", result.bits_per_weight, options.settings.method);
    Table table(
        {{"layer"}, {"matrix", Align::left}, {"relative error"}, {"output error"}, {"SQNR"}, {"mean squared error"}});
    for (const auto &error : result.matrices)
        table.add({std::to_string(error.layer), error.projection, fmt::format("{:.2f} %", 100 * error.relative),
                   percent_or_dash(error.output), fmt::format("{:.2f} dB", error.sqnr_db),
                   fmt::format("{:.3e}", error.mse)});
    fmt::print("{}\n  Output error: relative error of a matrix's outputs for the inputs that it has in the "
               "full-precision model,\n  on the first {} tokens of the calibration set at most; {} in the mean.\n",
               table.text(), grouped(output_error_tokens), percent_or_dash(mean_output_error(result.matrices)));
    const auto run = shell_word(options.output);
    fmt::print("\nThe run is in {}. Next:\n", options.output);
    fmt::print("  {} eval {}{}\n", program_name, run, options.settings.model == "demo" ? "" : " --text FILE");
    fmt::print("  {} resume {} --steps 500    search from here\n", program_name, run);
}

ExitStatus quantize(const Options &options, const Context &context) {
    require_new(options.output);
    ProgressBar progress;
    const auto task = progress.task(context.stop);
    const auto result = with_option_names([&] { return invar::quantize(options.settings, options.output, task); });
    const auto model = open_model(options.output, task, RunState::full_precision);
    progress.clear();
    if (options.json)
        print_json(json_of(result, model->info(), options.output));
    else
        print_text(result, options);
    return ExitStatus::done;
}

} // namespace

void add_quantize(CommandLine &line) {
    const auto options = std::make_shared<Options>();
    auto &command = line.add("quantize", "Apply a starting method alone and save the result as a run",
                             {"quantize demo -o runs/rtn2 --bits 2 --group 128",
                              "quantize ~/models/opt-125m -o runs/rtn3 --bits 3 --group 0 --calib notes.txt --json"},
                             [options](const Context &context) { return quantize(*options, context); });
    add_start_options(command, options->settings);
    command.add_option("-o,--output", options->output, "Run folder to create")->required()->option_text("DIR");
    add_json_flag(command, options->json);
}

} // namespace invar::cli
