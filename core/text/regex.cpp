// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/text/regex.h"

#include "core/base/error.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include <optional>

namespace invar {
namespace {

struct MatchDeleter {
    void operator()(pcre2_match_data *data) const { pcre2_match_data_free(data); }
};
using MatchData = std::unique_ptr<pcre2_match_data, MatchDeleter>;

struct Match {
    std::size_t begin;
    std::size_t end;
};

std::optional<Match> find(const pcre2_code *code, std::string_view text, std::size_t from, std::uint32_t options,
                          pcre2_match_data *data) {
    const auto *subject = reinterpret_cast<PCRE2_SPTR>(text.data());
    const int result = pcre2_match(code, subject, text.size(), from, options | PCRE2_NO_UTF_CHECK, data, nullptr);
    if (result == PCRE2_ERROR_NOMATCH)
        return std::nullopt;
    if (result < 0)
        fail("the text could not be split into words (PCRE2 error {})", result);
    const auto *offsets = pcre2_get_ovector_pointer(data);
    return Match{offsets[0], offsets[1]};
}

} // namespace

void Regex::Free::operator()(pcre2_real_code_8 *code) const { pcre2_code_free(code); }

Regex::Regex(std::string_view pattern) {
    int error = 0;
    PCRE2_SIZE offset = 0;
    code_.reset(pcre2_compile(reinterpret_cast<PCRE2_SPTR>(pattern.data()), pattern.size(), PCRE2_UTF | PCRE2_UCP,
                              &error, &offset, nullptr));
    if (!code_)
        fail("the pattern {} is wrong at character {} (PCRE2 error {})", pattern, offset, error);
    pcre2_jit_compile(code_.get(), PCRE2_JIT_COMPLETE); // where there is no JIT, the interpreter does
}

void Regex::split(std::string_view text, const std::function<void(std::string_view, bool)> &piece) const {
    const MatchData data(pcre2_match_data_create_from_pattern(code_.get(), nullptr));
    if (!data)
        throw std::bad_alloc();
    std::size_t done = 0;
    while (done < text.size()) {
        const auto match = find(code_.get(), text, done, PCRE2_NOTEMPTY, data.get());
        if (!match)
            break;
        if (match->begin > done)
            piece(text.substr(done, match->begin - done), false);
        piece(text.substr(match->begin, match->end - match->begin), true);
        done = match->end;
    }
    if (done < text.size())
        piece(text.substr(done), false);
}

bool Regex::matches_at_start(std::string_view text) const {
    const MatchData data(pcre2_match_data_create_from_pattern(code_.get(), nullptr));
    if (!data)
        throw std::bad_alloc();
    return find(code_.get(), text, 0, PCRE2_ANCHORED, data.get()).has_value();
}

} // namespace invar
