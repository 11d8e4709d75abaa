// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/text.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace invar::cli {
namespace {

/// Characters, not bytes: titles and names may hold letters outside ASCII.
std::size_t width_of(std::string_view utf8) {
    return static_cast<std::size_t>(
        std::ranges::count_if(utf8, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

std::string padded(std::string_view text, std::size_t width, Align align) {
    const std::string space(width - std::min(width, width_of(text)), ' ');
    return align == Align::left ? std::string(text) + space : space + std::string(text);
}

/// Length of the UTF-8 character at the front of `text`; 0 when it is not one.
std::size_t character_length(std::string_view text) {
    const auto lead = static_cast<unsigned char>(text.front());
    const std::size_t length = lead < 0x80U   ? 1
                               : lead < 0xC2U ? 0
                               : lead < 0xE0U ? 2
                               : lead < 0xF0U ? 3
                               : lead < 0xF5U ? 4
                                              : 0;
    if (length == 0 || length > text.size())
        return 0;
    const auto rest = text.substr(1, length - 1);
    const bool good =
        std::ranges::all_of(rest, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U; });
    return good ? length : 0;
}

} // namespace

std::string grouped(std::int64_t number) {
    auto text = std::to_string(number);
    const std::size_t first_digit = number < 0 ? 1 : 0;
    for (auto at = text.size(); at > first_digit + 3;) {
        at -= 3;
        text.insert(at, 1, ',');
    }
    return text;
}

std::string bytes_text(std::int64_t bytes) {
    constexpr std::array units{"bytes", "kB", "MB", "GB", "TB"};
    auto value = static_cast<double>(bytes);
    std::size_t unit = 0;
    while (value >= 1000 && unit + 1 < units.size()) {
        value /= 1000;
        ++unit;
    }
    return unit == 0 ? fmt::format("{} bytes", bytes) : fmt::format("{:.1f} {}", value, units[unit]);
}

std::string duration_text(double seconds) {
    if (!std::isfinite(seconds))
        return "-";
    if (seconds < 59.95)
        return fmt::format("{:.1f} s", seconds);
    const auto whole = static_cast<std::int64_t>(std::llround(seconds));
    if (whole < 3600)
        return fmt::format("{}:{:02} min", whole / 60, whole % 60);
    return fmt::format("{}:{:02}:{:02} h", whole / 3600, whole / 60 % 60, whole % 60);
}

std::string share_text(std::int64_t part, std::int64_t whole) {
    return whole == 0 ? "-" : fmt::format("{:.1f} %", 100.0 * static_cast<double>(part) / static_cast<double>(whole));
}

std::string percent_or_dash(std::optional<double> share) { return share ? fmt::format("{:.2f} %", 100 * *share) : "-"; }

std::string shell_word(const std::filesystem::path &path) {
    const auto text = path.string();
    constexpr std::string_view plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/._-+=:,@%";
    if (!text.empty() && text.find_first_not_of(plain) == std::string::npos)
        return text;
    std::string word = "'";
    for (const char c : text)
        word += c == '\'' ? std::string("'\\''") : std::string(1, c);
    return word + "'";
}

std::string in_quotes(std::string_view text) {
    std::string out = "\"";
    while (!text.empty()) {
        const auto length = character_length(text);
        const auto c = static_cast<unsigned char>(text.front());
        if (c == '\n')
            out += "\\n";
        else if (c == '\t')
            out += "\\t";
        else if (c == '\r')
            out += "\\r";
        else if (c == '"' || c == '\\')
            out += {'\\', static_cast<char>(c)};
        else if (length == 0 || c < 0x20U || c == 0x7FU)
            out += fmt::format("\\x{:02x}", c);
        else
            out += text.substr(0, length);
        text.remove_prefix(std::max<std::size_t>(length, 1));
    }
    return out + "\"";
}

void Table::add(std::vector<std::string> cells) {
    cells.resize(columns_.size());
    rows_.push_back(std::move(cells));
}

std::string Table::text() const {
    std::vector<std::size_t> widths;
    for (std::size_t column = 0; column < columns_.size(); ++column) {
        auto width = width_of(columns_[column].title);
        for (const auto &row : rows_)
            width = std::max(width, width_of(row[column]));
        widths.push_back(width);
    }
    const auto line = [&](const auto &cell_of) {
        std::string text;
        for (std::size_t column = 0; column < columns_.size(); ++column)
            text += "  " + padded(cell_of(column), widths[column], columns_[column].align);
        text.erase(text.find_last_not_of(' ') + 1);
        return text + "\n";
    };
    std::string text;
    if (!std::ranges::all_of(columns_, [](const Column &column) { return column.title.empty(); }))
        text = line([&](std::size_t column) { return columns_[column].title; });
    for (const auto &row : rows_)
        text += line([&](std::size_t column) { return row[column]; });
    return text;
}

} // namespace invar::cli
