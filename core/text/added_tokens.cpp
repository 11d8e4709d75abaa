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
AddedTokens::AddedTokens(std::vector<AddedToken> tokens)
    : tokens_(std::move(tokens)), word_character_(R"([\p{Alphabetic}\p{M}\p{Nd}\p{Pc}\p{Join_Control}])") {
    std::erase_if(tokens_, [](const AddedToken &token) { return token.content.empty(); });
    for (const auto &token : tokens_)
        (token.normalized ? normalized_ : raw_)[static_cast<unsigned char>(token.content.front())].push_back(&token);
    for (auto *table : {&raw_, &normalized_})
        for (auto &list : *table)
            std::ranges::stable_sort(list, std::greater{}, [](const auto *token) { return token->content.size(); });
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
    split(text, raw_, [&](std::string_view part, std::optional<std::int32_t> id) {
        if (id)
            piece(part, id);
        else
            split(part, normalized_, piece);
    });
}

void AddedTokens::split(std::string_view text, const Table &table, const Piece &piece) const {
    std::size_t done = 0; // all before it was handed on
    for (std::size_t position = 0; position < text.size();) {
        const auto &candidates = table[static_cast<unsigned char>(text[position])];
        const auto found = std::ranges::find_if(
            candidates, [&](const auto *token) { return text.substr(position).starts_with(token->content); });
        if (found == candidates.end()) {
            ++position;
            continue;
        }
        const auto &token = **found;
        auto begin = position;
        auto end = position + token.content.size();
        position = end;
        if (token.single_word && !stands_alone(text, begin, end))
            continue;
        if (token.lstrip)
            begin = std::max(begin_of_white_space(text.substr(0, begin)), done);
        if (token.rstrip)
            end = end_of_white_space(text, end);
        if (begin > done)
            piece(text.substr(done, begin - done), std::nullopt);
        piece(text.substr(begin, end - begin), token.id);
        done = end;
    }
    if (done < text.size())
        piece(text.substr(done), std::nullopt);
}

} // namespace invar
