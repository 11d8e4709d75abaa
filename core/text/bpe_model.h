// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace invar {

/// What defines a byte-level BPE model; tokens are written in the byte alphabet (byte_alphabet.h).
struct BpeDefinition {
    std::unordered_map<std::string, std::int32_t> vocabulary;
    std::vector<std::pair<std::string, std::string>> merges; ///< best first
    std::optional<std::string> unknown; ///< stands for bytes that the vocabulary lacks; without it they are dropped
    bool fuse_unknown = false;          ///< one unknown token for a run of such bytes
    bool ignore_merges = false;         ///< a word that is a token is that token, whatever the merges say
};

/// Byte pair encoding of single words, in the order of merges that Hugging Face `tokenizers` follows. O(n log n).
class BpeModel {
public:
    /// Throws Error, naming `source`, when a merge or the unknown token is not in the vocabulary.
    BpeModel(BpeDefinition definition, const std::string &source);

    /// Appends the ids of one word, given as raw bytes.
    void encode(std::string_view word, std::vector<std::int32_t> &ids) const;
    [[nodiscard]] const std::unordered_map<std::string, std::int32_t> &vocabulary() const { return vocabulary_; }

private:
    struct Merged {
        std::uint32_t rank;
        std::int32_t id;
    };
    struct Symbol;
    struct Candidate;
    static std::uint64_t pair_key(std::int32_t left, std::int32_t right) {
        return std::uint64_t{static_cast<std::uint32_t>(left)} << 32U | static_cast<std::uint32_t>(right);
    }
    [[nodiscard]] const Merged *merge_of(std::int32_t left, std::int32_t right) const;
    [[nodiscard]] std::vector<Symbol> symbols_of(std::string_view word) const;

    std::unordered_map<std::string, std::int32_t> vocabulary_;
    std::unordered_map<std::uint64_t, Merged> merges_;
    std::array<std::int32_t, 256> byte_ids_{}; ///< -1 where the vocabulary lacks the byte
    std::int32_t unknown_ = -1;
    bool fuse_unknown_;
    bool ignore_merges_;
};

} // namespace invar
