// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/text/regex.h"

#include <functional>
#include <string>
#include <string_view>
#include <variant>

namespace invar {

/// What a step of a tokenizer looks for, as tokenizer.json has it: text as it stands, or a regular expression written
/// for Oniguruma.
struct PatternText {
    std::string text;
    bool regex = false;
};

/// A pattern made ready. Immutable, safe to share between threads.
class TextPattern {
public:
    /// Throws Error when a regular expression does not compile or the text is empty.
    explicit TextPattern(const PatternText &pattern);

    /// Calls `piece` with the matches (true) and with the text between them, in order: together the whole text.
    void split(std::string_view text, const std::function<void(std::string_view, bool)> &piece) const;

private:
    std::variant<std::string, Regex> pattern_;
};

} // namespace invar
