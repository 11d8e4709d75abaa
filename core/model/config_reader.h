// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/error.h"

#include <nlohmann/json.hpp>

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace invar {

/// Typed, checked access to a model's config.json; every complaint names the file and the key.
class ConfigReader {
public:
    ConfigReader(const nlohmann::json &config, std::filesystem::path file);

    [[nodiscard]] std::string text(const char *key, std::optional<std::string> fallback = {}) const;
    [[nodiscard]] bool flag(const char *key, bool fallback) const;
    /// A whole number in [least, most].
    [[nodiscard]] std::int64_t size(const char *key, std::optional<std::int64_t> fallback = {}, std::int64_t least = 1,
                                    std::int64_t most = std::int64_t{1} << 24) const;
    /// A finite number above 0.
    [[nodiscard]] double number(const char *key, std::optional<double> fallback = {}) const;
    /// A list of finite numbers above 0. Throws Error when the key is missing.
    [[nodiscard]] std::vector<double> numbers(const char *key) const;
    /// A list of texts; nothing when the key is missing or null.
    [[nodiscard]] std::optional<std::vector<std::string>> texts(const char *key) const;
    /// Whether the key is there, be it as null.
    [[nodiscard]] bool contains(const char *key) const { return config_.contains(key); }
    /// The members of an object; nothing when the key is missing or null. Lives as long as this reader's config.
    [[nodiscard]] std::optional<ConfigReader> object(const char *key) const;
    [[nodiscard]] const std::filesystem::path &file() const { return file_; }

private:
    [[nodiscard]] const nlohmann::json *find(const char *key) const;

    const nlohmann::json &config_;
    std::filesystem::path file_;
};

} // namespace invar
