// SPDX-License-Identifier: GPL-3.0-or-later
// Numbers and tables as people read them.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace invar::cli {

/// 1234567 -> "1,234,567"
[[nodiscard]] std::string grouped(std::int64_t number);
/// "24.3 MB" (powers of 1000)
[[nodiscard]] std::string bytes_text(std::int64_t bytes);
/// "8.4 s", "2:03 min", "1:02:03 h"
[[nodiscard]] std::string duration_text(double seconds);
/// "23.1 %"; "-" when nothing was counted
[[nodiscard]] std::string share_text(std::int64_t part, std::int64_t whole);
/// 0.2345 -> "23.45 %"; "-" when it is not known
[[nodiscard]] std::string percent_or_dash(std::optional<double> share);
/// A path as it has to be typed in a shell.
[[nodiscard]] std::string shell_word(const std::filesystem::path &path);
/// A piece of text on one line, in quotes, control characters and broken UTF-8 written out.
[[nodiscard]] std::string in_quotes(std::string_view text);

enum class Align { left, right };

/// Rows of text in aligned columns.
class Table {
public:
    struct Column {
        std::string title;
        Align align = Align::right;
    };

    explicit Table(std::vector<Column> columns) : columns_(std::move(columns)) {}

    /// One cell per column; missing cells are empty.
    void add(std::vector<std::string> cells);
    [[nodiscard]] std::size_t rows() const { return rows_.size(); }
    /// All lines, each indented by two spaces and ended; the titles first, unless all are empty.
    [[nodiscard]] std::string text() const;

private:
    std::vector<Column> columns_;
    std::vector<std::vector<std::string>> rows_;
};

} // namespace invar::cli
