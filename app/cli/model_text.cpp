// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/model_text.h"

#include "app/cli/exit_status.h"
#include "core/base/files.h"
#include "core/model/model_tokenizer.h"
#include "core/search/open_model.h"
#include "core/search/run_folder.h"

namespace invar::cli {

std::string original_model(const std::string &model) {
    return names_run(model) ? read_run_record(model).settings.model : model;
}

std::unique_ptr<Tokenizer> open_tokenizer(const std::string &model) {
    const auto original = original_model(model);
    return load_model_tokenizer(original == "demo" ? demo_folder() / "model" : std::filesystem::path(original));
}

std::vector<std::int32_t> encode_file(const Tokenizer &tokenizer, const std::filesystem::path &file, bool add_special) {
    const auto text = read_text_file(file);
    try {
        return tokenizer.encode(text, add_special);
    } catch (const Error &error) {
        fail("{}: {}", file.string(), error.what());
    }
}

std::filesystem::path text_or_heldout(const std::string &text, const std::string &model) {
    if (!text.empty())
        return text;
    if (original_model(model) != "demo")
        wrong_usage("--text is required: only the built-in model comes with a held-out text");
    return demo_folder() / "heldout.txt";
}

} // namespace invar::cli
