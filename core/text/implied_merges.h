// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/text/token_ids.h"

#include <cstdint>
#include <span>
#include <string>

#include <utility>
#include <vector>

namespace invar {

/// Which of the merges that make a token, and of which token, comes first: transformers' two ways.
enum class MergeOrder {
    lowest_key_shortest_left, ///< tokenizer.model: the key is a token's place
    highest_key_longest_left, ///< GGUF: the key is a token's score
};

/// The merges that SentencePiece's BPE keeps no list of: every pair of tokens that makes a token, in the order of that
/// token's key (one for each token).
[[nodiscard]] std::vector<std::pair<std::string, std::string>> implied_merges(std::span<const std::string> tokens,
                                                                              std::span<const float> keys,
                                                                              const TokenIds &vocabulary,
                                                                              MergeOrder order);

} // namespace invar
