// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

#include <cstdint>
#include <deque>
#include <optional>

class QLabel;
class QProgressBar;

namespace invar {

/// How far a search is, for a status bar.
class StatusStrip : public QWidget {
    Q_OBJECT
public:
    struct Progress {
        std::int64_t step = 0;
        std::int64_t steps = 0; ///< in total; 0: no limit
        double seconds = 0;     ///< searching time so far
        double time_budget = 0; ///< seconds; 0: none
        std::int64_t accepted = 0;
        double loss = 0;
        std::int64_t dropped = 0; ///< by racing, and of those
        std::int64_t audited = 0; ///< evaluated to the end, and of those
        std::int64_t wrongly_dropped = 0;
    };

    explicit StatusStrip(QWidget *parent = nullptr);

    /// Nothing runs: only `text` is shown.
    void set_idle(const QString &text);
    /// Preparation; a negative fraction: unknown. `seconds_left`: an estimate, told as coarsely as it deserves.
    void set_stage(const QString &stage, double fraction, std::optional<double> seconds_left = {});
    void set_progress(const Progress &progress);
    /// Speed and remaining time stand still.
    void set_paused(bool paused);

    /// Over the last ten seconds or so of searching; 0 until two different moments are known.
    [[nodiscard]] double steps_per_second() const;
    /// Seconds until the steps or the time budget end; negative: unknown.
    [[nodiscard]] double remaining_seconds() const;
    [[nodiscard]] QString text() const;

    /// "1:05", "2:03:04", "3 d 4 h".
    [[nodiscard]] static QString duration_text(double seconds);
    /// "about 20 s left", "about 3 min left", "about 1 h 25 min left".
    [[nodiscard]] static QString estimate_text(double seconds_left);

private:
    void update_texts();

    struct Moment {
        double seconds;
        std::int64_t step;
    };

    Progress progress_;
    bool paused_ = false;
    std::deque<Moment> moments_; ///< a window of the recent past
    QProgressBar *bar_;
    QLabel *step_;
    QLabel *speed_;
    QLabel *remaining_;
    QLabel *accepted_;
    QLabel *raced_;
    QLabel *loss_;
};

} // namespace invar
