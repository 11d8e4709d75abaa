// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/text/pre_tokenizer.h"

#include "core/base/error.h"

#include <algorithm>

namespace invar {
namespace {

using namespace tokenizer_step;

// GPT-2's split pattern.
constexpr std::string_view gpt2_words = R"('s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+)";

/// A stretch of text that a cut leaves.
struct Piece {
    std::size_t begin;
    std::size_t end;
    bool match;
};

std::vector<Piece> cut(std::string_view text, const TextPattern &pattern, bool invert) {
    std::vector<Piece> pieces;
    std::size_t position = 0;
    pattern.split(text, [&](std::string_view piece, bool match) {
        pieces.push_back({position, position + piece.size(), match != invert});
        position += piece.size();
    });
    return pieces;
}

/// Joins neighbours where the behavior says so: `joins(left, right)` of pieces as they were cut.
template <typename Joins> std::vector<Piece> joined(const std::vector<Piece> &pieces, Joins &&joins) {
    std::vector<Piece> result;
    for (std::size_t i = 0; i < pieces.size(); ++i) {
        if (i > 0 && joins(pieces[i - 1], pieces[i]))
            result.back().end = pieces[i].end;
        else
            result.push_back(pieces[i]);
    }
    return result;
}

std::vector<Piece> apply(SplitBehavior behavior, std::vector<Piece> pieces) {
    switch (behavior) {
    case SplitBehavior::isolated:
        return pieces;
    case SplitBehavior::removed:
        std::erase_if(pieces, [](const Piece &piece) { return piece.match; });
        return pieces;
    case SplitBehavior::merged_with_previous:
        return joined(pieces, [](const Piece &left, const Piece &right) { return right.match && !left.match; });
    case SplitBehavior::merged_with_next:
        return joined(pieces, [](const Piece &left, const Piece &right) { return left.match && !right.match; });
    case SplitBehavior::contiguous:
        return joined(pieces, [](const Piece &left, const Piece &right) { return left.match == right.match; });
    }
    return pieces;
}

} // namespace

PreTokenizer::PreTokenizer(std::vector<PreTokenizerStep> steps) : steps_(std::move(steps)), cuts_(steps_.size()) {
    for (std::size_t i = 0; i < steps_.size(); ++i) {
        const auto isolate = [&](std::string_view regex) {
            cuts_[i].push_back({TextPattern({std::string(regex), true}), SplitBehavior::isolated, false});
        };
        if (const auto *split = std::get_if<Split>(&steps_[i])) {
            cuts_[i].push_back({TextPattern(split->pattern), split->behavior, split->invert});
        } else if (const auto *digits = std::get_if<Digits>(&steps_[i])) {
            isolate(digits->individual ? R"(\p{N})" : R"(\p{N}+)");
        } else if (const auto *metaspace = std::get_if<Metaspace>(&steps_[i])) {
            cuts_[i].push_back({TextPattern({metaspace->replacement}), SplitBehavior::merged_with_next, false});
        } else {
            if (i + 1 != steps_.size())
                fail("the pre_tokenizer goes on after ByteLevel");
            isolate(gpt2_words);
        }
    }
}

bool PreTokenizer::byte_level() const { return !steps_.empty() && std::holds_alternative<ByteLevel>(steps_.back()); }

void PreTokenizer::run(std::size_t step, std::string_view text, bool at_start, const Word &word) const {
    if (text.empty())
        return;
    if (step == steps_.size())
        word(text);
    else if (std::holds_alternative<Metaspace>(steps_[step]))
        run_metaspace(step, text, at_start, word);
    else if (std::holds_alternative<ByteLevel>(steps_[step]))
        run_byte_level(step, text, word);
    else
        run_split(step, text, at_start, word);
}

void PreTokenizer::run_split(std::size_t step, std::string_view text, bool at_start, const Word &word) const {
    const auto &[pattern, behavior, invert] = cuts_[step].front();
    const auto go_on = [&](std::size_t begin, std::size_t end) {
        run(step + 1, text.substr(begin, end - begin), at_start && begin == 0, word);
    };
    if (behavior == SplitBehavior::isolated) { // the usual one, without a list
        std::size_t position = 0;
        pattern.split(text, [&](std::string_view piece, bool) {
            const auto begin = position;
            position += piece.size();
            go_on(begin, position);
        });
        return;
    }
    for (const auto &piece : apply(behavior, cut(text, pattern, invert)))
        go_on(piece.begin, piece.end);
}

void PreTokenizer::run_metaspace(std::size_t step, std::string_view text, bool at_start, const Word &word) const {
    const auto &metaspace = std::get<Metaspace>(steps_[step]);
    std::string marked;
    for (const char c : text) {
        if (c == ' ')
            marked += metaspace.replacement;
        else
            marked += c;
    }
    const bool wanted =
        metaspace.prepend == PrependScheme::always || (metaspace.prepend == PrependScheme::first && at_start);
    if (wanted && !marked.starts_with(metaspace.replacement))
        marked.insert(0, metaspace.replacement);
    if (metaspace.split)
        run_split(step, marked, at_start, word);
    else
        run(step + 1, marked, at_start, word);
}

void PreTokenizer::run_byte_level(std::size_t step, std::string_view text, const Word &word) const {
    const auto &bytes = std::get<ByteLevel>(steps_[step]);
    std::string spaced;
    if (bytes.add_prefix_space && !text.starts_with(' ')) {
        spaced = " ";
        spaced += text;
        text = spaced;
    }
    if (bytes.use_regex)
        cuts_[step].front().pattern.split(text, [&](std::string_view piece, bool) { word(piece); });
    else
        word(text);
}

} // namespace invar
