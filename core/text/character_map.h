// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace invar {

/// SentencePiece's `precompiled_charsmap`: the size of a Darts double array in bytes (32 bits, little-endian), the
/// array, and the replacements, each ended by a NUL. Immutable, safe to share between threads.
class CharacterMap {
public:
    /// Throws Error when the table is broken.
    explicit CharacterMap(std::string_view precompiled);

    /// Replaces as Hugging Face's Precompiled does: a grapheme cluster of fewer than six bytes that begins with an
    /// entry becomes what that stands for; else its characters do so one by one.
    [[nodiscard]] std::string apply(std::string_view utf8) const;

private:
    /// What the shortest entry that `text` begins with stands for; a null view where there is none.
    [[nodiscard]] std::string_view replacement(std::string_view text) const;

    std::vector<std::uint32_t> units_;
    std::string replacements_;
};

} // namespace invar
