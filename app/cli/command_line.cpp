// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/command_line.h"

#include "app/cli/signals.h"

#include <cstdio>
#include <new>
#include <string_view>

namespace invar::cli {
namespace {

/// LibTorch appends a backtrace to its messages: only the first line is for people.
std::string_view first_line(std::string_view text) { return text.substr(0, text.find('\n')); }

void complain(std::string_view reason) { fmt::print(stderr, "{}: {}\n", program_name, first_line(reason)); }

ExitStatus complain_about_usage(std::string_view reason, const CLI::App &app) {
    const auto chosen = app.get_subcommands();
    const auto command = chosen.empty() ? std::string() : " " + chosen.front()->get_name();
    complain(fmt::format("{} (see {}{} --help)", first_line(reason), program_name, command));
    return ExitStatus::wrong_usage;
}

/// A full disk or a closed pipe shows when the last of the output leaves.
ExitStatus after_flushing(ExitStatus status) {
    if (std::fflush(stdout) == 0 && std::ferror(stdout) == 0)
        return status;
    complain("the standard output cannot be written");
    return ExitStatus::failed;
}

} // namespace

CommandLine::CommandLine()
    : app_("Ultra-low-bit, weight-only quantization of language models, and the search for invariances that repair it.",
           program_name) {
    app_.set_version_flag("--version", fmt::format("{} {}", program_name, INVAR_VERSION));
    app_.require_subcommand(1);
    app_.option_defaults()->take_last(); // so that a script's options can be overridden behind them
    app_.get_formatter()->column_width(34);
    app_.footer("MODEL is a Hugging Face folder, a .gguf file, a run folder (the model as that run left it) or demo "
                "(the built-in model).\n"
                "Every command takes --json: exactly one JSON object on stdout, progress on stderr.\n"
                "Exit status: 0 done, 1 failed, 2 wrong usage, 130 interrupted (a search can then be resumed).\n"
                "\n"
                "Examples:\n"
                "  invarscope-cli inspect demo\n"
                "  invarscope-cli search demo -o runs/first --bits 2 --group 128 --steps 500\n"
                "  invarscope-cli eval runs/first\n"
                "  invarscope-cli plot runs/first -o first.png\n"
                "  invarscope-cli export runs/first --format hf -o first-hf");
}

CLI::App &CommandLine::add(const std::string &name, const std::string &description,
                           const std::vector<std::string> &examples, Action action) {
    auto &command = *app_.add_subcommand(name, description);
    std::string footer = "Examples:";
    for (const auto &example : examples)
        footer += fmt::format("\n  {} {}", program_name, example);
    command.footer(footer);
    command.callback([this, action = std::move(action)] { chosen_ = action; });
    return command;
}

ExitStatus CommandLine::run_chosen(const Context &context) const {
    try {
        return chosen_(context);
    } catch (const UsageError &error) {
        return complain_about_usage(error.what(), app_);
    } catch (const Cancelled &) {
        complain("interrupted");
        return ExitStatus::interrupted;
    } catch (const std::bad_alloc &) {
        complain("not enough memory");
    } catch (const std::exception &error) {
        complain(error.what());
    }
    return ExitStatus::failed;
}

ExitStatus CommandLine::run(int argc, const char *const *argv) {
    try {
        app_.parse(argc, argv);
    } catch (const CLI::Success &help) { // --help, --version
        app_.exit(help);
        return after_flushing(ExitStatus::done);
    } catch (const CLI::ParseError &error) {
        if (app_.get_subcommands().empty() && argc > 1 && argv[1][0] != '-')
            return complain_about_usage(fmt::format("\"{}\" is not a command", argv[1]), app_);
        return complain_about_usage(argc > 1 ? error.what() : "a command is required", app_);
    }
    const SignalWatch signals;
    return after_flushing(run_chosen({.stop = signals.stop_token()}));
}

} // namespace invar::cli
