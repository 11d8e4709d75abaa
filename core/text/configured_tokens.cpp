// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/text/configured_tokens.h"

#include "core/base/error.h"

#include <algorithm>
#include <charconv>

namespace invar::tokenizer_files {

Json read_optional(const std::filesystem::path &file) {
    std::error_code ignored;
    return std::filesystem::exists(file, ignored) ? read_object(file) : Json::object();
}

AddedTokenList::AddedTokenList(const TokenIds &vocabulary) : vocabulary_(vocabulary) {
    for (const auto &[token, id] : vocabulary_)
        next_id_ = std::max<std::int64_t>(next_id_, std::int64_t{id} + 1);
}

void AddedTokenList::add(AddedToken token, std::optional<std::int32_t> id, const std::string &where) {
    if (token.content.empty() || ids_.contains(token.content))
        return;
    const auto known = vocabulary_.find(token.content);
    token.id = known != vocabulary_.end() ? known->second
               : id                       ? *id
                                          : static_cast<std::int32_t>(std::min<std::int64_t>(next_id_, INT32_MAX));
    if (next_id_ > INT32_MAX)
        fail("{}: the token \"{}\" finds no free id", where, token.content);
    next_id_ = std::max<std::int64_t>(next_id_, std::int64_t{token.id} + 1);
    ids_.emplace(token.content, token.id);
    tokens_.push_back(std::move(token));
}

void AddedTokenList::add_configured(const Json &config, const std::filesystem::path &folder) {
    const auto config_file = (folder / "tokenizer_config.json").string();
    if (const auto listed = config.find("added_tokens_decoder"); listed != config.end() && listed->is_object())
        for (const auto &[key, value] : listed->items()) {
            std::int32_t id = -1;
            const auto *end = key.data() + key.size();
            if (std::from_chars(key.data(), end, id).ptr != end || id < 0)
                fail("{}: added_tokens_decoder has the id \"{}\", which is not a number", config_file, key);
            add(added_token(value, config_file), id, config_file);
        }
    const auto added_file = folder / "added_tokens.json";
    const auto more = read_optional(added_file);
    for (const auto &[content, id] : more.items())
        add({.content = content, .normalized = true}, token_id(id, "token \"" + content + "\"", added_file.string()),
            added_file.string());
}

std::optional<std::int32_t> AddedTokenList::find(const std::string &content) const {
    const auto found = ids_.find(content);
    return found == ids_.end() ? std::nullopt : std::optional(found->second);
}

} // namespace invar::tokenizer_files
