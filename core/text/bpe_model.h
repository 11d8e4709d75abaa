// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/text/token_ids.h"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace invar {

/// What defines a BPE model. Of a byte-level one, tokens are written in the byte alphabet (byte_alphabet.h).
struct BpeDefinition {
    TokenIds vocabulary = {};
    std::vector<std::pair<std::string, std::string>> merges = {}; ///< best first
    std::optional<std::string> unknown =
        std::nullopt;           ///< stands for what the vocabulary lacks; without it that is dropped
    bool fuse_unknown = false;  ///< one unknown token for a run of such
    bool ignore_merges = false; ///< a word that is a token is that token, whatever the merges say
    bool byte_fallback = false; ///< characters that the vocabulary lacks become byte tokens (byte_tokens.h)
};

/// Byte pair encoding of single words, in the order of merges that Hugging Face `tokenizers` follows. O(n log n).
class BpeModel {
public:
    /// What a word is taken apart into before anything is merged.
    enum class Units { bytes, characters };

    /// Throws Error, naming `source`, when a merge or the unknown token is not in the vocabulary.
    BpeModel(BpeDefinition definition, Units units, const std::string &source);

    /// Appends the ids of one word: raw bytes, or UTF-8 where the units are characters. Throws Error for 2 GiB or more.
    void encode(std::string_view word, std::vector<std::int32_t> &ids) const;
    [[nodiscard]] const TokenIds &vocabulary() const { return vocabulary_; }
    /// What it was made from; of merges given twice, the last.
    [[nodiscard]] BpeDefinition definition() const;

private:
    struct Merged {
        std::uint32_t rank;
        std::int32_t id;
    };
    struct Symbol;
    struct Candidate;
    class SymbolList;
    static std::uint64_t pair_key(std::int32_t left, std::int32_t right) {
        return std::uint64_t{static_cast<std::uint32_t>(left)} << 32U | static_cast<std::uint32_t>(right);
    }
    void read_merges(const BpeDefinition &definition, const std::string &source);
    void read_units();
    [[nodiscard]] std::int32_t id_of(std::string_view token) const; ///< -1 where there is none
    [[nodiscard]] const Merged *merge_of(std::int32_t left, std::int32_t right) const;
    [[nodiscard]] std::vector<Symbol> symbols_of(std::string_view word) const;
    [[nodiscard]] bool fall_back(std::string_view character, SymbolList &symbols) const;

    TokenIds vocabulary_;
    std::unordered_map<std::uint64_t, Merged> merges_;
    Units units_;
    std::array<std::int32_t, 256> byte_ids_{}; ///< of bytes as units, or of byte tokens; -1 where there is none
    std::unordered_map<char32_t, std::int32_t> character_ids_; ///< where the units are characters
    std::optional<std::string> unknown_token_;
    std::int32_t unknown_ = -1;
    bool fuse_unknown_;
    bool ignore_merges_;
    bool byte_fallback_;
};

} // namespace invar
