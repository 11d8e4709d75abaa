// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/window/search_controller.h"

#include "app/window/describe_exception.h"
#include "core/search/run.h"

#include <stop_token>
#include <thread>

namespace invar {

namespace {
constexpr int drain_interval_ms = 33;
} // namespace

struct SearchController::Session {
    std::stop_source stop;
    RunControl control{stop.get_token()};
    EventQueue queue;
    std::thread thread;
};

SearchController::SearchController(QObject *parent) : QObject(parent) {
    timer_.setInterval(drain_interval_ms);
    connect(&timer_, &QTimer::timeout, this, &SearchController::drain);
}

SearchController::~SearchController() {
    if (!session_)
        return;
    session_->control.hurry();
    session_->stop.request_stop();
    session_->control.resume();
    // The worker only ever posts to this thread, so waiting for it cannot deadlock.
    session_->thread.join();
}

void SearchController::start(const SearchSettings &settings, const std::filesystem::path &folder) {
    launch(folder, [settings, folder](RunControl &control, SearchObserver &observer) {
        return search(settings, folder, control, observer);
    });
}

void SearchController::resume_run(const std::filesystem::path &folder, std::int64_t total_steps, double seconds) {
    launch(folder, [folder, total_steps, seconds](RunControl &control, SearchObserver &observer) {
        return resume(folder, total_steps, seconds, control, observer);
    });
}

void SearchController::launch(const std::filesystem::path &folder, Work work) {
    if (busy())
        return;
    folder_ = folder;
    session_ = std::make_unique<Session>();
    session_->thread = std::thread([this, session = session_.get(), work = std::move(work)] {
        std::optional<RunSummary> summary;
        QString error;
        try {
            summary = work(session->control, session->queue);
        } catch (const Cancelled &) {
            // Stopped before there was anything to save: an end without a summary and without an error.
        } catch (...) {
            error = describe_current_exception();
        }
        QMetaObject::invokeMethod(
            this, [this, summary, error] { worker_done(summary, error); }, Qt::QueuedConnection);
    });
    timer_.start();
    set_state(State::preparing);
}

void SearchController::pause() {
    if (state_ != State::running)
        return;
    session_->control.pause();
    set_state(State::paused);
}

void SearchController::continue_() {
    if (state_ != State::paused)
        return;
    session_->control.resume();
    set_state(State::running);
}

void SearchController::stop() {
    if (!busy() || state_ == State::stopping)
        return;
    session_->stop.request_stop();
    session_->control.resume();
    set_state(State::stopping);
}

void SearchController::stop_in_haste() {
    if (busy())
        session_->control.hurry();
    stop();
}

void SearchController::drain() {
    if (!session_)
        return;
    auto events = std::make_shared<const EventBatch>(session_->queue.drain());
    if (events->empty())
        return;
    if (events->started && state_ == State::preparing)
        set_state(State::running);
    Q_EMIT batch(events);
}

void SearchController::set_state(State state) {
    if (state_ == state)
        return;
    state_ = state;
    Q_EMIT state_changed(state);
}

void SearchController::worker_done(const std::optional<RunSummary> &summary, const QString &error) {
    timer_.stop();
    drain();
    session_->thread.join(); // at its last instruction: this does not wait
    session_.reset();
    set_state(State::idle);
    if (!error.isEmpty()) {
        Q_EMIT failed(error);
        return;
    }
    RunSummary nothing_done;
    nothing_done.reason = StopReason::stopped;
    Q_EMIT finished(summary.value_or(nothing_done));
}

} // namespace invar
