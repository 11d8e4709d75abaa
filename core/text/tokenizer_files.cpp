// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/text/tokenizer_files.h"

#include "core/base/error.h"
#include "core/base/files.h"

namespace invar::tokenizer_files {
namespace {

constexpr std::size_t max_file_size = std::size_t{256} << 20;

} // namespace

Json read_object(const std::filesystem::path &file) {
    auto json = Json::parse(read_text_file(file, max_file_size), nullptr, false);
    if (json.is_discarded())
        fail("{}: is not valid JSON", file.string());
    if (!json.is_object())
        fail("{}: does not hold a JSON object", file.string());
    return json;
}

const Json &member(const Json &object, const char *key) {
    static const Json none;
    if (!object.is_object())
        return none;
    const auto found = object.find(key);
    return found == object.end() ? none : *found;
}

bool flag(const Json &object, const char *key, bool otherwise, const std::string &where) {
    const auto &value = member(object, key);
    if (value.is_null())
        return otherwise;
    if (!value.is_boolean())
        fail("{}: {} is neither true nor false", where, key);
    return value.get<bool>();
}

std::int32_t token_id(const Json &value, const std::string &what, const std::string &where) {
    if (!value.is_number_integer() || value.get<std::int64_t>() < 0 || value.get<std::int64_t>() > INT32_MAX)
        fail("{}: {} has an id that is not a 32-bit number", where, what);
    return value.get<std::int32_t>();
}

TokenIds vocabulary(const Json &value, const std::string &where) {
    if (!value.is_object() || value.empty())
        fail("{}: holds no vocabulary (a table of tokens and their ids)", where);
    TokenIds result;
    result.reserve(value.size());
    for (const auto &[token, id] : value.items())
        result.emplace(token, token_id(id, "token \"" + token + "\"", where));
    return result;
}

AddedToken added_token(const Json &value, const std::string &where) {
    const auto &content = member(value, "content");
    if (!content.is_string())
        fail("{}: an added token has no content", where);
    return {.content = content.get<std::string>(),
            .id = 0,
            .special = flag(value, "special", false, where),
            .single_word = flag(value, "single_word", false, where),
            .lstrip = flag(value, "lstrip", false, where),
            .rstrip = flag(value, "rstrip", false, where),
            .normalized = flag(value, "normalized", false, where)};
}

std::pair<std::string, std::string> merge(std::string_view line, std::size_t number, const std::string &where) {
    const auto space = line.find(' ');
    if (space == 0 || space == std::string_view::npos || space + 1 == line.size() ||
        line.find(' ', space + 1) != std::string_view::npos)
        fail("{}: merge {} (\"{}\") is not two tokens with a space between them", where, number, line.substr(0, 80));
    return {std::string(line.substr(0, space)), std::string(line.substr(space + 1))};
}

} // namespace invar::tokenizer_files
