// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/text/added_tokens.h"
#include "core/text/bpe_model.h"

#include <nlohmann/json.hpp>

#include <filesystem>

/// What the readers of tokenizer files share. `where` in a message is the file, `what` the field.
namespace invar::tokenizer_files {

using Json = nlohmann::json;

/// A file's JSON object. Throws Error.
[[nodiscard]] Json read_object(const std::filesystem::path &file);

/// A member of an object; null when it is not there, or when the value is no object.
[[nodiscard]] const Json &member(const Json &object, const char *key);
[[nodiscard]] bool flag(const Json &object, const char *key, bool otherwise, const std::string &where);
[[nodiscard]] std::int32_t token_id(const Json &value, const std::string &what, const std::string &where);
[[nodiscard]] TokenIds vocabulary(const Json &value, const std::string &where);

/// An added token's content and flags, from the object that Hugging Face writes; its id is left to the caller.
[[nodiscard]] AddedToken added_token(const Json &value, const std::string &where);

/// "left right" as two tokens. Throws Error naming the line.
[[nodiscard]] std::pair<std::string, std::string> merge(std::string_view line, std::size_t number,
                                                        const std::string &where);

} // namespace invar::tokenizer_files
