// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/window/background_jobs.h"

#include "app/window/describe_exception.h"
#include "widgets/core_messages.h"

#include <algorithm>
#include <mutex>
#include <string>

namespace invar {

struct BackgroundJobs::Job {
    Id id = 0;
    QString slot;
    std::stop_source stop;
    Callbacks callbacks;

    std::mutex mutex; // guards the three below, written by the worker
    double fraction = 0;
    std::string stage;
    bool progress_pending = false;
};

BackgroundJobs::BackgroundJobs(QObject *parent) : QObject(parent) {
    // One for what takes long (export, a measurement), one so that opening a model is not stuck behind it.
    pool_.setMaxThreadCount(2);
}

BackgroundJobs::~BackgroundJobs() {
    for (const auto &[id, job] : jobs_)
        job->stop.request_stop();
    pool_.clear();
    pool_.waitForDone();
}

BackgroundJobs::Id BackgroundJobs::launch(const QString &slot, Work work, Callbacks callbacks) {
    const bool was_idle = idle();
    drop(slot);
    auto job = std::make_shared<Job>();
    job->id = ++last_id_;
    job->slot = slot;
    job->callbacks = std::move(callbacks);
    jobs_.emplace(job->id, job);

    pool_.start([this, job, work = std::move(work)] {
        const Task task{job->stop.get_token(),
                        [this, job](double fraction, std::string_view stage) { report(job, fraction, stage); }};
        std::function<void(Job &)> tell;
        try {
            task.check();
            tell = [deliver = work(task)](Job &) { deliver(); };
        } catch (const Cancelled &) {
            tell = [](Job &ended) {
                if (ended.callbacks.cancelled)
                    ended.callbacks.cancelled();
            };
        } catch (...) {
            tell = [reason = describe_current_exception()](Job &ended) {
                if (ended.callbacks.failed)
                    ended.callbacks.failed(reason);
            };
        }
        QMetaObject::invokeMethod(
            this, [this, id = job->id, tell] { finish(id, tell); }, Qt::QueuedConnection);
    });
    if (was_idle)
        Q_EMIT idle_changed();
    return job->id;
}

void BackgroundJobs::report(const std::shared_ptr<Job> &job, double fraction, std::string_view stage) {
    {
        const std::lock_guard lock(job->mutex);
        job->fraction = fraction;
        job->stage = stage;
        if (job->progress_pending)
            return;
        job->progress_pending = true;
    }
    QMetaObject::invokeMethod(
        this,
        [this, job] {
            double latest = 0;
            std::string said;
            {
                const std::lock_guard lock(job->mutex);
                job->progress_pending = false;
                latest = job->fraction;
                said = job->stage;
            }
            if (jobs_.contains(job->id) && job->callbacks.progress)
                job->callbacks.progress(latest, core_message(said));
        },
        Qt::QueuedConnection);
}

void BackgroundJobs::finish(Id id, const std::function<void(Job &)> &tell) {
    const auto found = jobs_.find(id);
    if (found == jobs_.end())
        return; // overtaken: nobody waits for this result any more
    const auto job = found->second;
    jobs_.erase(found);
    tell(*job);
    if (idle())
        Q_EMIT idle_changed();
}

void BackgroundJobs::cancel(Id id) {
    if (const auto found = jobs_.find(id); found != jobs_.end())
        found->second->stop.request_stop();
}

void BackgroundJobs::drop(const QString &slot) {
    std::erase_if(jobs_, [&](const auto &entry) {
        if (entry.second->slot != slot)
            return false;
        entry.second->stop.request_stop();
        return true;
    });
}

bool BackgroundJobs::running(const QString &slot) const {
    return std::any_of(jobs_.begin(), jobs_.end(), [&](const auto &entry) { return entry.second->slot == slot; });
}

} // namespace invar
