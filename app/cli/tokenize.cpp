// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/commands.h"
#include "app/cli/json_output.h"
#include "app/cli/model_text.h"

#include <fmt/ranges.h>

namespace invar::cli {
namespace {

struct Options {
    std::string model;
    std::string text;
    bool add_special = false;
    bool json = false;
};

ExitStatus tokenize(const Options &options) {
    const auto tokenizer = open_tokenizer(options.model);
    const auto ids = encode_file(*tokenizer, options.text, options.add_special);
    if (options.json)
        print_json({{"ids", ids}});
    else
        fmt::print("{}\n", fmt::join(ids, " "));
    return ExitStatus::done;
}

} // namespace

void add_tokenize(CommandLine &line) {
    const auto options = std::make_shared<Options>();
    auto &command = line.add("tokenize", "Token ids of a text",
                             {"tokenize demo --text notes.txt", "tokenize ~/models/opt-125m --text notes.txt --json"},
                             [options](const Context &) { return tokenize(*options); });
    command.add_option("MODEL", options->model, "Hugging Face folder, .gguf file, run folder or demo")->required();
    command.add_option("--text", options->text, "UTF-8 text")->required()->option_text("FILE");
    command.add_flag("--add-special", options->add_special, "Add the tokenizer's begin and end tokens");
    add_json_flag(command, options->json);
}

} // namespace invar::cli
