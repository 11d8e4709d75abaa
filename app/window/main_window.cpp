// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/window/main_window.h"

#include "app/window/compare_pane.h"
#include "app/window/help_dialogs.h"
#include "app/window/perplexity_pane.h"
#include "app/window/run_folders.h"
#include "app/window/run_view.h"
#include "app/window/text_pane.h"
#include "app/window/weights_pane.h"
#include "widgets/drift_panel.h"
#include "widgets/error_heatmap.h"
#include "widgets/message_bar.h"
#include "widgets/moves_table.h"
#include "widgets/settings_panel.h"
#include "widgets/status_strip.h"
#include "widgets/theme.h"

#include <QAction>
#include <QActionGroup>
#include <QApplication>
#include <QCloseEvent>
#include <QDataStream>
#include <QDesktopServices>
#include <QDockWidget>
#include <QHeaderView>
#include <QMenu>
#include <QMessageBox>
#include <QScreen>
#include <QStatusBar>
#include <QToolBar>
#include <QUrl>
#include <QVBoxLayout>

#include <algorithm>

namespace invar {

namespace {

constexpr QSize default_size{1280, 800};

Theme theme_of(const QString &name) {
    return name == QLatin1String("light") ? Theme::light : name == QLatin1String("dark") ? Theme::dark : Theme::system;
}

void check_choice(const QActionGroup &group, const QString &value) {
    for (QAction *action : group.actions())
        action->setChecked(action->data().toString() == value);
}

} // namespace

MainWindow::MainWindow(const WindowSetup &setup, QWidget *parent)
    : QMainWindow(parent), memory_(setup.persistent), runs_(setup.runs.empty() ? runs_root() : setup.runs),
      language_(setup.language.isEmpty() ? memory_.language() : setup.language), actions_(*this),
      view_(new RunView(this)), perplexity_(new PerplexityPane(jobs_, this)), text_(new TextPane(jobs_, this)),
      compare_(new ComparePane(
          jobs_,
          [this] {
              return SettingsOnScreen{settings_->settings(), settings_->other_options()};
          },
          this)),
      weights_(new WeightsPane(jobs_, this)), moves_table_(new MovesTable(this)), drift_(new DriftPanel(this)),
      status_(new StatusStrip(this)) {
    setObjectName(QStringLiteral("main_window"));
    setLocale(QLocale()); // that of the language: a window's own dates from before it was known
    setAcceptDrops(true);
    setCentralWidget(view_);
    statusBar()->addWidget(status_, 1);
    statusBar()->setSizeGripEnabled(false);
    build_docks();
    connect_actions();
    connect_search();

    set_theme(setup.theme.isEmpty() ? memory_.theme() : setup.theme);
    check_choice(*actions_.languages, setup.language.isEmpty() ? memory_.language() : setup.language);
    settings_->set_settings(memory_.search_settings().value_or(SearchSettings{}));
    retranslate();
    restore_layout();
    update_actions();
}

MainWindow::~MainWindow() = default;

void MainWindow::build_docks() {
    const auto add = [this](const char *name, QWidget *content, Qt::DockWidgetArea area) {
        auto *dock = new QDockWidget(this);
        dock->setObjectName(QLatin1String(name));
        dock->setWidget(content);
        addDockWidget(area, dock);
        return dock;
    };
    auto *moves = new QWidget(this);
    auto *moves_layout = new QVBoxLayout(moves);
    moves_layout->setContentsMargins(6, 4, 6, 4);
    QFont small = font();
    small.setPointSizeF(small.pointSizeF() * 0.9);
    moves_table_->setFont(small);
    moves_table_->horizontalHeader()->setFont(small);
    moves_table_->horizontalHeader()->setSectionResizeMode(QHeaderView::ResizeToContents);
    moves_table_->horizontalHeader()->setStretchLastSection(true);
    moves_table_->setMinimumHeight(moves_table_->sizeHint().height());
    moves_table_->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    moves_layout->addWidget(moves_table_);
    moves_layout->addWidget(drift_);
    moves_layout->addStretch();

    settings_dock_ = add("settings_dock", nullptr, Qt::LeftDockWidgetArea);
    make_settings_panel();
    perplexity_dock_ = add("perplexity_dock", perplexity_, Qt::RightDockWidgetArea);
    moves_dock_ = add("moves_dock", moves, Qt::RightDockWidgetArea);
    text_dock_ = add("text_dock", text_, Qt::BottomDockWidgetArea);
    compare_dock_ = add("compare_dock", compare_, Qt::BottomDockWidgetArea);
    weights_dock_ = add("weights_dock", weights_, Qt::BottomDockWidgetArea);
    QList<QAction *> switches;
    for (const QDockWidget *dock : docks())
        switches.append(dock->toggleViewAction());
    actions_.view_menu->insertActions(actions_.view_menu->actions().constFirst(), switches);
    actions_.take_up_switches(*text_dock_->toggleViewAction(), *compare_dock_->toggleViewAction(),
                              *weights_dock_->toggleViewAction());
}

QList<QDockWidget *> MainWindow::docks() const {
    return {settings_dock_, perplexity_dock_, moves_dock_, text_dock_, compare_dock_, weights_dock_};
}

void MainWindow::make_settings_panel() {
    const SettingsPanel *old = settings_;
    auto *panel = new SettingsPanel(this);
    if (old)
        panel->take_over(*old);
    panel->set_locked(controller_.busy());
    connect(panel, &SettingsPanel::changed, this, &MainWindow::update_actions);
    connect(panel, &SettingsPanel::changed, this, [this] {
        const SearchSettings settings = settings_->settings();
        weights_->set_grid(settings.grid, settings.layer_bits);
        compare_->settings_changed();
    });
    connect(panel, &SettingsPanel::browse_calibration_requested, this, &MainWindow::browse_calibration_text);
    settings_ = panel;
    settings_dock_->setWidget(panel);
    delete old;
}

void MainWindow::connect_actions() {
    const auto on = [this](QAction *action, auto work) { connect(action, &QAction::triggered, this, work); };
    on(actions_.open_demo, [this] { open("demo"); });
    on(actions_.open_model, [this] { open_model_folder(); });
    on(actions_.open_gguf, [this] { open_gguf_file(); });
    on(actions_.open_run, [this] { open_run_folder(); });
    on(actions_.export_, [this] { show_export_dialog(); });
    on(actions_.quit, [this] { close(); });
    on(actions_.start, [this] { start_or_resume(); });
    on(actions_.pause, [this] { pause_or_continue(); });
    on(actions_.stop, [this] { controller_.stop(); });
    on(actions_.resume, [this] { ask_resume(); });
    on(actions_.start_anew, [this] { start_anew(); });
    on(actions_.open_folder, [this] { QDesktopServices::openUrl(actions_.open_folder->data().toUrl()); });
    on(actions_.reset_layout, [this] { reset_layout(); });
    on(actions_.reset_zoom, [this] { view_->reset_zoom(); });
    on(actions_.freeze, [this](bool frozen) { view_->set_frozen(frozen); });
    on(actions_.explain, [this] { show_explanation(this); });
    on(actions_.shortcuts, [this] { show_shortcuts(this, actions_.with_shortcuts()); });
    on(actions_.about, [this] { show_about(this); });
    connect(actions_.recent_menu, &QMenu::aboutToShow, this, &MainWindow::fill_recent_menu);
    connect(actions_.themes, &QActionGroup::triggered, this, [this](QAction *choice) {
        memory_.set_theme(choice->data().toString());
        set_theme(memory_.theme());
    });
    connect(actions_.languages, &QActionGroup::triggered, this, [this](QAction *choice) {
        memory_.set_language(choice->data().toString());
        set_language(memory_.language());
    });
}

void MainWindow::connect_search() {
    connect(&controller_, &SearchController::batch, this,
            [this](const std::shared_ptr<const EventBatch> &events) { show_batch(*events); });
    connect(&controller_, &SearchController::state_changed, this, &MainWindow::search_state_changed);
    connect(&controller_, &SearchController::finished, this, &MainWindow::search_finished);
    connect(&controller_, &SearchController::failed, this, &MainWindow::search_failed);
    connect(perplexity_, &PerplexityPane::failed, this, &MainWindow::show_error);
    connect(text_, &TextPane::failed, this, &MainWindow::show_error);
    connect(weights_, &WeightsPane::failed, this, &MainWindow::show_error);
    connect(&view_->heatmap(), &ErrorHeatmap::cell_clicked, this, &MainWindow::show_weights);
    for (QDockWidget *dock :
         {text_dock_, compare_dock_, weights_dock_}) // they share a place: what is switched on comes to the front
        connect(dock->toggleViewAction(), &QAction::triggered, dock, [dock](bool on) {
            if (on)
                dock->raise();
        });
    connect(perplexity_, &PerplexityPane::choose_text_requested, this, [this] {
        if (choose_heldout_text())
            perplexity_->measure();
    });
    connect_compare();
}

void MainWindow::connect_compare() {
    connect(compare_, &ComparePane::failed, this, &MainWindow::show_error);
    connect(compare_, &ComparePane::refused, this, &MainWindow::show_problems);
    connect(compare_, &ComparePane::choose_text_requested, this, [this] {
        if (choose_heldout_text())
            compare_->measure_methods();
    });
    // What a search goes by stays as it is.
    connect(compare_, &ComparePane::method_chosen, this, [this](const QString &name, const MethodOptions &options) {
        if (!settings_->is_locked())
            settings_->choose_method(name.toStdString(), options);
    });
    connect(compare_, &ComparePane::layer_bits_chosen, this, [this](const LayerBits &bits) {
        if (!settings_->is_locked())
            settings_->set_layer_bits(bits);
    });
}

void MainWindow::set_theme(const QString &theme) {
    check_choice(*actions_.themes, theme);
    apply_theme(theme_of(theme));
}

void MainWindow::set_language(const QString &language) {
    check_choice(*actions_.languages, language);
    language_.use(language);
    setLocale(QLocale()); // numbers in the window's fields and plots too
}

void MainWindow::retranslate() {
    actions_.retranslate();
    settings_dock_->setWindowTitle(tr("Settings"));
    perplexity_dock_->setWindowTitle(tr("Perplexity"));
    moves_dock_->setWindowTitle(tr("Moves"));
    text_dock_->setWindowTitle(tr("Text"));
    text_dock_->toggleViewAction()->setToolTip(
        tr("Shows what full precision and the quantized model write, side by side (Ctrl+T)"));
    compare_dock_->setWindowTitle(tr("Compare"));
    compare_dock_->toggleViewAction()->setToolTip(
        tr("Compares the starting methods on the open model, and shows which of its layers hurt (Ctrl+M)"));
    weights_dock_->setWindowTitle(tr("Weights"));
    weights_dock_->toggleViewAction()->setToolTip(
        tr("Shows what the grid does to the weights of a matrix (Ctrl+G, or a click on a cell of the heatmap)"));
    update_title();
    if (!controller_.busy() && model_.empty())
        status_->set_idle(tr("Open a model to begin: File ▸ Open demo, or drop a folder or a GGUF file here"));
}

void MainWindow::reset_layout() {
    for (QDockWidget *dock : docks()) {
        dock->setFloating(false);
        // These take room from the plots, so they come when they are asked for.
        dock->setVisible(dock != text_dock_ && dock != compare_dock_ && dock != weights_dock_);
    }
    setCorner(Qt::BottomRightCorner, Qt::RightDockWidgetArea); // the column of numbers keeps its height
    addDockWidget(Qt::LeftDockWidgetArea, settings_dock_);
    addDockWidget(Qt::RightDockWidgetArea, perplexity_dock_);
    addDockWidget(Qt::RightDockWidgetArea, moves_dock_);
    addDockWidget(Qt::BottomDockWidgetArea, text_dock_);
    tabifyDockWidget(text_dock_, compare_dock_);
    addDockWidget(Qt::BottomDockWidgetArea, weights_dock_);
    tabifyDockWidget(text_dock_, weights_dock_);
    splitDockWidget(perplexity_dock_, moves_dock_, Qt::Vertical);
    resizeDocks({settings_dock_, perplexity_dock_}, {275, 345}, Qt::Horizontal);
    resizeDocks({perplexity_dock_, moves_dock_}, {700, 300}, Qt::Vertical);
    actions_.tool_bar->show();
    view_->reset_layout();
}

void MainWindow::show_weights(int layer, const QString &projection) {
    if (projection == QString::fromUtf8(layer_output_column.data(), layer_output_column.size()))
        return; // hidden states, no matrix
    weights_->choose({.layer = layer, .projection = projection.toStdString()});
    weights_dock_->show();
    weights_dock_->raise();
}

void MainWindow::restore_layout() {
    resize(default_size.width(), std::min(default_size.height(), screen()->availableSize().height()));
    reset_layout();
    QDataStream stored(memory_.layout());
    QByteArray docks;
    QByteArray splitters;
    stored >> docks >> splitters;
    if (stored.status() != QDataStream::Ok)
        return;
    restoreGeometry(memory_.geometry());
    if (!restoreState(docks, layout_version) || !view_->restore_layout(splitters))
        reset_layout();
}

void MainWindow::update_actions() {
    actions_.update({.search = controller_.state(),
                     .model_open = info_.has_value(),
                     .run_shown = !run_.empty(),
                     .start_means_resume = start_means_resume()});
}

void MainWindow::update_title() {
    QStringList parts;
    if (!model_.empty())
        parts << model_title(model_);
    if (!run_.empty())
        parts << to_qstring(run_.filename());
    const QString what = parts.join(QStringLiteral(" · "));
    setWindowTitle(what.isEmpty() ? QStringLiteral("Invarscope") : what + QStringLiteral(" — Invarscope"));
}

void MainWindow::show_error(const QString &text) { view_->messages().show_message(MessageBar::Kind::error, text); }

void MainWindow::quit_cleanly(int exit_code) {
    exit_code_ = exit_code;
    if (controller_.busy())
        controller_.stop_in_haste(); // search_state_changed() goes on from there
    else
        QApplication::exit(exit_code);
}

void MainWindow::changeEvent(QEvent *event) {
    if (event->type() == QEvent::LanguageChange && moves_dock_) {
        make_settings_panel(); // it takes its texts when it is made
        retranslate();
    } else if (event->type() == QEvent::PaletteChange)
        actions_.recolour(palette());
    QMainWindow::changeEvent(event);
}

void MainWindow::closeEvent(QCloseEvent *event) {
    if (controller_.busy() && !closing_) {
        const auto answer =
            QMessageBox::question(this, tr("A search is running"),
                                  tr("Stop the search and close? What it found is saved, and it can be resumed."),
                                  QMessageBox::Yes | QMessageBox::No, QMessageBox::Yes);
        closing_ = answer == QMessageBox::Yes;
        if (!closing_) {
            event->ignore();
            return;
        }
        controller_.stop_in_haste();
    }
    if (controller_.busy()) { // it closes itself when the search has been saved
        event->ignore();
        return;
    }
    QByteArray layout;
    QDataStream out(&layout, QIODevice::WriteOnly);
    out << saveState(layout_version) << view_->save_layout();
    memory_.remember_layout(saveGeometry(), layout);
    event->accept();
}

void MainWindow::keyPressEvent(QKeyEvent *event) {
    // Not a short cut: it must stay usable for the button or check box that has the focus.
    if (event->key() == Qt::Key_Space && event->modifiers() == Qt::NoModifier && actions_.pause->isEnabled())
        actions_.pause->trigger();
    else
        QMainWindow::keyPressEvent(event);
}

} // namespace invar
