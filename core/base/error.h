// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <fmt/format.h>

#include <stdexcept>
#include <string>

namespace invar {

/// A failure that a person can do something about. `what()` is one sentence, fit for stderr or a message bar: it names
/// the file or setting and what is wrong with it. Everything in core throws this (or lets std::bad_alloc through).
class Error : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

/// Thrown out of a long operation when its `std::stop_token` asked it to stop. Not a failure.
class Cancelled : public std::runtime_error {
public:
    Cancelled() : std::runtime_error("cancelled") {}
};

/// Throws Error with a message made by fmt.
template <typename... Args> [[noreturn]] void fail(fmt::format_string<Args...> format, Args &&...args) {
    throw Error(fmt::format(format, std::forward<Args>(args)...));
}

} // namespace invar
