// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/text/byte_tokens.h"

#include <fmt/format.h>

#include <charconv>

namespace invar {

std::string byte_token(std::uint8_t byte) { return fmt::format("<0x{:02X}>", byte); }

std::optional<std::uint8_t> byte_of_token(std::string_view token) {
    if (token.size() != 6 || !token.starts_with("<0x") || !token.ends_with('>'))
        return std::nullopt;
    std::uint8_t byte = 0;
    const auto *digits = token.data() + 3;
    const auto result = std::from_chars(digits, digits + 2, byte, 16);
    return result.ec == std::errc() && result.ptr == digits + 2 ? std::optional(byte) : std::nullopt;
}

} // namespace invar
