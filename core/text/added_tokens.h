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
    bool normalized = false;  ///< looked for after those that are not
};

/// Finds added tokens in text as Hugging Face `tokenizers` does: leftmost, longest, first those that are not
/// `normalized`, then the others in what is left (there is no normalizer here, so that only decides precedence).
class AddedTokens {
public:
    explicit AddedTokens(std::vector<AddedToken> tokens = {});

    /// Calls `piece` with stretches of plain text (no id) and with added tokens (their id), in order.
    using Piece = std::function<void(std::string_view text, std::optional<std::int32_t> id)>;
    void split(std::string_view text, const Piece &piece) const;

    [[nodiscard]] const std::vector<AddedToken> &tokens() const { return tokens_; }

private:
    /// Contents that begin with the same byte, longest first.
    using Table = std::array<std::vector<const AddedToken *>, 256>;
    void split(std::string_view text, const Table &table, const Piece &piece) const;
    [[nodiscard]] bool stands_alone(std::string_view text, std::size_t begin, std::size_t end) const;

    std::vector<AddedToken> tokens_;
    Table raw_;
    Table normalized_;
    Regex word_character_;
};

} // namespace invar
