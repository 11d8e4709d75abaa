// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/window/actions.h"

#include "app/window/icons.h"

#include <QAction>
#include <QActionGroup>
#include <QMainWindow>
#include <QMenu>
#include <QMenuBar>
#include <QToolBar>

namespace invar {

Actions::Actions(QMainWindow &window) : window_(window) {
    open_demo = add("open_demo");
    open_model = add("open_model");
    open_gguf = add("open_gguf");
    open_run = add("open_run");
    export_ = add("export");
    quit = add("quit");
    start = add("start");
    pause = add("pause");
    stop = add("stop");
    resume = add("resume");
    start_anew = add("start_anew");
    open_folder = add("open_folder");
    reset_layout = add("reset_layout");
    reset_zoom = add("reset_zoom");
    freeze = add("freeze");
    explain = add("explain");
    shortcuts = add("shortcuts");
    about = add("about");
    freeze->setCheckable(true);
    quit->setMenuRole(QAction::QuitRole);
    about->setMenuRole(QAction::AboutRole);

    open_demo->setShortcut(Qt::CTRL | Qt::Key_D);
    open_model->setShortcut(QKeySequence::Open);
    open_run->setShortcut(Qt::CTRL | Qt::Key_R);
    export_->setShortcut(Qt::CTRL | Qt::Key_E);
    quit->setShortcut(Qt::CTRL | Qt::Key_Q);
    start->setShortcut(Qt::Key_F5);
    pause->setShortcut(Qt::Key_F6); // Space as well, where no button has the focus: see MainWindow::keyPressEvent
    stop->setShortcut(Qt::SHIFT | Qt::Key_F5);
    start_anew->setShortcut(Qt::CTRL | Qt::Key_F5);
    reset_zoom->setShortcut(Qt::CTRL | Qt::Key_0);
    freeze->setShortcut(Qt::CTRL | Qt::Key_P);
    explain->setShortcut(Qt::Key_F1);

    build_menus();
    build_tool_bar();
    retranslate();
}

QAction *Actions::add(const char *name) {
    auto *action = new QAction(&window_);
    action->setObjectName(QLatin1String(name));
    return action;
}

QActionGroup *Actions::add_choices(QMenu &menu, std::initializer_list<const char *> values) {
    auto *group = new QActionGroup(&window_);
    for (const char *value : values) {
        auto *action = new QAction(&window_);
        action->setCheckable(true);
        action->setData(QString::fromLatin1(value));
        group->addAction(action);
        menu.addAction(action);
    }
    return group;
}

void Actions::build_menus() {
    QMenuBar &bar = *window_.menuBar();
    file_menu_ = bar.addMenu(QString());
    file_menu_->addAction(open_demo);
    file_menu_->addAction(open_model);
    file_menu_->addAction(open_gguf);
    file_menu_->addAction(open_run);
    recent_menu = file_menu_->addMenu(QString());
    file_menu_->addSeparator();
    file_menu_->addAction(export_);
    file_menu_->addSeparator();
    file_menu_->addAction(quit);

    search_menu_ = bar.addMenu(QString());
    search_menu_->addActions({start, pause, stop});
    search_menu_->addSeparator();
    search_menu_->addActions({resume, start_anew});

    view_menu = bar.addMenu(QString()); // the window puts the docks' switches in front
    view_menu->addSeparator();
    view_menu->addActions({freeze, reset_zoom, reset_layout});
    view_menu->addSeparator();
    theme_menu_ = view_menu->addMenu(QString());
    themes = add_choices(*theme_menu_, {"system", "light", "dark"});
    language_menu_ = view_menu->addMenu(QString());
    languages = add_choices(*language_menu_, {"system", "en", "de"});

    help_menu_ = bar.addMenu(QString());
    help_menu_->addActions({explain, shortcuts});
    help_menu_->addSeparator();
    help_menu_->addAction(about);
}

void Actions::build_tool_bar() {
    tool_bar = window_.addToolBar(QString());
    tool_bar->setObjectName(QStringLiteral("tool_bar"));
    tool_bar->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    tool_bar->setIconSize({16, 16});
    tool_bar->setMovable(false);
    tool_bar->addActions({open_demo, open_model});
    tool_bar->addSeparator();
    tool_bar->addActions({start, pause, stop});
    tool_bar->addSeparator();
    tool_bar->addAction(freeze);
    tool_bar->addAction(export_);
    tool_bar->addSeparator();
    tool_bar->addAction(explain);
}

void Actions::take_up_switches(QAction &of_text, QAction &of_compare, QAction &of_weights) {
    text = &of_text;
    compare = &of_compare;
    weights = &of_weights;
    text->setShortcut(Qt::CTRL | Qt::Key_T);
    compare->setShortcut(Qt::CTRL | Qt::Key_M);
    weights->setShortcut(Qt::CTRL | Qt::Key_G);
    tool_bar->insertActions(explain, {text, weights});
    recolour(window_.palette());
}

void Actions::retranslate() {
    file_menu_->setTitle(tr("&File"));
    search_menu_->setTitle(tr("&Search"));
    view_menu->setTitle(tr("&View"));
    help_menu_->setTitle(tr("&Help"));
    recent_menu->setTitle(tr("Open re&cent"));
    theme_menu_->setTitle(tr("&Theme"));
    language_menu_->setTitle(tr("&Language"));
    tool_bar->setWindowTitle(tr("Tool bar"));

    open_demo->setText(tr("Open &demo"));
    open_demo->setIconText(tr("Demo"));
    open_demo->setToolTip(tr("Open the built-in model with settings that show something soon"));
    open_model->setText(tr("&Open model folder…"));
    open_model->setIconText(tr("Open…"));
    open_model->setToolTip(tr("Open a Hugging Face folder (config.json, weights, tokenizer)"));
    open_gguf->setText(tr("Open &GGUF file…"));
    open_gguf->setToolTip(tr("Open a model in one file, as llama.cpp and its kin use them"));
    open_run->setText(tr("Open &run…"));
    open_run->setToolTip(tr("Look at an earlier search, and go on with it"));
    export_->setText(tr("&Export…"));
    export_->setIconText(tr("Export…"));
    export_->setToolTip(tr("Write the quantized checkpoint for other programs"));
    quit->setText(tr("&Quit"));
    stop->setText(tr("S&top"));
    stop->setToolTip(tr("Stop the search; it is saved and can be resumed"));
    resume->setText(tr("&Resume…"));
    resume->setToolTip(tr("Go on with the run on the screen, up to more steps"));
    start_anew->setText(tr("Start a &new run"));
    start_anew->setToolTip(tr("Start from the beginning with the settings on the screen"));
    open_folder->setText(tr("Open &folder"));
    reset_layout->setText(tr("Reset &layout"));
    reset_zoom->setText(tr("Reset &zoom of all plots"));
    freeze->setText(tr("&Freeze plots"));
    freeze->setToolTip(tr("Hold the plots still while the search goes on"));
    explain->setText(tr("&What do I see?"));
    explain->setIconText(tr("What do I see?"));
    explain->setToolTip(tr("What 2-bit rounding does, what the search changes, and how to read the plots"));
    shortcuts->setText(tr("&Keyboard shortcuts"));
    about->setText(tr("&About Invarscope"));

    const auto theme = themes->actions();
    theme.at(0)->setText(tr("&System"));
    theme.at(1)->setText(tr("&Light"));
    theme.at(2)->setText(tr("&Dark"));
    const auto language = languages->actions();
    language.at(0)->setText(tr("&System"));
    language.at(1)->setText(QStringLiteral("&English")); // each language under its own name
    language.at(2)->setText(QStringLiteral("&Deutsch"));
    update(state_);
}

void Actions::recolour(const QPalette &palette) {
    open_demo->setIcon(make_icon(Symbol::demo, palette));
    open_model->setIcon(make_icon(Symbol::folder, palette));
    export_->setIcon(make_icon(Symbol::export_, palette));
    stop->setIcon(make_icon(Symbol::stop, palette));
    resume->setIcon(make_icon(Symbol::resume, palette));
    freeze->setIcon(make_icon(Symbol::freeze, palette));
    if (text)
        text->setIcon(make_icon(Symbol::text, palette));
    if (weights)
        weights->setIcon(make_icon(Symbol::weights, palette));
    explain->setIcon(make_icon(Symbol::help, palette));
    start->setIcon(make_icon(state_.start_means_resume ? Symbol::resume : Symbol::play, palette));
    pause->setIcon(make_icon(state_.search == SearchController::State::paused ? Symbol::play : Symbol::pause, palette));
}

void Actions::update(const ActionState &state) {
    using State = SearchController::State;
    state_ = state;
    const bool idle = state.search == State::idle;
    open_demo->setEnabled(idle);
    open_model->setEnabled(idle);
    open_gguf->setEnabled(idle);
    open_run->setEnabled(idle);
    recent_menu->setEnabled(idle);
    start->setEnabled(idle && state.model_open);
    pause->setEnabled(state.search == State::running || state.search == State::paused);
    stop->setEnabled(!idle && state.search != State::stopping);
    resume->setEnabled(idle && state.run_shown);
    start_anew->setEnabled(idle && state.model_open);
    export_->setEnabled(state.run_shown);

    const bool paused = state.search == State::paused;
    pause->setText(paused ? tr("&Continue") : tr("&Pause"));
    pause->setIconText(paused ? tr("Continue") : tr("Pause"));
    pause->setToolTip(paused ? tr("Go on with the search") : tr("Hold the search; nothing is lost"));
    start->setText(state.start_means_resume ? tr("&Resume…") : tr("&Start"));
    start->setIconText(state.start_means_resume ? tr("Resume…") : tr("Start"));
    start->setToolTip(state.start_means_resume ? tr("Go on with the run on the screen, up to more steps")
                                               : tr("Start the search with the settings on the left"));
    recolour(window_.palette());
}

QList<QAction *> Actions::with_shortcuts() const {
    return {open_demo,  open_model, open_run,   export_, quit,    start,   pause,  stop,
            start_anew, freeze,     reset_zoom, text,    compare, weights, explain};
}

} // namespace invar
