// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/time_left.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>

namespace invar {
namespace {

constexpr double least_share = 0.03;     ///< of the work to be seen before an estimate is made of it
constexpr double least_seconds = 2;      ///< and of time
constexpr double smoothing_seconds = 10; ///< in which new evidence takes over two thirds of the estimate

} // namespace

void TimeLeft::restart() { *this = {}; }

void TimeLeft::update(double fraction, double now) {
    if (begin_ && fraction == last_.fraction)
        return;
    if (fraction < 0 || (begin_ && fraction < last_.fraction))
        restart();
    if (fraction < 0)
        return;
    const auto expected = seconds(now);
    const auto passed = begin_ ? now - last_.time : 0;
    if (!begin_)
        begin_ = {fraction, now};
    last_ = {fraction, now};
    const auto done = fraction - begin_->fraction;
    const auto elapsed = now - begin_->time;
    if (fraction >= 1)
        left_.reset();
    if (fraction >= 1 || done < least_share || elapsed < least_seconds)
        return;
    const auto estimate = elapsed * (1 - fraction) / done;
    const auto weight = expected ? 1 - std::exp(-passed / smoothing_seconds) : 1;
    left_ = expected.value_or(0) * (1 - weight) + estimate * weight;
}

std::optional<double> TimeLeft::seconds(double now) const {
    return left_ ? std::optional(std::max(0.0, *left_ - (now - last_.time))) : std::nullopt;
}

RoughDuration rough_duration(double seconds) {
    constexpr double minute = 60, hour = 3600, most = 1e6 * hour;
    seconds = std::clamp(seconds, 0.0, most);
    const auto to = [seconds](double unit) { return static_cast<int>(std::lround(seconds / unit)); };
    if (seconds < 57.5)
        return {.seconds = std::max(1, to(5)) * 5};
    if (seconds < 59.5 * minute)
        return {.minutes = std::max(1, to(minute))};
    if (seconds < 10 * hour)
        return {.hours = to(5 * minute) / 12, .minutes = to(5 * minute) % 12 * 5};
    return {.hours = to(hour)};
}

std::string to_string(const RoughDuration &duration) {
    if (duration.hours > 0)
        return duration.minutes > 0 ? fmt::format("{} h {} min", duration.hours, duration.minutes)
                                    : fmt::format("{} h", duration.hours);
    return duration.minutes > 0 ? fmt::format("{} min", duration.minutes) : fmt::format("{} s", duration.seconds);
}

double steady_seconds() {
    return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

} // namespace invar
