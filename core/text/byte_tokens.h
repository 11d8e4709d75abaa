// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace invar {

/// SentencePiece's way to write a byte as a token of its own: "<0xE2>".
[[nodiscard]] std::string byte_token(std::uint8_t byte);
[[nodiscard]] std::optional<std::uint8_t> byte_of_token(std::string_view token);

} // namespace invar
