// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/text/added_tokens.h"

#include "core/text/utf8.h"

#include <algorithm>

namespace invar {
namespace {

std::size_t end_of_white_space(std::string_view text, std::size_t position) {
    while (position < text.size()) {
        const auto c = utf8::decode(text, position);
        if (!utf8::is_white_space(c.value))
            break;
        position += c.length;
    }
    return position;
}

std::size_t begin_of_white_space(std::string_view text) {
    while (!text.empty()) {
        const auto c = utf8::decode_last(text);
        if (!utf8::is_white_space(c.value))
            break;
        text.remove_suffix(c.length);
    }
    return text.size();
}

} // namespace

// Rust's \w, which is Unicode's (UTS 18, Annex C); PCRE2's own \w is narrower.
AddedTokens::AddedTokens(std::vector<AddedToken> tokens, Normalize normalize)
    : normalize_(std::move(normalize)), word_character_(R"([\p{Alphabetic}\p{M}\p{Nd}\p{Pc}\p{Join_Control}])") {
    for (auto &token : tokens) {
        auto written = token.normalized && normalize_ ? normalize_(token.content) : token.content;
        if (!written.empty())
            entries_.push_back({std::move(token), std::move(written)});
    }
    for (std::size_t i = 0; i < entries_.size(); ++i)
        (entries_[i].token.normalized ? normalized_ : raw_)[static_cast<unsigned char>(entries_[i].written.front())]
            .push_back(i);
    for (auto *table : {&raw_, &normalized_})
        for (auto &list : *table)
            std::ranges::stable_sort(list, std::greater{}, [&](std::size_t i) { return entries_[i].written.size(); });
}

bool AddedTokens::stands_alone(std::string_view text, std::size_t begin, std::size_t end) const {
    const auto before = text.substr(0, begin);
    const auto after = text.substr(end);
    if (!after.empty() && word_character_.matches_at_start(after))
        return false;
    return before.empty() ||
           !word_character_.matches_at_start(before.substr(before.size() - utf8::decode_last(before).length));
}

void AddedTokens::split(std::string_view text, const Piece &piece) const {
    split(text, raw_, [&](std::string_view part, std::size_t begin, std::optional<std::int32_t> id) {
        if (id) {
            piece(part, id, begin == 0);
            return;
        }
        const auto made = normalize_ ? std::optional(normalize_(part)) : std::nullopt;
        split(made ? *made : part, normalized_,
              [&](std::string_view inner, std::size_t inner_begin, std::optional<std::int32_t> inner_id) {
                  piece(inner, inner_id, begin == 0 && inner_begin == 0);
              });
    });
}

void AddedTokens::split(std::string_view text, const Table &table, const Part &part) const {
    std::size_t done = 0; // all before it was handed on
    const auto hand_on = [&](std::size_t begin, std::size_t end, std::optional<std::int32_t> id) {
        if (begin < end)
            part(text.substr(begin, end - begin), begin, id);
    };
    for (std::size_t position = 0; position < text.size();) {
        const auto &candidates = table[static_cast<unsigned char>(text[position])];
        const auto found = std::ranges::find_if(
            candidates, [&](std::size_t i) { return text.substr(position).starts_with(entries_[i].written); });
        if (found == candidates.end()) {
            ++position;
            continue;
        }
        const auto &[token, written] = entries_[*found];
        auto begin = position;
        auto end = position + written.size();
        position = end;
        if (token.single_word && !stands_alone(text, begin, end))
            continue;
        if (token.lstrip)
            begin = std::max(begin_of_white_space(text.substr(0, begin)), done);
        if (token.rstrip)
            end = end_of_white_space(text, end);
        hand_on(done, begin, std::nullopt);
        hand_on(begin, end, token.id);
        done = end;
    }
    hand_on(done, text.size(), std::nullopt);
}

} // namespace invar
