// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/text/token_ids.h"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <utility>
#include <vector>

namespace invar {

/// What defines a unigram model: tokens in the order of their ids, each with its log-probability.
struct UnigramDefinition {
    std::vector<std::pair<std::string, double>> pieces = {};
    std::optional<std::int32_t> unknown = std::nullopt; ///< id that stands for what the vocabulary lacks
    bool byte_fallback = false;                         ///< … where there are no byte tokens for it (byte_tokens.h)
};

/// The likeliest way to put a word together from tokens (Viterbi), as Hugging Face `tokenizers` finds it.
class UnigramModel {
public:
    /// Throws Error, naming `source`, when there is no vocabulary or the unknown token is not in it.
    UnigramModel(UnigramDefinition definition, const std::string &source);
    UnigramModel(UnigramModel &&) = default; // a copy's views would lead into the original
    UnigramModel &operator=(UnigramModel &&) = default;

    /// Appends the ids of one word of valid UTF-8.
    void encode(std::string_view word, std::vector<std::int32_t> &ids) const;
    [[nodiscard]] const TokenIds &vocabulary() const { return vocabulary_; }
    [[nodiscard]] const UnigramDefinition &definition() const { return definition_; }

private:
    /// The best way to reach an offset: a token that begins at `begin`.
    struct Node {
        double score = 0;
        std::size_t begin = 0;
        std::int32_t id = -1;
    };
    template <typename Found> void for_each_prefix(std::string_view text, const Found &found) const;
    [[nodiscard]] std::vector<Node> best_paths(std::string_view word) const;
    void append(std::string_view piece, std::vector<std::int32_t> &ids) const;

    UnigramDefinition definition_;
    TokenIds vocabulary_;
    std::vector<std::pair<std::string_view, std::int32_t>> sorted_; ///< tokens in the order of their bytes
    std::array<std::size_t, 257> first_byte_{};                     ///< where in `sorted_` tokens begin with each byte
    std::array<std::int32_t, 256> byte_ids_{};                      ///< -1 where there is no token for the byte
    double unknown_score_ = 0;
};

} // namespace invar
