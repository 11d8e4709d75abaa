// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/config_reader.h"

#include <algorithm>
#include <cmath>

namespace invar {

ConfigReader::ConfigReader(const nlohmann::json &config, std::filesystem::path file)
    : config_(config), file_(std::move(file)) {
    if (!config.is_object())
        fail("{}: is not a JSON object", file_.string());
}

const nlohmann::json *ConfigReader::find(const char *key) const {
    const auto found = config_.find(key);
    return found == config_.end() || found->is_null() ? nullptr : &*found;
}

std::string ConfigReader::text(const char *key, std::optional<std::string> fallback) const {
    const auto *value = find(key);
    if (value == nullptr && fallback)
        return *fallback;
    if (value == nullptr)
        fail("{}: \"{}\" is missing", file_.string(), key);
    if (!value->is_string())
        fail("{}: \"{}\" is not a text", file_.string(), key);
    return value->get<std::string>();
}

bool ConfigReader::flag(const char *key, bool fallback) const {
    const auto *value = find(key);
    if (value == nullptr)
        return fallback;
    if (!value->is_boolean())
        fail("{}: \"{}\" is neither true nor false", file_.string(), key);
    return value->get<bool>();
}

std::int64_t ConfigReader::size(const char *key, std::optional<std::int64_t> fallback, std::int64_t least,
                                std::int64_t most) const {
    const auto *value = find(key);
    if (value == nullptr && fallback)
        return *fallback;
    if (value == nullptr)
        fail("{}: \"{}\" is missing", file_.string(), key);
    if (!value->is_number_integer())
        fail("{}: \"{}\" is not a whole number", file_.string(), key);
    const auto number = value->get<std::int64_t>();
    if (number < least || number > most)
        fail("{}: \"{}\" is {}, outside {} to {}", file_.string(), key, number, least, most);
    return number;
}

double ConfigReader::number(const char *key, std::optional<double> fallback) const {
    const auto *value = find(key);
    if (value == nullptr && fallback)
        return *fallback;
    if (value == nullptr)
        fail("{}: \"{}\" is missing", file_.string(), key);
    if (!value->is_number())
        fail("{}: \"{}\" is not a number", file_.string(), key);
    const auto number = value->get<double>();
    if (!std::isfinite(number) || number <= 0)
        fail("{}: \"{}\" is {}, not a number above 0", file_.string(), key, number);
    return number;
}

std::vector<double> ConfigReader::numbers(const char *key) const {
    const auto *value = find(key);
    if (value == nullptr)
        fail("{}: \"{}\" is missing", file_.string(), key);
    const auto positive = [](const auto &entry) {
        return entry.is_number() && std::isfinite(entry.template get<double>()) && entry.template get<double>() > 0;
    };
    if (!value->is_array() || !std::ranges::all_of(*value, positive))
        fail("{}: \"{}\" is not a list of numbers above 0", file_.string(), key);
    return value->get<std::vector<double>>();
}

std::optional<std::vector<std::string>> ConfigReader::texts(const char *key) const {
    const auto *value = find(key);
    if (value == nullptr)
        return {};
    if (!value->is_array() || !std::ranges::all_of(*value, [](const auto &entry) { return entry.is_string(); }))
        fail("{}: \"{}\" is not a list of texts", file_.string(), key);
    return value->get<std::vector<std::string>>();
}

std::optional<ConfigReader> ConfigReader::object(const char *key) const {
    const auto *value = find(key);
    if (value == nullptr)
        return {};
    if (!value->is_object())
        fail("{}: \"{}\" is not an object", file_.string(), key);
    return ConfigReader(*value, file_);
}

} // namespace invar
