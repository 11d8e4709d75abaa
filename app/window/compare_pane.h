// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/window/background_jobs.h"
#include "app/window/measured_with.h"
#include "core/base/time_left.h"
#include "core/model/model_info.h"

#include <QWidget>

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

class QLabel;
class QProgressBar;
class QPushButton;
class QTabWidget;

namespace invar {

class MethodsTable;
class SensitivityTable;
class TrainingPlot;
struct MatrixSensitivity;

/// Before a search: what each starting method makes of the open model, and which of its matrices hurt when they alone
/// are rounded; both with the settings on the screen, measured in the background. What they were measured with stays
/// beside them.
class ComparePane final : public QWidget {
    Q_OBJECT

public:
    /// `on_screen`: what is there now.
    ComparePane(BackgroundJobs &jobs, std::function<SettingsOnScreen()> on_screen, QWidget *parent = nullptr);

    /// Another model: what was measured is forgotten. Nothing: nothing can be measured.
    void set_model(const std::string &model, const std::optional<ModelInfo> &info,
                   const std::filesystem::path &heldout);
    void set_heldout(const std::filesystem::path &heldout);
    /// Those on the screen are others now.
    void settings_changed();
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
    /// With these settings nothing can be measured.
    void refused(const std::vector<invar::SettingsProblem> &problems);
    /// The user wants to compare methods, and no held-out text is known.
    void choose_text_requested();
    void method_chosen(const QString &name, const invar::MethodOptions &options);
    /// The user wants the worst layers to have more bits.
    void layer_bits_chosen(const invar::LayerBits &bits);

protected:
    void changeEvent(QEvent *event) override;

private:
    [[nodiscard]] SettingsOnScreen on_screen() const;
    [[nodiscard]] bool is_refused(const SearchSettings &settings);
    [[nodiscard]] BackgroundJobs::Callbacks callbacks();
    template <typename Work> void start(Work work);
    void take(const MethodOutcome &outcome);
    void take(const MethodTraining &training);
    void take(const MatrixSensitivity &matrix);
    void forget_methods();
    void forget_sensitivity();
    void end();
    void show_note(const QString &text);
    void update_note();
    void give_worst_layers_more_bits();
    /// Two more to those matrices; the others keep what they have.
    void give_more_bits(const std::function<bool(int layer, const std::string &projection)> &to);
    void update_controls();
    void retranslate();

    BackgroundJobs &jobs_;
    std::function<SettingsOnScreen()> on_screen_;
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
    std::optional<MeasuredWith> methods_with_;
    std::optional<MeasuredWith> sensitivity_with_;
    std::string training_method_; ///< whose curves are shown
    bool searching_ = false;
    quint64 round_ = 0; ///< results of an earlier one come too late
};

} // namespace invar
