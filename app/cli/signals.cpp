// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/signals.h"

#include "app/cli/exit_status.h"

#include <ctime>
#include <unistd.h>

namespace invar::cli {
namespace {

/// nohup and its like ask a program to outlive its terminal.
bool is_ignored(int signal) {
    struct sigaction action {};
    return ::sigaction(signal, nullptr, &action) == 0 && action.sa_handler == SIG_IGN;
}

} // namespace

SignalWatch::SignalWatch() {
    sigemptyset(&signals_);
    sigaddset(&signals_, SIGINT);
    sigaddset(&signals_, SIGTERM);
    if (!is_ignored(SIGHUP))
        sigaddset(&signals_, SIGHUP);
    ::pthread_sigmask(SIG_BLOCK, &signals_, nullptr);
    watcher_ = std::jthread([this](const std::stop_token &ended) { watch(ended); });
}

SignalWatch::~SignalWatch() = default;

void SignalWatch::watch(const std::stop_token &ended) {
    constexpr timespec patience{.tv_sec = 0, .tv_nsec = 20'000'000};
    while (!ended.stop_requested()) {
        if (::sigtimedwait(&signals_, nullptr, &patience) < 0)
            continue;
        if (work_.stop_requested())
            ::_exit(static_cast<int>(ExitStatus::interrupted));
        work_.request_stop();
    }
}

} // namespace invar::cli
