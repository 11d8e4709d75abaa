// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/window/termination_signals.h"

#include <array>
#include <csignal>
#include <fcntl.h>
#include <unistd.h>

namespace invar {

namespace {

// The one thing that a signal handler can reach.
std::array<int, 2> pipe_ends{-1, -1};

void write_byte(int) {
    const char byte = 1;
    [[maybe_unused]] const auto written = ::write(pipe_ends[1], &byte, 1);
}

void handle(void (*handler)(int)) {
    struct sigaction action = {};
    action.sa_handler = handler;
    action.sa_flags = SA_RESTART;
    sigemptyset(&action.sa_mask);
    for (const int number : {SIGINT, SIGTERM})
        sigaction(number, &action, nullptr);
}

} // namespace

TerminationSignals::TerminationSignals(QObject *parent) : QObject(parent) {
    if (::pipe2(pipe_ends.data(), O_CLOEXEC | O_NONBLOCK) != 0)
        return; // without a pipe the signals keep their default effect
    notifier_ = std::make_unique<QSocketNotifier>(pipe_ends[0], QSocketNotifier::Read);
    connect(notifier_.get(), &QSocketNotifier::activated, this, [this] {
        char byte = 0;
        while (::read(pipe_ends[0], &byte, 1) == 1) {
        }
        Q_EMIT requested();
    });
    handle(&write_byte);
}

TerminationSignals::~TerminationSignals() {
    if (!notifier_)
        return;
    handle(SIG_DFL);
    notifier_.reset();
    for (int &end : pipe_ends) {
        ::close(end);
        end = -1;
    }
}

} // namespace invar
