// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/text/added_tokens.h"
#include "core/text/bpe_model.h"
#include "core/text/text_pattern.h"
#include "core/text/unigram_model.h"

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

namespace invar {

/// The steps of a tokenizer, under the names and with the meaning that Hugging Face `tokenizers` gives them.
namespace tokenizer_step {

/// "NFC", "NFD", "NFKC" or "NFKD".
struct UnicodeForm {
    std::string name;
};
/// Put before text that is not empty.
struct Prepend {
    std::string text;
};
/// Of a normalizer and of a decoder.
struct Replace {
    PatternText pattern;
    std::string content;
};
/// White space taken from the ends of a text.
struct StripWhiteSpace {
    bool left = true;
    bool right = true;
};
/// SentencePiece's table of replacements, in its own binary form (character_map.h).
struct Precompiled {
    std::string character_map;
};

/// What becomes of the matches that text is cut at.
enum class SplitBehavior { removed, isolated, merged_with_previous, merged_with_next, contiguous };

struct Split {
    PatternText pattern;
    SplitBehavior behavior = SplitBehavior::isolated;
    bool invert = false; ///< the gaps are what is looked for
};
struct Digits {
    bool individual = false;
};
/// Goes over to bytes; the last of the pre-tokenizer's steps.
struct ByteLevel {
    bool add_prefix_space = false; ///< each piece is given a space to begin with, if it has none
    bool use_regex = true;         ///< and cut with GPT-2's pattern
};
enum class PrependScheme { always, first, never };
/// Spaces written as a mark. Of a pre-tokenizer and of a decoder.
struct Metaspace {
    std::string replacement = "\u2581";
    PrependScheme prepend = PrependScheme::always;
    bool split = true; ///< words are cut before the mark
};

/// Tokens such as <0xE2> become bytes again.
struct ByteFallback {};
/// All tokens become one.
struct Fuse {};
/// Takes up to so many of one character from the ends of each token.
struct Strip {
    std::string content;
    std::size_t start = 0;
    std::size_t stop = 0;
};
/// Bytes again, from the byte alphabet.
struct FromBytes {};

} // namespace tokenizer_step

using NormalizerStep = std::variant<tokenizer_step::UnicodeForm, tokenizer_step::Prepend, tokenizer_step::Replace,
                                    tokenizer_step::StripWhiteSpace, tokenizer_step::Precompiled>;
using PreTokenizerStep =
    std::variant<tokenizer_step::Split, tokenizer_step::Digits, tokenizer_step::Metaspace, tokenizer_step::ByteLevel>;
using DecoderStep = std::variant<tokenizer_step::FromBytes, tokenizer_step::Replace, tokenizer_step::ByteFallback,
                                 tokenizer_step::Fuse, tokenizer_step::Strip, tokenizer_step::Metaspace>;

/// All that a tokenizer is put together from, whatever file it came from: what tokenizer.json can say, as plain data.
struct TokenizerDefinition {
    std::variant<BpeDefinition, UnigramDefinition> model = {};
    std::vector<AddedToken> added = {};
    std::vector<NormalizerStep> normalizer = {};
    std::vector<PreTokenizerStep> pre_tokenizer = {};
    std::vector<DecoderStep> decoder = {};
    std::vector<std::int32_t> prefix = {}; ///< put before the text when special tokens are asked for
    std::vector<std::int32_t> suffix = {}; ///< … and after it
};

} // namespace invar
