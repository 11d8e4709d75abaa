// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace invar {

/// Base64 of RFC 4648, with padding.
[[nodiscard]] std::string to_base64(std::string_view bytes);
/// Nothing where the text is not that.
[[nodiscard]] std::optional<std::string> from_base64(std::string_view text);

} // namespace invar
