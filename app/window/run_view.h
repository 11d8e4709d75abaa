// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/search/event_queue.h"
#include "core/search/run_folder.h"

#include <QWidget>

#include <optional>

class QSplitter;
class QTabWidget;

namespace invar {

class ErrorHeatmap;
class LossPlot;
class MessageBar;
class MovesPlot;
class TrainingPlot;

/// Adds what happened later, `more`, to a batch that was not shown yet.
void merge(EventBatch &into, const EventBatch &more);

/// The middle of the window: messages on top, the loss below (and behind it the training of a starting method that
/// trains), then errors and moves side by side. Feeds the plots from a running search or from a run's record.
class RunView final : public QWidget {
    Q_OBJECT

public:
    explicit RunView(QWidget *parent = nullptr);

    /// Empties the plots; with a model, the heatmap already has its shape.
    void clear(const ModelInfo *model = nullptr);
    void apply(const EventBatch &events);
    void show_record(const RunRecord &record);
    /// A search ended before it began: shows the training of the run on the screen again.
    void abandon_training();

    /// While frozen the plots stand still; what happens meanwhile is shown at once when thawed.
    void set_frozen(bool frozen);
    [[nodiscard]] bool is_frozen() const { return frozen_; }

    void reset_zoom();

    [[nodiscard]] MessageBar &messages() const { return *messages_; }
    [[nodiscard]] LossPlot &loss() const { return *loss_; }
    [[nodiscard]] TrainingPlot &training() const { return *training_; }
    [[nodiscard]] ErrorHeatmap &heatmap() const { return *heatmap_; }
    [[nodiscard]] MovesPlot &moves() const { return *moves_; }

    [[nodiscard]] QByteArray save_layout() const;
    bool restore_layout(const QByteArray &state);
    void reset_layout();

protected:
    void changeEvent(QEvent *event) override;

private:
    void show_batch(const EventBatch &events);
    void show_live_training(const std::vector<TrainingPoint> &points);
    void show_training(const std::vector<TrainingPoint> &points);
    void show_training_tab(bool on);
    void retranslate();

    MessageBar *messages_;
    QTabWidget *curves_; ///< its tabs are shown once there is more than the loss
    LossPlot *loss_;
    TrainingPlot *training_;
    ErrorHeatmap *heatmap_;
    MovesPlot *moves_;
    QSplitter *rows_;
    QSplitter *columns_;
    EventBatch held_;                            ///< what happened while frozen
    std::vector<TrainingPoint> training_of_run_; ///< on the screen, as it began
    bool live_training_ = false;                 ///< the plot shows that of a search that has not begun
    bool frozen_ = false;
};

} // namespace invar
