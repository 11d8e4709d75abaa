// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/task.h"

#include <QObject>
#include <QString>
#include <QThreadPool>

#include <functional>
#include <map>
#include <memory>

namespace invar {

/// Work off the GUI thread other than the search: opening, measuring, exporting. Each job belongs to a named slot;
/// a newer job of the same slot overtakes the older one, which is asked to stop and whose result is dropped.
/// All callbacks run in the GUI thread, never after this object is gone.
class BackgroundJobs final : public QObject {
    Q_OBJECT

public:
    using Id = quint64;

    struct Callbacks {
        std::function<void(double fraction, const QString &stage)> progress; ///< coalesced
        std::function<void(const QString &reason)> failed;
        std::function<void()> cancelled; ///< after cancel(), once the work really ended
    };

    explicit BackgroundJobs(QObject *parent = nullptr);
    /// Asks all jobs to stop and waits for them.
    ~BackgroundJobs() override;

    /// Runs `work(task)` on a pool thread and hands its result to `done` in the GUI thread.
    template <typename Work, typename Done>
    Id start(const QString &slot, Work work, Done done, Callbacks callbacks = {}) {
        return launch(
            slot,
            [work = std::move(work), done = std::move(done)](const Task &task) -> std::function<void()> {
                auto result = std::make_shared<decltype(work(task))>(work(task));
                return [done, result] { done(std::move(*result)); };
            },
            std::move(callbacks));
    }

    /// Asks a job to stop; `cancelled` (or, if it was quicker, `done`) will be called. Unknown ids are ignored.
    void cancel(Id id);
    /// Asks the job of a slot to stop and drops its result.
    void drop(const QString &slot);
    [[nodiscard]] bool running(const QString &slot) const;
    [[nodiscard]] bool idle() const { return jobs_.empty(); }

Q_SIGNALS:
    void idle_changed();

private:
    struct Job;
    using Work = std::function<std::function<void()>(const Task &)>;

    Id launch(const QString &slot, Work work, Callbacks callbacks);
    void finish(Id id, const std::function<void(Job &)> &tell);
    void report(const std::shared_ptr<Job> &job, double fraction, std::string_view stage);

    QThreadPool pool_;
    Id last_id_ = 0;
    std::map<Id, std::shared_ptr<Job>> jobs_;
};

} // namespace invar
