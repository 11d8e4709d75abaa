// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <csignal>
#include <stop_token>
#include <thread>

namespace invar::cli {

/// Turns Ctrl-C, SIGTERM and a closed terminal into a stop request for as long as it lives: the first asks the work to
/// stop cleanly, the second ends the process at once. Create it before any other thread, since threads inherit which
/// signals they leave to it.
class SignalWatch {
public:
    SignalWatch();
    ~SignalWatch();
    SignalWatch(const SignalWatch &) = delete;
    SignalWatch &operator=(const SignalWatch &) = delete;

    [[nodiscard]] std::stop_token stop_token() const { return work_.get_token(); }

private:
    void watch(const std::stop_token &ended);

    sigset_t signals_{};
    std::stop_source work_;
    std::jthread watcher_;
};

} // namespace invar::cli
