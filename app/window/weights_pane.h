// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/window/background_jobs.h"
#include "core/evaluate/weight_source.h"
#include "core/model/model_info.h"
#include "core/quant/layer_bits.h"

#include <QTimer>
#include <QWidget>

#include <filesystem>
#include <memory>
#include <optional>
#include <string>

namespace invar {

class MatrixPanel;

/// Shows what the grid does to the weights: of a run at its start or as the search has it now (from the state that it
/// keeps flushing into its run folder), of a model alone a preview with the settings on the screen. Works in the
/// background, and only while it can be seen; what it has opened is let go when it is hidden.
class WeightsPane final : public QWidget {
    Q_OBJECT

public:
    explicit WeightsPane(BackgroundJobs &jobs, QWidget *parent = nullptr);

    /// Another model; nothing: none is open. Ends what was shown of a run.
    void set_model(const std::string &model, const std::optional<ModelInfo> &info);
    /// A run of that model; empty: there is none.
    void set_run(const std::filesystem::path &folder);
    /// With which a model without a run is rounded; some matrices to other bits.
    void set_grid(const Grid &grid, const LayerBits &bits);
    /// Whether a search is changing the run, so that what is shown must be looked up again now and then.
    void set_searching(bool searching);
    /// Shows that matrix once the pane can be seen.
    void choose(const MatrixName &name);

    [[nodiscard]] MatrixPanel &panel() const { return *panel_; }

Q_SIGNALS:
    /// A matrix and its row are on the screen.
    void shown();
    void failed(const QString &reason);

protected:
    void showEvent(QShowEvent *event) override;
    void hideEvent(QHideEvent *event) override;

private:
    struct Look;
    [[nodiscard]] Grid grid_of(const MatrixName &name) const;
    void look();
    void open();
    void look_at_row();
    void take(const Look &look);
    void forget();
    [[nodiscard]] BackgroundJobs::Callbacks problems_shown();

    BackgroundJobs &jobs_;
    MatrixPanel *panel_;
    QTimer later_; ///< looks again: at a run that changes, or after settings have changed

    std::string model_;
    std::filesystem::path run_;
    Grid grid_;
    LayerBits bits_;
    bool searching_ = false;
    std::shared_ptr<const WeightSource> source_;     ///< of the model and run above; nothing: to be opened
    std::shared_ptr<const MatrixSnapshot> snapshot_; ///< on the screen
};

} // namespace invar
