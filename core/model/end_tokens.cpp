// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/end_tokens.h"

#include "core/base/error.h"
#include "core/base/files.h"
#include "core/model/language_model.h"

#include <nlohmann/json.hpp>

#include <limits>
#include <optional>

namespace invar {
namespace {

std::int32_t id_of(const nlohmann::json &value, const std::filesystem::path &file) {
    if (!value.is_number_integer() || value < 0 || value > std::numeric_limits<std::int32_t>::max())
        fail("{}: \"eos_token_id\" is neither a token id nor a list of them", file.string());
    return value.get<std::int32_t>();
}

/// Nothing when the configuration does not speak of it. `file`: for messages.
std::optional<std::vector<std::int32_t>> parse_ids(const std::string &text, const std::filesystem::path &file) {
    const auto config = nlohmann::json::parse(text, nullptr, false);
    if (!config.is_object())
        fail("{}: is not a JSON object", file.string());
    const auto value = config.find("eos_token_id");
    if (value == config.end() || value->is_null())
        return {};
    if (!value->is_array())
        return std::vector{id_of(*value, file)};
    std::vector<std::int32_t> ids;
    for (const auto &entry : *value)
        ids.push_back(id_of(entry, file));
    return ids;
}

/// Nothing when the file is missing, either.
std::optional<std::vector<std::int32_t>> read_ids(const std::filesystem::path &file) {
    std::error_code ignored;
    if (!std::filesystem::exists(file, ignored))
        return {};
    return parse_ids(read_text_file(file, std::size_t{1} << 24), file);
}

} // namespace

std::vector<std::int32_t> read_end_tokens(const LanguageModel &model) {
    if (model.is_single_file())
        return parse_ids(model.config(), model.info().source).value_or(std::vector<std::int32_t>{});
    for (const char *name : {"generation_config.json", "config.json"})
        if (auto ids = read_ids(model.folder() / name))
            return *ids;
    return {};
}

} // namespace invar
