// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/window/background_jobs.h"
#include "core/base/time_left.h"
#include "core/model/model_info.h"
#include "core/search/settings.h"

#include <QWidget>

#include <filesystem>
#include <functional>
#include <optional>

class QLabel;
class QProgressBar;
class QPushButton;
class QTabWidget;

namespace invar {

class MethodsTable;
class SensitivityTable;
class TrainingPlot;
struct MatrixSensitivity;
struct MethodOutcome;
struct MethodTraining;

/// Before a search: what each starting method makes of the open model, and which of its matrices hurt when they alone
/// are rounded; both with the settings on the screen, measured in the background.
class ComparePane final : public QWidget {
    Q_OBJECT

public:
    /// `settings`: those on the screen now.
    ComparePane(BackgroundJobs &jobs, std::function<SearchSettings()> settings, QWidget *parent = nullptr);

    /// Another model: what was measured is forgotten. Nothing: nothing can be measured.
    void set_model(const std::string &model, const std::optional<ModelInfo> &info,
                   const std::filesystem::path &heldout);
    void set_heldout(const std::filesystem::path &heldout) { heldout_ = heldout; }
    /// A search needs the processor, and what it writes nobody compares.
    void set_searching(bool searching);

    void measure_methods();
    void measure_sensitivity();
    void cancel();
    [[nodiscard]] bool is_measuring() const;
    [[nodiscard]] MethodsTable &methods() const { return *methods_; }
    [[nodiscard]] TrainingPlot &training() const { return *training_; }
    [[nodiscard]] SensitivityTable &sensitivity() const { return *sensitivity_; }

Q_SIGNALS:
    void failed(const QString &reason);
    void finished();
    /// The user wants a held-out text, and none is known.
    void choose_text_requested();
    void method_chosen(const QString &name, const invar::MethodOptions &options);
    /// The user wants the worst layers to have more bits.
    void layer_bits_chosen(const LayerBits &bits);

protected:
    void changeEvent(QEvent *event) override;

private:
    [[nodiscard]] SearchSettings settings() const;
    [[nodiscard]] BackgroundJobs::Callbacks callbacks();
    template <typename Work> void start(Work work);
    void take(const MethodOutcome &outcome);
    void take(const MethodTraining &training);
    void take(const MatrixSensitivity &matrix);
    void forget_training();
    void end();
    void give_worst_layers_more_bits();
    /// Two more to those matrices; the others keep what they have.
    void give_more_bits(const std::function<bool(int layer, const std::string &projection)> &to);
    void update_controls();
    void retranslate();

    BackgroundJobs &jobs_;
    std::function<SearchSettings()> current_settings_;
    QTabWidget *tabs_;
    MethodsTable *methods_;
    TrainingPlot *training_; ///< beside the table once a method trains
    SensitivityTable *sensitivity_;
    QPushButton *measure_methods_, *measure_sensitivity_, *more_bits_, *stop_;
    QProgressBar *progress_;
    QLabel *note_;
    TimeLeft time_left_;

    std::string model_;
    std::optional<ModelInfo> info_;
    std::filesystem::path heldout_;
    std::string training_method_; ///< whose curves are shown
    bool searching_ = false;
    quint64 round_ = 0; ///< results of an earlier one come too late
};

} // namespace invar
