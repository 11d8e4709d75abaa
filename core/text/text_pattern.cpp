// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/text/text_pattern.h"

#include "core/base/error.h"

namespace invar {
namespace {

/// \s spelled out, because PCRE2 counts U+180E among white space, Oniguruma and Unicode do not.
std::string as_pcre(const std::string &pattern) {
    std::string result;
    for (std::size_t i = 0; i < pattern.size(); ++i) {
        const bool escape = pattern[i] == '\\' && i + 1 < pattern.size();
        if (escape && (pattern[i + 1] == 's' || pattern[i + 1] == 'S'))
            result += pattern[i + 1] == 's' ? R"(\p{White_Space})" : R"(\P{White_Space})";
        else if (escape)
            result.append(pattern, i, 2);
        else
            result += pattern[i];
        i += escape ? 1 : 0;
    }
    return result;
}

std::variant<std::string, Regex> compile(const PatternText &pattern) {
    if (pattern.text.empty())
        fail("a pattern is empty");
    if (pattern.regex)
        return Regex(as_pcre(pattern.text));
    return pattern.text;
}

void split_at(std::string_view text, std::string_view found, const std::function<void(std::string_view, bool)> &piece) {
    std::size_t done = 0;
    for (auto at = text.find(found); at != std::string_view::npos; at = text.find(found, done)) {
        if (at > done)
            piece(text.substr(done, at - done), false);
        piece(text.substr(at, found.size()), true);
        done = at + found.size();
    }
    if (done < text.size())
        piece(text.substr(done), false);
}

} // namespace

TextPattern::TextPattern(const PatternText &pattern) : pattern_(compile(pattern)) {}

void TextPattern::split(std::string_view text, const std::function<void(std::string_view, bool)> &piece) const {
    if (const auto *regex = std::get_if<Regex>(&pattern_))
        regex->split(text, piece);
    else
        split_at(text, std::get<std::string>(pattern_), piece);
}

} // namespace invar
