// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string>

namespace invar {

/// Estimates how long a piece of work still takes, from how far it was when. Says nothing before there is enough to go
/// by; afterwards counts down with the clock and follows new evidence smoothly. Work that goes back to a smaller
/// fraction is another piece of work, and the estimate begins anew.
class TimeLeft {
public:
    /// `fraction` in [0, 1] is done at `now` (seconds on any clock that runs evenly); negative: nobody knows.
    void update(double fraction, double now);
    void restart();
    /// Seconds from `now` on.
    [[nodiscard]] std::optional<double> seconds(double now) const;

private:
    struct Moment {
        double fraction;
        double time;
    };
    std::optional<Moment> begin_;
    Moment last_{};
    std::optional<double> left_; ///< at last_.time
};

/// A duration as coarse as an estimate should be told: to five seconds, a minute, five minutes or an hour.
struct RoughDuration {
    int hours = 0;
    int minutes = 0;
    int seconds = 0;

    bool operator==(const RoughDuration &) const = default;
};

[[nodiscard]] RoughDuration rough_duration(double seconds);
/// "20 s", "3 min", "1 h 25 min", "14 h"
[[nodiscard]] std::string to_string(const RoughDuration &duration);

/// Seconds on a steady clock, for TimeLeft.
[[nodiscard]] double steady_seconds();

} // namespace invar
