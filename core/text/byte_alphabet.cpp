// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/text/byte_alphabet.h"

#include "core/text/utf8.h"

#include <array>

namespace invar {
namespace {

struct Alphabet {
    std::array<char16_t, 256> character{};
    std::array<short, 512> byte{}; ///< by character; -1 where there is none
};

constexpr Alphabet make_alphabet() {
    Alphabet alphabet;
    alphabet.byte.fill(-1);
    char16_t next = 0x100;
    for (unsigned b = 0; b < 256; ++b) {
        const bool printable = (b >= '!' && b <= '~') || (b >= 0xA1 && b <= 0xAC) || b >= 0xAE;
        alphabet.character[b] = printable ? static_cast<char16_t>(b) : next++;
        alphabet.byte[alphabet.character[b]] = static_cast<short>(b);
    }
    return alphabet;
}

constexpr Alphabet alphabet = make_alphabet();

} // namespace

std::string to_byte_alphabet(std::string_view bytes) {
    std::string text;
    for (const char c : bytes)
        utf8::append(text, alphabet.character[static_cast<unsigned char>(c)]);
    return text;
}

void append_from_byte_alphabet(std::string &bytes, std::string_view token) {
    const auto before = bytes.size();
    for (std::size_t position = 0; position < token.size();) {
        const auto c = utf8::decode(token, position);
        if (c.value >= alphabet.byte.size() || alphabet.byte[c.value] < 0) {
            bytes.resize(before);
            bytes += token;
            return;
        }
        bytes += static_cast<char>(alphabet.byte[c.value]);
        position += c.length;
    }
}

} // namespace invar
