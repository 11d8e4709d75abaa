// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/text/added_tokens.h"
#include "core/text/bpe_model.h"
#include "core/text/regex.h"
#include "core/text/tokenizer.h"

#include <filesystem>
#include <unordered_map>

namespace invar {

/// The pieces that a byte-level BPE tokenizer (GPT-2, OPT, …) is put together from, whatever file they came from.
struct ByteLevelBpeParts {
    BpeModel model;
    std::vector<AddedToken> added;
    std::vector<Regex> cuts;          ///< patterns that cut the text first, one after another
    bool add_prefix_space = false;    ///< each piece is then given a space to begin with, if it has none
    bool split_words = true;          ///< and cut with GPT-2's pattern
    std::vector<std::int32_t> prefix; ///< put before the text when special tokens are asked for
    std::vector<std::int32_t> suffix; ///< … and after it
};

/// Reads a tokenizer.json that describes byte-level BPE; whatever else it asks for is refused by name. Throws Error.
[[nodiscard]] ByteLevelBpeParts read_tokenizer_json(const std::filesystem::path &file);

/// Reads vocab.json and merges.txt of a folder, and tokenizer_config.json, special_tokens_map.json and
/// added_tokens.json where they are there, as transformers' GPT2Tokenizer does. Throws Error.
[[nodiscard]] ByteLevelBpeParts read_vocabulary_and_merges(const std::filesystem::path &folder);

class ByteLevelBpe final : public Tokenizer {
public:
    explicit ByteLevelBpe(ByteLevelBpeParts parts);

    [[nodiscard]] std::vector<std::int32_t> encode(std::string_view utf8, bool add_special) const override;
    [[nodiscard]] std::string decode(std::span<const std::int32_t> ids) const override;
    [[nodiscard]] std::size_t vocabulary_size() const override { return size_; }

private:
    class WordCache;
    /// Cuts with the patterns from `cut` on, then encodes the pieces.
    void encode_plain(std::string_view text, std::size_t cut, WordCache &cache, std::vector<std::int32_t> &ids) const;

    BpeModel model_;
    AddedTokens added_;
    std::vector<Regex> cuts_;
    Regex words_;
    bool add_prefix_space_;
    bool split_words_;
    std::vector<std::int32_t> prefix_;
    std::vector<std::int32_t> suffix_;
    std::unordered_map<std::int32_t, std::string> tokens_; ///< by id, as written in the vocabulary
    std::size_t size_ = 0;
};

} // namespace invar
