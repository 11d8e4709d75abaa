// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/text/unigram_model.h"

#include "core/base/error.h"
#include "core/text/byte_tokens.h"
#include "core/text/utf8.h"

#include <algorithm>
#include <limits>

namespace invar {
namespace {

constexpr double unknown_penalty = 10;

} // namespace

UnigramModel::UnigramModel(UnigramDefinition definition, const std::string &source)
    : definition_(std::move(definition)) {
    const auto &pieces = definition_.pieces;
    if (pieces.empty())
        fail("{}: holds no vocabulary", source);
    if (!definition_.unknown || *definition_.unknown < 0 ||
        static_cast<std::size_t>(*definition_.unknown) >= pieces.size())
        fail("{}: a Unigram model needs an unknown token, and the vocabulary has none", source);
    double least = std::numeric_limits<double>::infinity();
    vocabulary_.reserve(pieces.size());
    for (std::size_t id = 0; id < pieces.size(); ++id) {
        vocabulary_.insert_or_assign(pieces[id].first, static_cast<std::int32_t>(id));
        least = std::min(least, pieces[id].second);
    }
    unknown_score_ = least - unknown_penalty;
    for (const auto &[token, id] : vocabulary_) // whose keys stay where they are
        if (!token.empty())
            sorted_.emplace_back(token, id);
    std::ranges::sort(sorted_);
    for (std::size_t byte = 0; byte < first_byte_.size(); ++byte)
        first_byte_[byte] = static_cast<std::size_t>(
            std::ranges::lower_bound(
                sorted_, byte, {},
                [](const auto &entry) { return std::size_t{static_cast<unsigned char>(entry.first.front())}; }) -
            sorted_.begin());
    for (unsigned byte = 0; byte < byte_ids_.size(); ++byte) {
        const auto found = vocabulary_.find(byte_token(static_cast<std::uint8_t>(byte)));
        byte_ids_[byte] = found == vocabulary_.end() ? -1 : found->second;
    }
}

/// Calls `found(length, id)` for the tokens that the text begins with, shortest first.
template <typename Found> void UnigramModel::for_each_prefix(std::string_view text, const Found &found) const {
    const auto byte_at = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    auto begin = sorted_.begin() + static_cast<std::ptrdiff_t>(first_byte_[byte_at(0)]);
    auto end = sorted_.begin() + static_cast<std::ptrdiff_t>(first_byte_[byte_at(0) + 1U]);
    for (std::size_t length = 1; begin != end; ++length) {
        if (begin->first.size() == length) // shorter ones sort before those that go on
            found(length, (begin++)->second);
        if (length == text.size())
            return;
        const auto byte = [&](const auto &entry) { return static_cast<unsigned char>(entry.first[length]); };
        begin = std::ranges::lower_bound(begin, end, byte_at(length), {}, byte);
        end = std::ranges::upper_bound(begin, end, byte_at(length), {}, byte);
    }
}

std::vector<UnigramModel::Node> UnigramModel::best_paths(std::string_view word) const {
    std::vector<Node> best(word.size() + 1);
    for (std::size_t begin = 0; begin < word.size();) {
        const auto so_far = best[begin].score;
        const auto character = utf8::decode(word, begin).length;
        bool single = false;
        const auto offer = [&](std::size_t length, std::int32_t id, double score) {
            auto &node = best[begin + length];
            if (node.id < 0 || so_far + score > node.score)
                node = {so_far + score, begin, id};
        };
        for_each_prefix(word.substr(begin), [&](std::size_t length, std::int32_t id) {
            offer(length, id, definition_.pieces[static_cast<std::size_t>(id)].second);
            single = single || length == character;
        });
        if (!single)
            offer(character, *definition_.unknown, unknown_score_);
        begin += character;
    }
    return best;
}

void UnigramModel::encode(std::string_view word, std::vector<std::int32_t> &ids) const {
    const auto best = best_paths(word);
    std::vector<std::pair<std::size_t, std::size_t>> pieces; // begin and end, last first
    bool after_unknown = false;
    for (auto end = word.size(); end > 0;) {
        const auto &node = best[end];
        const bool unknown = node.id == *definition_.unknown;
        if (unknown && after_unknown) // a run of unknown characters is one piece
            pieces.back().first = node.begin;
        else
            pieces.emplace_back(node.begin, end);
        after_unknown = unknown;
        end = node.begin;
    }
    std::ranges::reverse(pieces);
    for (const auto &[begin, end] : pieces)
        append(word.substr(begin, end - begin), ids);
}

void UnigramModel::append(std::string_view piece, std::vector<std::int32_t> &ids) const {
    const auto id = [&](char c) { return byte_ids_[static_cast<unsigned char>(c)]; };
    if (const auto known = vocabulary_.find(piece); known != vocabulary_.end())
        ids.push_back(known->second);
    else if (definition_.byte_fallback && std::ranges::all_of(piece, [&](char c) { return id(c) >= 0; }))
        std::ranges::transform(piece, std::back_inserter(ids), id);
    else
        ids.push_back(*definition_.unknown);
}

} // namespace invar
