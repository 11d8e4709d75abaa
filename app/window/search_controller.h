// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/search/event_queue.h"
#include "core/search/events.h"
#include "core/search/settings.h"

#include <QObject>
#include <QString>
#include <QTimer>

#include <filesystem>
#include <functional>
#include <memory>

namespace invar {

class RunControl;

/// Owns the searching thread and speaks for it in the GUI thread, where it lives. Never blocks that thread: the worker
/// fills a bounded queue, a timer empties it about 30 times a second, and the worker is joined once it said it is done.
class SearchController final : public QObject {
    Q_OBJECT

public:
    enum class State { idle, preparing, running, paused, stopping };
    Q_ENUM(State)

    explicit SearchController(QObject *parent = nullptr);
    /// Asks a running search to stop and waits for its end (the run is saved, no signal is sent any more).
    ~SearchController() override;

    [[nodiscard]] State state() const { return state_; }
    [[nodiscard]] bool busy() const { return state_ != State::idle; }
    /// Run folder of the present search, or of the last one.
    [[nodiscard]] const std::filesystem::path &folder() const { return folder_; }

    /// Starts a new run in `folder`. Ignored while busy.
    void start(const SearchSettings &settings, const std::filesystem::path &folder);
    /// Goes on with the run in `folder` up to `total_steps` in all (0: the run's own setting) or for `seconds` (0: no
    /// limit). Ignored while busy.
    void resume_run(const std::filesystem::path &folder, std::int64_t total_steps, double seconds = 0);
    void pause();
    void continue_();
    /// A stopped run is saved and can be resumed; the end is told by finished().
    void stop();
    /// The same at once, without what is only measured for the record: the window closes.
    void stop_in_haste();

Q_SIGNALS:
    void state_changed(invar::SearchController::State state);
    /// What happened since the last batch; at most about 30 a second, never empty.
    void batch(const std::shared_ptr<const invar::EventBatch> &events);
    void finished(const invar::RunSummary &summary);
    /// The search ended with an error; `reason` is one sentence.
    void failed(const QString &reason);

private:
    struct Session;
    using Work = std::function<RunSummary(RunControl &, SearchObserver &)>;

    void launch(const std::filesystem::path &folder, Work work);
    void drain();
    void set_state(State state);
    void worker_done(const std::optional<RunSummary> &summary, const QString &error);

    QTimer timer_;
    State state_ = State::idle;
    std::filesystem::path folder_;
    std::unique_ptr<Session> session_;
};

} // namespace invar
