// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/text/tokenizer.h"

#include <QString>

#include <nlohmann/json.hpp>

#include <algorithm>

namespace invar::test {

/// Where a tokenizer's ids, the special tokens around them or their text differ from recorded cases; empty where they
/// do not. A case names a text and holds `ids`, those `before` and `after` them, and `decoded` where that is not the
/// text again.
inline QString difference(const Tokenizer &tokenizer, const nlohmann::json &cases, const nlohmann::json &texts) {
    using Ids = std::vector<std::int32_t>;
    if (cases.empty())
        return QStringLiteral("there are no cases");
    for (const auto &one : cases) {
        const auto name = one["name"].get<std::string>();
        const auto text = texts[name].get<std::string>();
        const auto expected = one["ids"].get<Ids>();
        const auto ids = tokenizer.encode(text, false);
        const auto [ours, theirs] = std::ranges::mismatch(ids, expected);
        if (ours != ids.end() || theirs != expected.end())
            return QStringLiteral("%1: ids differ at %2").arg(name.c_str()).arg(ours - ids.begin());
        auto around = one["before"].get<Ids>();
        around.insert(around.end(), expected.begin(), expected.end());
        for (const auto &id : one["after"])
            around.push_back(id.get<std::int32_t>());
        if (tokenizer.encode(text, true) != around)
            return QStringLiteral("%1: the special tokens around it differ").arg(name.c_str());
        if (tokenizer.decode(expected) != (one.contains("decoded") ? one["decoded"].get<std::string>() : text))
            return QStringLiteral("%1: the decoded text differs").arg(name.c_str());
    }
    return {};
}

} // namespace invar::test
