// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/text/added_tokens.h"
#include "core/text/tokenizer_files.h"

namespace invar::tokenizer_files {

/// A file's JSON object, or an empty one where there is no such file. Throws Error.
[[nodiscard]] Json read_optional(const std::filesystem::path &file);

/// The special and added tokens of a folder, each with its flags, as the vocabulary and the configuration files have
/// it.
class AddedTokenList {
public:
    /// The vocabulary must outlive the list.
    explicit AddedTokenList(const TokenIds &vocabulary);

    /// The first mention of a token decides; a token that is in no vocabulary gets `id`, or the next free one.
    void add(AddedToken token, std::optional<std::int32_t> id, const std::string &where);
    /// The tokens of tokenizer_config.json's added_tokens_decoder (`config`) and of added_tokens.json.
    void add_configured(const Json &config, const std::filesystem::path &folder);
    [[nodiscard]] std::optional<std::int32_t> find(const std::string &content) const;
    [[nodiscard]] std::vector<AddedToken> take() { return std::move(tokens_); }

private:
    const TokenIds &vocabulary_;
    std::vector<AddedToken> tokens_;
    TokenIds ids_;
    std::int64_t next_id_ = 0;
};

} // namespace invar::tokenizer_files
