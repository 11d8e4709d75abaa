// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/search/event_queue.h"
#include "core/search/run_folder.h"

#include <QWidget>

#include <optional>

class QSplitter;

namespace invar {

class ErrorHeatmap;
class LossPlot;
class MessageBar;
class MovesPlot;

/// Adds what happened later, `more`, to a batch that was not shown yet.
void merge(EventBatch &into, const EventBatch &more);

/// The middle of the window: messages on top, the loss below, then errors and moves side by side. Feeds the plots from
/// a running search or from a run's record.
class RunView final : public QWidget {
    Q_OBJECT

public:
    explicit RunView(QWidget *parent = nullptr);

    /// Empties the plots; with a model, the heatmap already has its shape.
    void clear(const ModelInfo *model = nullptr);
    void apply(const EventBatch &events);
    void show_record(const RunRecord &record);

    /// While frozen the plots stand still; what happens meanwhile is shown at once when thawed.
    void set_frozen(bool frozen);
    [[nodiscard]] bool is_frozen() const { return frozen_; }

    void reset_zoom();

    [[nodiscard]] MessageBar &messages() const { return *messages_; }
    [[nodiscard]] LossPlot &loss() const { return *loss_; }
    [[nodiscard]] ErrorHeatmap &heatmap() const { return *heatmap_; }
    [[nodiscard]] MovesPlot &moves() const { return *moves_; }

    [[nodiscard]] QByteArray save_layout() const;
    bool restore_layout(const QByteArray &state);
    void reset_layout();

private:
    void show_batch(const EventBatch &events);

    MessageBar *messages_;
    LossPlot *loss_;
    ErrorHeatmap *heatmap_;
    MovesPlot *moves_;
    QSplitter *rows_;
    QSplitter *columns_;
    EventBatch held_; ///< what happened while frozen
    bool frozen_ = false;
};

} // namespace invar
