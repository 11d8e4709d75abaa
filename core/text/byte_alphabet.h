// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>

namespace invar {

/// GPT-2's way to write bytes as printable characters, in which byte-level vocabularies are kept: printable Latin-1
/// bytes stand for themselves, the others for U+0100 and up ("Ġ" is a space).
[[nodiscard]] std::string to_byte_alphabet(std::string_view bytes);

/// Appends the bytes that `token` stands for; where it holds a character outside the alphabet, the token itself (so
/// does Hugging Face's ByteLevel decoder).
void append_from_byte_alphabet(std::string &bytes, std::string_view token);

} // namespace invar
