// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/commands.h"
#include "app/cli/json_output.h"
#include "app/cli/model_text.h"
#include "app/cli/progress_bar.h"
#include "app/cli/settings_options.h"
#include "app/cli/text.h"
#include "core/search/compare_methods.h"

namespace invar::cli {
namespace {

struct Options {
    SearchSettings settings;
    std::map<std::string, MethodOptions> methods;
    std::string text;
    bool json = false;
};

std::string title_of(const MethodOutcome &outcome) {
    if (outcome.method.empty())
        return "full precision";
    if (!outcome.variant.empty())
        return outcome.variant;
    return find_starting_method(outcome.method)->title;
}

Json json_of(const std::vector<MethodOutcome> &outcomes) {
    auto rows = Json::array();
    for (const auto &outcome : outcomes) {
        Json row{{"method", outcome.method}, {"title", title_of(outcome)}};
        if (!outcome.options.empty())
            row["options"] = outcome.options;
        if (!outcome.problem.empty()) {
            row["problem"] = outcome.problem;
        } else {
            row["perplexity"] = outcome.perplexity;
            row["bits_per_weight"] = outcome.bits_per_weight;
            if (!outcome.method.empty()) {
                row["seconds"] = outcome.seconds;
                row["mean_sqnr_db"] = outcome.mean_sqnr_db;
                row["mean_output_error"] = outcome.mean_output_error ? Json(*outcome.mean_output_error) : Json();
            }
        }
        rows.push_back(std::move(row));
    }
    return {{"methods", std::move(rows)}};
}

void print_text(const std::vector<MethodOutcome> &outcomes) {
    Table table({{"method", Align::left},
                 {"perplexity"},
                 {"output error"},
                 {"SQNR"},
                 {"bits per weight"},
                 {"time"},
                 {"", Align::left}});
    for (const auto &outcome : outcomes) {
        if (!outcome.problem.empty()) {
            table.add({title_of(outcome), "-", "-", "-", "-", "-", outcome.problem});
            continue;
        }
        const bool quantized = !outcome.method.empty();
        table.add({title_of(outcome), fmt::format("{:.3f}", outcome.perplexity),
                   percent_or_dash(outcome.mean_output_error),
                   quantized ? fmt::format("{:.2f} dB", outcome.mean_sqnr_db) : "-",
                   fmt::format("{:.3f}", outcome.bits_per_weight), quantized ? duration_text(outcome.seconds) : "-",
                   to_string(outcome.options)});
    }
    fmt::print("{}", table.text());
}

/// "autoround:iterations=50,batch=4"
void read_options_of_method(const std::string &text, std::map<std::string, MethodOptions> &methods) {
    const auto colon = text.find(':');
    const auto name = text.substr(0, colon);
    if (find_starting_method(name) == nullptr)
        fail("\"{}\" names no starting method before a colon", text);
    auto options = parse_method_options(colon == std::string::npos ? std::string_view()
                                                                   : std::string_view(text).substr(colon + 1));
    if (const auto problem = problem_of(options, name); !problem.empty())
        fail("{}", problem);
    methods[name] = std::move(options);
}

ExitStatus methods(Options options, const Context &context) {
    const auto text = text_or_heldout(options.text, options.settings.model);
    if (const auto first = options.methods.find(options.settings.method); first != options.methods.end())
        options.settings.method_options = first->second;
    std::vector<MethodOutcome> outcomes;
    ProgressBar progress;
    const auto print = [&] {
        progress.clear();
        options.json ? print_json(json_of(outcomes)) : print_text(outcomes);
    };
    try {
        with_option_names([&] {
            return compare_methods(options.settings, options.methods, text, progress.task(context.stop),
                                   [&](const MethodOutcome &outcome) { outcomes.push_back(outcome); });
        });
    } catch (const Cancelled &) { // what took minutes so far is not lost
        print();
        throw;
    }
    print();
    return ExitStatus::done;
}

} // namespace

void add_methods(CommandLine &line) {
    const auto options = std::make_shared<Options>();
    auto &command = line.add("methods", "Every starting method on one model: held-out perplexity, errors, time",
                             {"methods demo --bits 2 --group 64",
                              "methods ~/models/opt-125m --bits 3 --text wiki.test.txt --calib notes.txt "
                              "--options autoround:iterations=50,batch=4"},
                             [options](const Context &context) { return methods(*options, context); });
    add_rounding_options(command, options->settings);
    command.add_option("--text", options->text, "UTF-8 text to measure on; for the demo its held-out text if left out")
        ->option_text("FILE");
    command
        .add_option_function<std::vector<std::string>>(
            "--options",
            [options](const std::vector<std::string> &texts) {
                try {
                    for (const auto &text : texts)
                        read_options_of_method(text, options->methods);
                } catch (const Error &error) {
                    throw CLI::ValidationError("--options", error.what());
                }
            },
            "Options of one method, the others keep their standards; may be repeated")
        ->option_text("METHOD:NAME=NUMBER,…");
    add_json_flag(command, options->json);
}

} // namespace invar::cli
