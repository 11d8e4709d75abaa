// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/window/search_controller.h"

#include <QCoreApplication>

class QAction;
class QActionGroup;
class QMainWindow;
class QMenu;
class QPalette;
class QToolBar;

namespace invar {

/// What decides which actions can be used.
struct ActionState {
    SearchController::State search = SearchController::State::idle;
    bool model_open = false;
    bool run_shown = false;          ///< a run folder's record is in the plots
    bool start_means_resume = false; ///< the run on the screen has the settings on the screen
};

/// All actions of the window with its menus and tool bar: made once, texts set again whenever the language changes.
/// They belong to the window; what they do is connected there.
class Actions final {
    Q_DECLARE_TR_FUNCTIONS(Actions)

public:
    explicit Actions(QMainWindow &window);

    /// Sets texts, short cuts and explanations in the present language.
    void retranslate();
    void recolour(const QPalette &palette);
    void update(const ActionState &state);
    /// Gives the own switches of these panels short cuts; those of text and weights icons and places in the tool bar.
    void take_up_switches(QAction &of_text, QAction &of_compare, QAction &of_weights);

    QAction *open_demo = nullptr;
    QAction *open_model = nullptr;
    QAction *open_gguf = nullptr;
    QAction *open_run = nullptr;
    QAction *export_ = nullptr;
    QAction *quit = nullptr;
    QAction *start = nullptr;
    QAction *pause = nullptr;
    QAction *stop = nullptr;
    QAction *resume = nullptr;
    QAction *start_anew = nullptr;
    QAction *open_folder = nullptr; ///< data(): its URL; lives in the message bar alone
    QAction *reset_layout = nullptr;
    QAction *reset_zoom = nullptr;
    QAction *freeze = nullptr;
    QAction *text = nullptr;    ///< shows the text panel; belongs to its dock
    QAction *compare = nullptr; ///< shows the compare panel; belongs to its dock
    QAction *weights = nullptr; ///< shows the weights panel; belongs to its dock
    QAction *explain = nullptr;
    QAction *shortcuts = nullptr;
    QAction *about = nullptr;
    QActionGroup *themes = nullptr;    ///< data(): "system", "light", "dark"
    QActionGroup *languages = nullptr; ///< data(): "system", "en", "de"
    QMenu *recent_menu = nullptr;
    QMenu *view_menu = nullptr;
    QToolBar *tool_bar = nullptr;

    /// Everything with a short cut, for the list of them.
    [[nodiscard]] QList<QAction *> with_shortcuts() const;

private:
    [[nodiscard]] QAction *add(const char *name);
    [[nodiscard]] QActionGroup *add_choices(QMenu &menu, std::initializer_list<const char *> values);
    void build_menus();
    void build_tool_bar();

    QMainWindow &window_;
    QMenu *file_menu_ = nullptr;
    QMenu *search_menu_ = nullptr;
    QMenu *theme_menu_ = nullptr;
    QMenu *language_menu_ = nullptr;
    QMenu *help_menu_ = nullptr;
    ActionState state_;
};

} // namespace invar
