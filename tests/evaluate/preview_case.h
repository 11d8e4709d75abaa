// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/files.h"
#include "core/evaluate/text_preview.h"
#include "support/tiny_model.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace invar::test {

using Ids = std::vector<std::int32_t>;
using Models = std::vector<std::shared_ptr<const LanguageModel>>;

inline Ids ids_of(const PreviewText &text) {
    Ids ids;
    std::ranges::transform(text.tokens, std::back_inserter(ids), &PreviewToken::id);
    return ids;
}

inline std::string joined(const PreviewText &text) {
    std::string all;
    for (const auto &token : text.tokens)
        all += token.text;
    return all;
}

inline std::int32_t argmax(const std::vector<float> &values) {
    return static_cast<std::int32_t>(std::ranges::max_element(values) - values.begin());
}

/// The tiny random model with one token for each ASCII character, in a folder of its own. Context: 64 tokens.
struct Tiny {
    TemporaryFolder folder;
    std::filesystem::path path = tiny_model_with_tokenizer(folder).toStdString();

    [[nodiscard]] std::shared_ptr<const LanguageModel> open() const { return LanguageModel::open(path); }
    /// Sets "eos_token_id"; null: the text never ends by itself.
    void set_end_token(const nlohmann::json &value, const char *file = "config.json") const {
        const auto before = std::filesystem::exists(path / file) ? read_text_file(path / file) : std::string("{}");
        auto config = nlohmann::json::parse(before);
        config["eos_token_id"] = value;
        write_file_atomically(path / file, config.dump());
    }
};

inline TextPreviewSettings greedy(const std::string &prompt, std::int64_t tokens = 12) {
    return {.prompt = prompt, .tokens = tokens, .threads = 1};
}

inline TextPreviewSettings sampled(const std::string &prompt, std::uint64_t seed, std::int64_t tokens = 12) {
    auto settings = greedy(prompt, tokens);
    settings.temperature = 1;
    settings.seed = seed;
    return settings;
}

} // namespace invar::test
