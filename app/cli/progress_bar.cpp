// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/progress_bar.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <sys/ioctl.h>
#include <unistd.h>

namespace invar::cli {
namespace {

constexpr auto redraw_interval = std::chrono::milliseconds(100);
constexpr auto line_interval = std::chrono::seconds(5);
constexpr std::size_t bar_width = 24;

std::size_t terminal_width() {
    winsize size{};
    return ::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
}

/// The numbers first: a narrow terminal cuts off the end.
std::string stage_line(double fraction, std::optional<double> seconds_left, std::string_view stage) {
    if (fraction < 0)
        return std::string(stage);
    const auto left =
        seconds_left ? fmt::format(", about {} left", to_string(rough_duration(*seconds_left))) : std::string();
    return fmt::format("{:.0f} %{}: {}", 100 * std::min(fraction, 1.0), left, stage);
}

} // namespace

ProgressBar::ProgressBar() : terminal_(::isatty(STDERR_FILENO) != 0), last_(Clock::now()) {}

void ProgressBar::show(double fraction, std::string_view stage, std::string_view text) {
    const auto seconds = steady_seconds();
    if (text.empty())
        time_left_.update(fraction, seconds);
    const auto now = Clock::now();
    const bool redrawn_for_stage = terminal_ && stage_ != stage;
    const auto interval = terminal_ ? Clock::duration(redraw_interval) : Clock::duration(line_interval);
    if (!redrawn_for_stage && now - last_ < interval)
        return;
    last_ = now;
    stage_ = stage;
    const auto line =
        text.empty() ? stage_line(fraction, time_left_.seconds(seconds), stage) : fmt::format("{}: {}", stage, text);
    if (terminal_)
        redraw(fraction, line);
    else
        fmt::print(stderr, "{}\n", line);
}

void ProgressBar::redraw(double fraction, std::string_view line) {
    std::string bar;
    if (fraction >= 0) {
        const auto filled = static_cast<std::size_t>(std::lround(std::min(fraction, 1.0) * bar_width));
        bar = "[" + std::string(filled, '#') + std::string(bar_width - filled, '.') + "] ";
    }
    bar += line;
    bar.resize(std::min(bar.size(), terminal_width() - 1)); // a wrapped line could not be redrawn
    fmt::print(stderr, "\r{}\x1b[K", bar);
    std::fflush(stderr);
    drawn_ = true;
}

void ProgressBar::clear() {
    if (!drawn_)
        return;
    std::fputs("\r\x1b[K", stderr);
    std::fflush(stderr);
    drawn_ = false;
}

Task ProgressBar::task(std::stop_token stop) {
    return {.stop = std::move(stop),
            .progress = [this](double fraction, std::string_view stage) { show(fraction, stage); }};
}

} // namespace invar::cli
