// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/text/character_map.h"

#include "core/base/error.h"
#include "core/text/utf8.h"

#include <utf8proc.h>

#include <algorithm>

namespace invar {
namespace {

std::uint32_t little_endian(std::string_view bytes, std::size_t position) {
    std::uint32_t value = 0;
    for (std::size_t i = 0; i < 4; ++i)
        value |= std::uint32_t{static_cast<unsigned char>(bytes[position + i])} << (8 * i);
    return value;
}

/// Bytes of the grapheme cluster that non-empty, valid text begins with.
std::size_t first_grapheme(std::string_view text) {
    auto c = utf8::decode(text, 0);
    auto end = c.length;
    utf8proc_int32_t state = 0;
    while (end < text.size()) {
        const auto next = utf8::decode(text, end);
        if (utf8proc_grapheme_break_stateful(static_cast<utf8proc_int32_t>(c.value),
                                             static_cast<utf8proc_int32_t>(next.value), &state))
            break;
        c = next;
        end += next.length;
    }
    return end;
}

// A unit of a Darts-clone array.
bool has_leaf(std::uint32_t unit) { return (unit >> 8 & 1U) == 1; }
std::uint32_t value_of(std::uint32_t unit) { return unit & 0x7FFFFFFFU; }
std::uint32_t label(std::uint32_t unit) { return unit & (0x80000000U | 0xFFU); }
std::uint32_t offset(std::uint32_t unit) { return unit >> 10 << ((unit & 0x200U) >> 6); }

} // namespace

CharacterMap::CharacterMap(std::string_view precompiled) {
    if (precompiled.size() < 8)
        fail("the precompiled character map is cut off");
    const std::size_t size = little_endian(precompiled, 0);
    if (size % 4 != 0 || size == 0 || size > precompiled.size() - 4)
        fail("the precompiled character map says that its trie takes {} of {} bytes", size, precompiled.size());
    units_.reserve(size / 4);
    for (std::size_t i = 0; i < size; i += 4)
        units_.push_back(little_endian(precompiled, 4 + i));
    replacements_ = precompiled.substr(4 + size);
    if (utf8::find_invalid(replacements_) != std::string_view::npos)
        fail("the precompiled character map holds text that is not UTF-8");
}

std::string_view CharacterMap::replacement(std::string_view text) const {
    std::size_t node = offset(units_[0]);
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        node ^= byte;
        if (byte == 0 || node >= units_.size() || label(units_[node]) != byte)
            return {};
        const auto unit = units_[node];
        node ^= offset(unit);
        if (!has_leaf(unit))
            continue;
        if (node >= units_.size() || value_of(units_[node]) >= replacements_.size())
            return {};
        const auto begin = value_of(units_[node]);
        const auto end = std::min(replacements_.find('\0', begin), replacements_.size());
        return std::string_view(replacements_).substr(begin, end - begin);
    }
    return {};
}

std::string CharacterMap::apply(std::string_view text) const {
    constexpr std::size_t long_grapheme = 6;
    std::string result;
    result.reserve(text.size());
    while (!text.empty()) {
        auto grapheme = text.substr(0, first_grapheme(text));
        text.remove_prefix(grapheme.size());
        if (grapheme.size() < long_grapheme)
            if (const auto found = replacement(grapheme); found.data() != nullptr) {
                result += found;
                continue;
            }
        while (!grapheme.empty()) {
            const auto part = grapheme.substr(0, utf8::decode(grapheme, 0).length);
            grapheme.remove_prefix(part.size());
            const auto found = replacement(part);
            result += found.data() != nullptr ? found : part;
        }
    }
    return result;
}

} // namespace invar
