// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/text/tokenizer.h"

#include <string>
#include <vector>

namespace invar {

/// Decodes ids one after another into pieces that join into the text of them all. A token may hold a part of a
/// character: what is not whole yet is held back and comes with a later piece.
class TextStream {
public:
    /// Goes on after `before`, whose text is in no piece. `tokenizer` must outlive this.
    TextStream(const Tokenizer &tokenizer, std::vector<std::int32_t> before);

    /// The text that the next id adds; with `last`, nothing is held back.
    [[nodiscard]] std::string add(std::int32_t id, bool last = false);

private:
    const Tokenizer &tokenizer_;
    std::vector<std::int32_t> ids_;
    std::size_t given_; ///< bytes of the decoded text that are in pieces, or come before them
};

} // namespace invar
