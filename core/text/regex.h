// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string_view>

struct pcre2_real_code_8;

namespace invar {

/// A compiled Unicode pattern (PCRE2). Immutable, safe to share between threads. The subject must be valid UTF-8.
class Regex {
public:
    /// Throws Error when the pattern does not compile.
    explicit Regex(std::string_view pattern);

    /// Calls `piece` with the matches (true) and with the text between them, in order: together the whole text.
    void split(std::string_view text, const std::function<void(std::string_view, bool)> &piece) const;
    [[nodiscard]] bool matches_at_start(std::string_view text) const;

private:
    struct Free {
        void operator()(pcre2_real_code_8 *code) const;
    };
    std::unique_ptr<pcre2_real_code_8, Free> code_;
};

} // namespace invar
