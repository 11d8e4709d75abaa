// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/commands.h"
#include "app/cli/json_output.h"
#include "core/search/run_folder.h"
#include "widgets/run_plots.h"

#include <QApplication>

#include <array>
#include <charconv>

namespace invar::cli {
namespace {

struct Options {
    std::string run;
    std::string output;
    std::string size = "1600x1000";
    bool json = false;
};

void check_suffix(const std::filesystem::path &file) {
    const auto suffix = file.extension().string();
    constexpr std::array known{".png", ".pdf", ".svg"};
    if (std::ranges::find(known, suffix) == known.end())
        wrong_usage("-o: {} must end in .png, .pdf or .svg", file.string());
}

int parse_length(std::string_view text) {
    constexpr int smallest = 200;
    constexpr int largest = 16000;
    int length = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), length);
    if (error != std::errc() || end != text.data() + text.size() || length < smallest || length > largest)
        wrong_usage("--size: must be like 1600x1000, each side {} to {}", smallest, largest);
    return length;
}

QSize parse_size(std::string_view text) {
    const auto cross = std::min(text.find('x'), text.size());
    const auto height = text.substr(std::min(cross + 1, text.size()));
    return {parse_length(text.substr(0, cross)), parse_length(height)};
}

ExitStatus plot(const Options &options) {
    check_suffix(options.output);
    const auto size = parse_size(options.size);
    if (!is_run_folder(options.run))
        fail("{}: is not a run folder", options.run);
    const auto record = read_run_record(options.run);

    qputenv("QT_QPA_PLATFORM", "offscreen");
    // What Qt thinks of a machine without a desktop is no news here, and stderr is for reasons.
    qInstallMessageHandler([](QtMsgType, const QMessageLogContext &, const QString &) {});
    int argc = 1;
    std::string name = program_name;
    std::array<char *, 2> argv{name.data(), nullptr};
    const QApplication application(argc, argv.data());
    render_run(record, QString::fromStdString(options.output), size);

    if (options.json)
        print_json({{"file", options.output},
                    {"bytes", std::filesystem::file_size(options.output)},
                    {"steps", record.steps.size()}});
    else
        fmt::print("Drew {} steps of {} into {}\n", record.steps.size(), options.run, options.output);
    return ExitStatus::done;
}

} // namespace

void add_plot(CommandLine &line) {
    const auto options = std::make_shared<Options>();
    auto &command = line.add("plot", "Draw a run's curves and heatmaps, as in the window",
                             {"plot runs/first -o first.png", "plot runs/first -o first.pdf --size 1200x800"},
                             [options](const Context &) { return plot(*options); });
    command.add_option("DIR", options->run, "Run folder")->required();
    command.add_option("-o,--output", options->output, "Picture to write: .png, .pdf or .svg")
        ->required()
        ->option_text("FILE");
    command.add_option("--size", options->size, "Width x height: pixels of a .png, points of a .pdf or .svg")
        ->capture_default_str()
        ->option_text("WxH");
    add_json_flag(command, options->json);
}

} // namespace invar::cli
