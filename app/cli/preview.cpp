// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/commands.h"
#include "app/cli/json_output.h"
#include "app/cli/progress_bar.h"
#include "app/cli/settings_options.h"
#include "app/cli/text.h"
#include "core/evaluate/text_preview.h"
#include "core/search/open_model.h"
#include "core/search/run_folder.h"

namespace invar::cli {
namespace {

struct Options {
    std::string model;
    TextPreviewSettings settings;
    bool json = false;
};

/// A model beside the name that people and the name that scripts read.
struct Side {
    const char *title;
    const char *key;
    std::shared_ptr<const LanguageModel> model;
};

std::vector<Side> open_sides(const std::string &model, const Task &task) {
    constexpr auto title = "full precision";
    constexpr auto key = "full_precision";
    if (!names_run(model))
        return {{title, key, open_model(model, task)}};
    const auto run = open_run_models(model, task);
    return {{title, key, run.full_precision}, {"quantized, as the run left it", "quantized", run.current}};
}

/// Lines of text, each indented, control characters written out: a model may say anything to a terminal.
std::string indented(std::string_view text) {
    std::string lines = "  ";
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == '\n')
            lines += "\n  ";
        else if ((byte < 0x20U && c != '\t') || byte == 0x7FU)
            lines += fmt::format("\\x{:02x}", byte);
        else
            lines += c;
    }
    return lines;
}

/// The text after its prompt, the token at `mark` in double brackets.
std::string marked(const std::string &prompt, const PreviewText &text, std::optional<std::size_t> mark) {
    auto all = prompt;
    for (std::size_t i = 0; i < text.tokens.size(); ++i) {
        const auto &piece = text.tokens[i].text;
        if (mark == i && piece.empty() && i + 1 < text.tokens.size())
            mark = i + 1; // part of a character: the whole one is marked
        all += mark == i ? "[[" + piece + "]]" : piece;
    }
    return all;
}

std::string end_note(const PreviewText &text) {
    switch (text.end) {
    case PreviewEnd::end_token:
        return fmt::format("  (ended by itself after {} tokens)\n", text.tokens.size());
    case PreviewEnd::context_full:
        return fmt::format("  (the model's context is full after {} tokens)\n", text.tokens.size());
    case PreviewEnd::tokens_done:
        break;
    }
    return "";
}

const char *key_of(PreviewEnd end) {
    switch (end) {
    case PreviewEnd::end_token:
        return "end_token";
    case PreviewEnd::context_full:
        return "context_full";
    case PreviewEnd::tokens_done:
        break;
    }
    return "tokens_done";
}

void print_text(const Options &options, const std::vector<Side> &sides, const TextPreview &preview) {
    const auto difference = preview.texts.back().first_difference;
    for (std::size_t i = 0; i < sides.size(); ++i) {
        const auto &text = preview.texts[i];
        fmt::print("{}{}\n{}\n{}", i > 0 ? "\n" : "", sides[i].title,
                   indented(marked(options.settings.prompt, text, difference)), end_note(text));
    }
    if (sides.size() < 2)
        return;
    if (!difference) {
        fmt::print("\nBoth wrote the same {} tokens.\n", preview.texts.front().tokens.size());
        return;
    }
    const auto token = [&](std::size_t side) {
        const auto &chosen = preview.texts[side].tokens[*difference];
        return fmt::format("{} ({:.1f} %)", in_quotes(chosen.text), 100 * chosen.probability);
    };
    fmt::print("\nThey differ from token {} on: {} in full precision, {} quantized.\n", *difference + 1, token(0),
               token(1));
}

Json json_of(const Side &side, const PreviewText &text) {
    auto ids = Json::array();
    auto pieces = Json::array();
    auto probabilities = Json::array();
    for (const auto &token : text.tokens) {
        ids.push_back(token.id);
        pieces.push_back(token.text);
        probabilities.push_back(token.probability);
    }
    return {{"name", side.key},
            {"text", text.text},
            {"ids", ids},
            {"pieces", pieces},
            {"probabilities", probabilities},
            {"end", key_of(text.end)}};
}

void print_for_scripts(const Options &options, const std::vector<Side> &sides, const TextPreview &preview) {
    auto texts = Json::array();
    for (std::size_t i = 0; i < sides.size(); ++i)
        texts.push_back(json_of(sides[i], preview.texts[i]));
    const auto difference = preview.texts.back().first_difference;
    print_json({{"model", options.model},
                {"prompt", options.settings.prompt},
                {"prompt_ids", preview.prompt_ids},
                {"temperature", options.settings.temperature},
                {"top_k", options.settings.top_k},
                {"top_p", options.settings.top_p},
                {"seed", options.settings.seed},
                {"first_difference", difference ? Json(*difference) : Json()},
                {"texts", texts}});
}

ExitStatus preview(const Options &options, const Context &context) {
    try {
        check_settings(options.settings);
    } catch (const Error &error) {
        wrong_usage("{}", error.what());
    }
    ProgressBar progress;
    const auto task = progress.task(context.stop);
    const auto sides = open_sides(options.model, task);
    std::vector<std::shared_ptr<const LanguageModel>> models;
    for (const auto &side : sides)
        models.push_back(side.model);
    const auto result = preview_texts(models, options.settings, task);
    progress.clear();
    if (options.json)
        print_for_scripts(options, sides, result);
    else
        print_text(options, sides, result);
    return ExitStatus::done;
}

} // namespace

void add_preview(CommandLine &line) {
    const auto options = std::make_shared<Options>();
    auto &command = line.add("preview",
                             "How a model goes on from a prompt: a run's full precision beside its quantized "
                             "model",
                             {R"(preview runs/first --prompt "In the beginning")",
                              R"(preview demo --prompt "Thou shalt not" --temperature 0.8 --top-p 0.95 --seed 3)"},
                             [options](const Context &context) { return preview(*options, context); });
    auto &settings = options->settings;
    command.add_option("MODEL", options->model, "Run folder; a Hugging Face folder or demo has one text alone")
        ->required();
    command.add_option("--prompt", settings.prompt, "What the text begins with")->required()->option_text("TEXT");
    command.add_option("--tokens", settings.tokens, "Tokens to generate at most")->capture_default_str();
    command.add_option("--temperature", settings.temperature, "0: always the likeliest token; 1: as the model has it")
        ->capture_default_str();
    command.add_option("--top-k", settings.top_k, "Sample from the K likeliest tokens; 0: from all")
        ->capture_default_str();
    command
        .add_option("--top-p", settings.top_p,
                    "Of these, sample from the likeliest that together hold this much "
                    "probability; 1: from all")
        ->capture_default_str();
    command
        .add_option("--seed", settings.seed,
                    "Of the random numbers, the same for both models, so that only the models "
                    "differ")
        ->capture_default_str();
    add_compute_options(command, settings.precision, settings.device, settings.threads);
    add_json_flag(command, options->json);
}

} // namespace invar::cli
