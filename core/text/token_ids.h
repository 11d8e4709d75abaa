// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace invar {

/// Lets a table of strings be searched with views.
struct StringHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
};

/// A vocabulary: tokens and their ids.
using TokenIds = std::unordered_map<std::string, std::int32_t, StringHash, std::equal_to<>>;

} // namespace invar
