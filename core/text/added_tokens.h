// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/text/regex.h"

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace invar {

/// A token that is found in text before anything else is done to it, such as "</s>".
struct AddedToken {
    std::string content;
    std::int32_t id = 0;
    bool special = false;
    bool single_word = false; ///< only where no word character touches it
    bool lstrip = false;      ///< takes the white space before it along
    bool rstrip = false;      ///< takes the white space after it along
    bool normalized = false;  ///< looked for in normalized text, and as the normalizer writes it
};

/// Finds added tokens in text as Hugging Face `tokenizers` does: leftmost, longest, first those that are not
/// `normalized`, then the others in what is left, once that is normalized.
class AddedTokens {
public:
    using Normalize = std::function<std::string(std::string_view)>;
    /// Without `normalize`, text stays as it is.
    explicit AddedTokens(std::vector<AddedToken> tokens = {}, Normalize normalize = nullptr);

    /// Calls `piece` with stretches of normalized text (no id) and with added tokens (their id), in order. `at_start`
    /// says that nothing lies before the piece.
    using Piece = std::function<void(std::string_view text, std::optional<std::int32_t> id, bool at_start)>;
    void split(std::string_view text, const Piece &piece) const;

    struct Entry {
        AddedToken token;
        std::string written; ///< as it is looked for
    };
    [[nodiscard]] const std::vector<Entry> &entries() const { return entries_; }

private:
    /// Entries that begin with the same byte, longest first.
    using Table = std::array<std::vector<std::size_t>, 256>;
    using Part = std::function<void(std::string_view text, std::size_t begin, std::optional<std::int32_t> id)>;
    void split(std::string_view text, const Table &table, const Part &part) const;
    [[nodiscard]] bool stands_alone(std::string_view text, std::size_t begin, std::size_t end) const;

    std::vector<Entry> entries_;
    Normalize normalize_;
    Table raw_;
    Table normalized_;
    Regex word_character_;
};

} // namespace invar
