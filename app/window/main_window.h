// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/window/actions.h"
#include "app/window/background_jobs.h"
#include "app/window/language.h"
#include "app/window/search_controller.h"
#include "app/window/window_memory.h"
#include "core/base/time_left.h"
#include "core/model/model_info.h"
#include "core/search/run_folder.h"

#include <QMainWindow>

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace invar {

class ComparePane;
class DriftPanel;
class MovesTable;
class PerplexityPane;
class RunView;
class SettingsPanel;
class StatusStrip;
class TextPane;
class WeightsPane;

struct WindowSetup {
    bool persistent = true;          ///< whether layout, recent files and settings are remembered
    std::filesystem::path runs = {}; ///< folder that holds new runs; empty: the user's application data
    QString theme = {};              ///< as remembered when empty
    QString language = {};           ///< as remembered when empty
};

/// The workbench: what is open, the panels around it, and the actions that change it. All work happens elsewhere, in
/// the search's thread or in background jobs.
class MainWindow final : public QMainWindow {
    Q_OBJECT

public:
    explicit MainWindow(const WindowSetup &setup = {}, QWidget *parent = nullptr);
    ~MainWindow() override;

    /// Opens "demo", a model folder, a .gguf file or a run folder, in the background: ends with opened() or
    /// open_failed().
    void open(const std::string &what);
    /// Starts a new run with the settings on the screen.
    void start_anew();
    /// Stops the search, if any, saves it and leaves the event loop: for signals and screenshots.
    void quit_cleanly(int exit_code = 0);

    void set_theme(const QString &theme);
    void set_language(const QString &language);

    [[nodiscard]] Actions &actions() { return actions_; }
    [[nodiscard]] SearchController &controller() { return controller_; }
    [[nodiscard]] RunView &view() { return *view_; }
    [[nodiscard]] SettingsPanel &settings_panel() { return *settings_; }
    [[nodiscard]] PerplexityPane &perplexity() { return *perplexity_; }
    [[nodiscard]] TextPane &text() { return *text_; }
    [[nodiscard]] ComparePane &compare() { return *compare_; }
    [[nodiscard]] WeightsPane &weights() { return *weights_; }
    [[nodiscard]] WindowMemory &memory() { return memory_; }
    /// Run folder whose record is on the screen; empty: none.
    [[nodiscard]] const std::filesystem::path &run() const { return run_; }

Q_SIGNALS:
    void opened();
    void open_failed(const QString &reason);

protected:
    void changeEvent(QEvent *event) override;
    void closeEvent(QCloseEvent *event) override;
    void dragEnterEvent(QDragEnterEvent *event) override;
    void dropEvent(QDropEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;

private:
    // main_window.cpp: what it is made of
    void build_docks();
    [[nodiscard]] QList<QDockWidget *> docks() const;
    /// A new panel with the old one's content: in another language.
    void make_settings_panel();
    void connect_actions();
    void connect_search();
    void connect_compare();
    void retranslate();
    /// Shows the weights of the matrix that a cell of the heatmap stands for.
    void show_weights(int layer, const QString &projection);
    void reset_layout();
    void restore_layout();
    void update_actions();
    void update_title();
    void show_error(const QString &text);

    // main_window_open.cpp
    struct OpenedRun;
    void open_model_folder();
    void open_gguf_file();
    void open_run_folder();
    void begin_opening(const QString &name);
    void opening_failed(const QString &what, const QString &reason);
    void model_opened(const std::string &model, const ModelInfo &info);
    void run_opened(const std::filesystem::path &folder, const OpenedRun &run);
    void take_up_model(const std::string &model, const std::optional<ModelInfo> &info);
    void remember_recent(const std::string &item);
    void fill_recent_menu();
    [[nodiscard]] std::filesystem::path heldout_text_of(const std::string &model) const;
    /// Whether one was chosen.
    [[nodiscard]] bool choose_heldout_text();
    void browse_calibration_text();

    // main_window_search.cpp
    [[nodiscard]] bool start_means_resume() const;
    [[nodiscard]] bool takes_over_start(const SearchSettings &settings) const;
    [[nodiscard]] SearchSettings settings_on_screen() const;
    void start_or_resume();
    void ask_resume();
    void pause_or_continue();
    void show_problems(const std::vector<SettingsProblem> &problems);
    [[nodiscard]] bool fits_in_memory(const SearchSettings &settings);
    void show_batch(const EventBatch &events);
    void show_started(const RunStarted &started);
    void show_progress(const EventBatch &events);
    void search_state_changed(SearchController::State state);
    void search_finished(const RunSummary &summary);
    void search_failed(const QString &reason);
    void show_export_dialog();
    /// A message with a button that opens `folder` in the desktop's file manager.
    void show_success(const QString &text, const std::filesystem::path &folder, QList<QAction *> actions = {});

    WindowMemory memory_;
    std::filesystem::path runs_;
    Language language_;
    Actions actions_;
    BackgroundJobs jobs_;
    SearchController controller_;

    RunView *view_;
    SettingsPanel *settings_ = nullptr;
    PerplexityPane *perplexity_;
    TextPane *text_;
    ComparePane *compare_;
    WeightsPane *weights_;
    MovesTable *moves_table_;
    DriftPanel *drift_;
    StatusStrip *status_;
    QDockWidget *settings_dock_ = nullptr;
    QDockWidget *perplexity_dock_ = nullptr;
    QDockWidget *moves_dock_ = nullptr;
    QDockWidget *text_dock_ = nullptr;
    QDockWidget *compare_dock_ = nullptr;
    QDockWidget *weights_dock_ = nullptr;

    std::string model_; ///< as in SearchSettings::model; empty: nothing is open
    std::optional<ModelInfo> info_;
    std::filesystem::path run_;
    std::optional<SearchSettings> run_settings_; ///< of the run on the screen
    std::int64_t run_steps_ = 0;                 ///< steps it has tried
    double seconds_before_ = 0;                  ///< searching time of its earlier sessions
    TimeLeft preparation_;                       ///< how long it still takes
    bool resuming_ = false;                      ///< the search under way goes on with the run on the screen
    std::optional<int> exit_code_;
    bool closing_ = false;
};

} // namespace invar
