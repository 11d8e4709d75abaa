// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/commands.h"
#include "app/cli/json_output.h"
#include "app/cli/output_path.h"
#include "app/cli/run_report.h"
#include "app/cli/settings_options.h"
#include "app/cli/text.h"
#include "core/search/run.h"
#include "core/search/run_folder.h"

namespace invar::cli {
namespace {

struct Options {
    SearchSettings settings;
    std::string output;
    std::string trace;
    const CLI::App *command = nullptr;
    bool json = false;
};

void print_replay(const std::vector<ReplayedStep> &steps, bool json) {
    if (json) {
        auto losses = Json::array();
        auto ce = Json::array();
        auto mse = Json::array();
        auto accepted = Json::array();
        for (const auto &step : steps) {
            losses.push_back(step.loss);
            ce.push_back(step.ce);
            mse.push_back(step.mse);
            accepted.push_back(step.accepted);
        }
        print_json({{"losses", losses}, {"ce", ce}, {"mse", mse}, {"accepted", accepted}});
        return;
    }
    Table table({{"line"}, {"loss"}, {"cross-entropy"}, {"hidden states' MSE"}, {"", Align::left}});
    for (const auto &step : steps)
        table.add({std::to_string(table.rows() + 1), fmt::format("{:.7f}", step.loss), fmt::format("{:.7f}", step.ce),
                   fmt::format("{:.7e}", step.mse), step.accepted ? "accepted" : ""});
    fmt::print("{}", table.text());
}

ExitStatus search(const Options &options, const Context &context) {
    auto settings = options.settings;
    RunControl control(context.stop);
    if (!options.trace.empty()) {
        // A trace is of the published code.
        settings.equal_tokens = true;
        if (options.command->get_option(option_of("scale_precision"))->empty())
            settings.grid.scales = ScalePrecision::float32;
        RunReport report(0, 0);
        const auto steps = with_option_names([&] { return invar::replay(settings, options.trace, control, report); });
        report.clear();
        print_replay(steps, options.json);
        return ExitStatus::done;
    }
    if (options.output.empty())
        wrong_usage("-o is required: the run folder to create");
    require_new(options.output);
    if (names_run(settings.model))
        settings = completed_from_run(settings, *options.command, settings.model);
    RunReport report(settings.steps, settings.seconds);
    const auto summary = with_option_names([&] { return invar::search(settings, options.output, control, report); });
    return report.finish(summary, options.output, options.json);
}

} // namespace

void add_search(CommandLine &line) {
    const auto options = std::make_shared<Options>();
    auto &command = line.add("search", "Quantize, then search for invariances that repair it; Ctrl-C stops cleanly",
                             {"search demo -o runs/first --steps 500",
                              "search demo -o runs/minute --steps 0 --seconds 60 --invariances permutation,scaling",
                              "search ~/opt-125m -o runs/opt --bits 2 --calib notes.txt --seqs 32 --length 512",
                              "search runs/first -o runs/second --policy composed",
                              "search demo --replay trace.jsonl --calib-ids ids.json --json"},
                             [options](const Context &context) { return search(*options, context); });
    add_start_options(command, options->settings,
                      "Hugging Face folder, .gguf file or demo; or a run folder, to begin anew with what its starting "
                      "method made (all that is not said is as in that run)");
    add_search_options(command, options->settings);
    options->command = &command;
    auto &output = *command.add_option("-o,--output", options->output, "Run folder to create")->option_text("DIR");
    command
        .add_option("--replay", options->trace,
                    "Evaluate the recorded candidates of a trace (JSON lines) instead of searching, by the published "
                    "objective; scales are float32 unless said otherwise")
        ->option_text("TRACE")
        ->excludes(&output);
    add_json_flag(command, options->json);
}

} // namespace invar::cli
