// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/search/run.h"

namespace invar {

void RunControl::pause() {
    const std::scoped_lock lock(mutex_);
    paused_ = true;
}

void RunControl::resume() {
    {
        const std::scoped_lock lock(mutex_);
        paused_ = false;
    }
    changed_.notify_all();
}

bool RunControl::paused() const {
    const std::scoped_lock lock(mutex_);
    return paused_;
}

void RunControl::wait_while_paused() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, stop_, [this] { return !paused_; });
}

} // namespace invar
