// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/error.h"

#include <functional>
#include <stop_token>
#include <string_view>

namespace invar {

/// What a long operation gets from whoever started it: a way to be stopped and a way to say how far it is.
/// Both may be left empty. `progress` is called on the operation's own thread with a fraction in [0, 1].
struct Task {
    std::stop_token stop;
    std::function<void(double fraction, std::string_view stage)> progress;

    void report(double fraction, std::string_view stage) const {
        if (progress)
            progress(fraction, stage);
    }
    /// Throws Cancelled once a stop was requested.
    void check() const {
        if (stop.stop_requested())
            throw Cancelled();
    }
};

} // namespace invar
