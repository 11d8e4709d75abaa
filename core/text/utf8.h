// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace invar::utf8 {

struct CodePoint {
    char32_t value = 0;
    std::size_t length =
        0; ///< bytes; of a malformed sequence, those that one U+FFFD stands for (Unicode 3.9, table 3-8)
    bool valid = false;
};

/// The code point that begins at `position`, which must lie inside `text`.
[[nodiscard]] CodePoint decode(std::string_view text, std::size_t position);

/// The last code point of valid, non-empty UTF-8.
[[nodiscard]] CodePoint decode_last(std::string_view text);

/// Offset of the first byte that is not part of valid UTF-8, or npos.
[[nodiscard]] std::size_t find_invalid(std::string_view text);

void append(std::string &text, char32_t code_point);

/// The bytes as text, with U+FFFD for what is not UTF-8.
[[nodiscard]] std::string lossy(std::string_view bytes);

/// Unicode's White_Space property.
[[nodiscard]] bool is_white_space(char32_t code_point);

} // namespace invar::utf8
