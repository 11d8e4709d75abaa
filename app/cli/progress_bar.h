// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/task.h"
#include "core/base/time_left.h"

#include <chrono>
#include <string>
#include <string_view>

namespace invar::cli {

/// How far the work is, on stderr: one line redrawn in place on a terminal, otherwise a new line every few seconds (so
/// short work says nothing). Used by one thread.
class ProgressBar {
public:
    ProgressBar();
    /// Leaves the terminal's line clean.
    ~ProgressBar() { clear(); }
    ProgressBar(const ProgressBar &) = delete;
    ProgressBar &operator=(const ProgressBar &) = delete;

    /// `text` says what is done, `fraction` in [0, 1] how much of it; negative: unknown. Without a text, an estimate of
    /// the time left is shown.
    void show(double fraction, std::string_view stage, std::string_view text = {});
    void clear();

    /// A task that stops with `stop` and shows its progress here.
    [[nodiscard]] Task task(std::stop_token stop);

private:
    using Clock = std::chrono::steady_clock;

    void redraw(double fraction, std::string_view line);

    const bool terminal_;
    bool drawn_ = false;
    std::string stage_;
    TimeLeft time_left_;
    Clock::time_point last_;
};

} // namespace invar::cli
