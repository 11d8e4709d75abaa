// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/text/implied_merges.h"

#include "core/text/utf8.h"

#include <algorithm>
#include <tuple>

namespace invar {
namespace {

struct Merge {
    float key;
    std::uint32_t left; ///< characters
    std::uint32_t right;
    std::uint32_t token;
    std::uint32_t cut; ///< bytes of the left one
};

std::vector<std::size_t> character_ends(std::string_view token) {
    std::vector<std::size_t> ends;
    for (std::size_t position = 0; position < token.size();)
        ends.push_back(position += utf8::decode(token, position).length);
    return ends;
}

} // namespace

std::vector<std::pair<std::string, std::string>> implied_merges(std::span<const std::string> tokens,
                                                                std::span<const float> keys, const TokenIds &vocabulary,
                                                                MergeOrder order) {
    std::vector<Merge> merges;
    for (std::size_t token = 0; token < tokens.size(); ++token) {
        const std::string_view text = tokens[token];
        const auto ends = character_ends(text);
        for (std::size_t i = 1; i < ends.size(); ++i)
            if (vocabulary.contains(text.substr(0, ends[i - 1])) && vocabulary.contains(text.substr(ends[i - 1])))
                merges.push_back({keys[token], static_cast<std::uint32_t>(i),
                                  static_cast<std::uint32_t>(ends.size() - i), static_cast<std::uint32_t>(token),
                                  static_cast<std::uint32_t>(ends[i - 1])});
    }
    const auto sort_key = [](const Merge &merge) { return std::tie(merge.key, merge.left, merge.right); };
    if (order == MergeOrder::lowest_key_shortest_left)
        std::ranges::stable_sort(merges, std::less{}, sort_key);
    else
        std::ranges::stable_sort(merges, std::greater{}, sort_key);

    std::vector<std::pair<std::string, std::string>> result;
    result.reserve(merges.size());
    for (const auto &merge : merges)
        result.emplace_back(tokens[merge.token].substr(0, merge.cut), tokens[merge.token].substr(merge.cut));
    return result;
}

} // namespace invar
