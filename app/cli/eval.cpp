// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/commands.h"
#include "app/cli/json_output.h"
#include "app/cli/model_text.h"
#include "app/cli/progress_bar.h"
#include "app/cli/settings_options.h"
#include "app/cli/text.h"
#include "core/evaluate/perplexity.h"
#include "core/search/open_model.h"

#include <cmath>
#include <map>

namespace invar::cli {
namespace {

struct Options {
    std::string model;
    std::string text;
    RunState state = RunState::current;
    bool add_special = false;
    EvaluationOptions evaluation;
    bool json = false;
};

void check(const EvaluationOptions &options) {
    if (options.window < 0 || options.window == 1)
        wrong_usage("--window: {} tokens predict nothing; use at least 2", options.window);
    if (options.tokens < 0)
        wrong_usage("--tokens: must be 0 (all) or more, not {}", options.tokens);
}

void print_text(const Options &options, const std::filesystem::path &text, const Perplexity &result) {
    fmt::print("perplexity {:.4f}   ({:.5f} nats per token)\n\n", result.perplexity, std::log(result.perplexity));
    fmt::print("  model     {}\n", options.model);
    fmt::print("  text      {}\n", text.string());
    fmt::print("  windows   {} of {} tokens; {} tokens in all, {} predicted\n", grouped(result.windows),
               grouped(result.window), grouped(result.tokens), grouped(result.predicted));
}

ExitStatus eval(const Options &options, const Context &context) {
    check(options.evaluation);
    const auto text = text_or_heldout(options.text, options.model);
    ProgressBar progress;
    const auto task = progress.task(context.stop);
    const auto model = open_model(options.model, task, options.state);
    const auto ids = encode_file(model->tokenizer(), text, options.add_special);
    const auto result = measure_perplexity(*model, ids, options.evaluation, task);
    progress.clear();
    if (options.json)
        print_json({{"perplexity", result.perplexity},
                    {"tokens", result.tokens},
                    {"predicted", result.predicted},
                    {"windows", result.windows},
                    {"window", result.window},
                    {"model", options.model},
                    {"text", text.string()}});
    else
        print_text(options, text, result);
    return ExitStatus::done;
}

} // namespace

void add_eval(CommandLine &line) {
    const auto options = std::make_shared<Options>();
    auto &command =
        line.add("eval", "Perplexity on a text, in windows that do not overlap",
                 {"eval demo", "eval runs/first", "eval ~/models/opt-125m --text wiki.test.txt --window 2048"},
                 [options](const Context &context) { return eval(*options, context); });
    auto &evaluation = options->evaluation;
    command.add_option("MODEL", options->model, "Hugging Face folder, .gguf file, run folder or demo")->required();
    command.add_option("--text", options->text, "UTF-8 text; for the demo and its runs, the held-out text if left out")
        ->option_text("FILE");
    command
        .add_option(
            "--state", options->state,
            "Of a run: as it is now, as its method left it (start), full precision, or that under its moves (moved)")
        ->transform(CLI::CheckedTransformer(std::map<std::string, RunState>{{"now", RunState::current},
                                                                            {"start", RunState::at_start},
                                                                            {"full", RunState::full_precision},
                                                                            {"moved", RunState::transformed}},
                                            CLI::ignore_case))
        ->option_text("NAME=now");
    command.add_flag("--add-special", options->add_special, "Add the tokenizer's begin and end tokens");
    command.add_option("--window", evaluation.window, "Tokens per window; 0: 2048, or the model's context if shorter")
        ->capture_default_str();
    command.add_option("--tokens", evaluation.tokens, "Use only the text's first N tokens; 0: all")
        ->capture_default_str();
    add_compute_options(command, evaluation.precision, evaluation.device, evaluation.threads);
    add_json_flag(command, options->json);
}

} // namespace invar::cli
