// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/text/text_stream.h"

#include <algorithm>
#include <string_view>

namespace invar {

TextStream::TextStream(const Tokenizer &tokenizer, std::vector<std::int32_t> before)
    : tokenizer_(tokenizer), ids_(std::move(before)), given_(tokenizer_.decode(ids_).size()) {}

std::string TextStream::add(std::int32_t id, bool last) {
    // All of it anew: what an id says may depend on those before it.
    ids_.push_back(id);
    auto text = tokenizer_.decode(ids_);
    // However long a character's beginning is, it decodes to one U+FFFD.
    constexpr std::string_view broken = "\xEF\xBF\xBD";
    if (!last && text.ends_with(broken))
        text.resize(text.size() - broken.size());
    const auto from = std::min(given_, text.size());
    given_ = std::max(given_, text.size());
    return text.substr(from);
}

} // namespace invar
