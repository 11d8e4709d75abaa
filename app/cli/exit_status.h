// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/error.h"

namespace invar::cli {

/// What the program says to whoever started it; part of the contract with scripts.
enum class ExitStatus {
    done = 0,
    failed = 1,        ///< a one-line reason is on stderr
    wrong_usage = 2,   ///< options that do not exist, or cannot work together or with this model
    interrupted = 130, ///< by Ctrl-C or SIGTERM; a search can be resumed
};

/// Options that cannot work: ends the program with ExitStatus::wrong_usage.
class UsageError : public Error {
public:
    using Error::Error;
};

template <typename... Args> [[noreturn]] void wrong_usage(fmt::format_string<Args...> format, Args &&...args) {
    throw UsageError(fmt::format(format, std::forward<Args>(args)...));
}

} // namespace invar::cli
