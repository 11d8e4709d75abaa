// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/commands.h"
#include "app/cli/json_output.h"
#include "app/cli/output_path.h"
#include "app/cli/progress_bar.h"
#include "app/cli/text.h"
#include "core/export/exporters.h"

namespace invar::cli {
namespace {

struct Options {
    std::string run;
    std::string format;
    std::string output;
    bool json = false;
};

std::vector<std::string> format_names() {
    std::vector<std::string> names;
    for (const auto &format : export_formats())
        names.push_back(format.name);
    return names;
}

std::string format_help() {
    std::string text = "What to write:";
    for (const auto &format : export_formats())
        text += fmt::format("\n{}: {}; {}", format.name, format.title, format.description);
    return text;
}

ExitStatus export_to(const Options &options, const Context &context) {
    require_new(options.output);
    ProgressBar progress;
    const auto result = export_run(options.run, options.format, options.output, progress.task(context.stop));
    progress.clear();
    if (options.json) {
        auto files = Json::array();
        for (const auto &file : result.files)
            files.push_back(file.string());
        print_json({{"files", files}, {"bytes", result.bytes}, {"bits_per_weight", result.bits_per_weight}});
        return ExitStatus::done;
    }
    fmt::print("Wrote {} in {} file{}, {:.3f} bits per quantized weight:\n", bytes_text(result.bytes),
               result.files.size(), result.files.size() == 1 ? "" : "s", result.bits_per_weight);
    for (const auto &file : result.files)
        fmt::print("  {}\n", file.string());
    return ExitStatus::done;
}

} // namespace

void add_export(CommandLine &line) {
    const auto options = std::make_shared<Options>();
    auto &command = line.add(
        "export", "Write the model as a run left it, for others to load",
        {"export runs/first --format hf -o first-hf", "export runs/first --format invariances -o moves.safetensors"},
        [options](const Context &context) { return export_to(*options, context); });
    command.add_option("DIR", options->run, "Run folder")->required();
    command.add_option("--format", options->format, format_help())
        ->required()
        ->check(CLI::IsMember(format_names()))
        ->option_text("NAME");
    command.add_option("-o,--output", options->output, "What to create")->required()->option_text("OUT");
    add_json_flag(command, options->json);
}

} // namespace invar::cli
