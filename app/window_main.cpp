// SPDX-License-Identifier: GPL-3.0-or-later
// The window: reads its arguments, opens what they name, and runs until it is closed.
#include "app/window/main_window.h"
#include "app/window/screenshot.h"
#include "app/window/termination_signals.h"
#include "core/base/memory.h"
#include "widgets/settings_panel.h"

#include <CLI/CLI.hpp>

#include <QApplication>
#include <QIcon>
#include <QTemporaryDir>

#include <cstdio>
#include <cstdlib>
#include <optional>
#include <string>

namespace {

struct Options {
    std::string model;
    bool demo = false;
    bool start = false;
    std::string run;
    std::string screenshot;
    double after = 20;
    std::string size;
    std::string theme;
    std::string language;
    std::optional<std::int64_t> steps;
    std::optional<double> seconds;

    [[nodiscard]] std::string what_to_open() const { return demo ? "demo" : run.empty() ? model : run; }
};

std::optional<QSize> parse_size(const std::string &text) {
    const QStringList parts = QString::fromStdString(text).split(QLatin1Char('x'));
    const QSize size = parts.size() == 2 ? QSize(parts[0].toInt(), parts[1].toInt()) : QSize();
    return size.width() >= 320 && size.height() >= 240 && size.width() <= 16384 && size.height() <= 16384
               ? std::optional(size)
               : std::nullopt;
}

void add_options(CLI::App &app, Options &options) {
    auto *model =
        app.add_option("model", options.model, "A Hugging Face folder, a .gguf file, a run folder, or \"demo\"");
    auto *demo = app.add_flag("--demo", options.demo, "Open the built-in model");
    auto *run = app.add_option("--run", options.run, "Open a run folder");
    demo->excludes(model)->excludes(run);
    run->excludes(model);
    app.add_flag("--start", options.start, "Start the search at once");
    auto *screenshot =
        app.add_option("--screenshot", options.screenshot,
                       "Save what the window shows as a PNG, then exit (with --demo: starts the search)");
    app.add_option("--after", options.after, "Seconds until the screenshot (default 20)")
        ->check(CLI::Range(0.0, 86400.0))
        ->needs(screenshot);
    app.add_option("--size", options.size, "Size of the window, e.g. 1600x1000")->check([](const std::string &text) {
        return parse_size(text) ? "" : "must be WIDTHxHEIGHT, e.g. 1600x1000";
    });
    app.add_option("--theme", options.theme, "Colours")->check(CLI::IsMember({"system", "light", "dark"}));
    app.add_option("--language", options.language, "Language")->check(CLI::IsMember({"system", "en", "de"}));
    app.add_option("--steps", options.steps, "Steps in all (0: until stopped)")->check(CLI::NonNegativeNumber);
    app.add_option("--seconds", options.seconds, "Time budget in seconds (0: none)")->check(CLI::NonNegativeNumber);
    app.set_version_flag("--version", std::string("invarscope ") + INVAR_VERSION);
}

/// Without a display Qt would abort; a screenshot needs none.
bool has_display(const Options &options) {
    for (const char *name : {"DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"})
        if (const char *value = std::getenv(name); value && *value)
            return true;
    if (options.screenshot.empty())
        return false;
    qputenv("QT_QPA_PLATFORM", "offscreen");
    return true;
}

void apply_limits(invar::MainWindow &window, const Options &options) {
    invar::SearchSettings settings = window.settings_panel().settings();
    settings.steps = options.steps.value_or(settings.steps);
    settings.seconds = options.seconds.value_or(settings.seconds);
    window.settings_panel().set_settings(settings);
}

/// Where the display goes away, Qt calls exit() in the middle of everything. The searching thread must not live to see
/// objects of its libraries destroyed; what it found is on disk.
void leave_at_once_where_the_display_is_gone(const invar::SearchController &controller) {
    QObject::connect(&controller, &invar::SearchController::state_changed, &controller, [] {
        std::atexit([] { // the later, the sooner it is called
            if (QCoreApplication::instance())
                std::_Exit(EXIT_FAILURE);
        });
    });
}

int run_window(int argc, char **argv, const Options &options) {
    QApplication app(argc, argv);
    QApplication::setApplicationName(QStringLiteral("invarscope"));
    QApplication::setApplicationDisplayName(QStringLiteral("Invarscope"));
    QApplication::setApplicationVersion(QStringLiteral(INVAR_VERSION));
    QApplication::setDesktopFileName(QStringLiteral("io.github.invarscope.Invarscope"));
    QApplication::setWindowIcon(
        QIcon::fromTheme(QApplication::desktopFileName(), QIcon(QStringLiteral(":/icons/invarscope.svg"))));

    // A screenshot leaves nothing behind but its file.
    const bool for_screenshot = !options.screenshot.empty();
    const std::optional<QTemporaryDir> scratch =
        for_screenshot ? std::optional<QTemporaryDir>(std::in_place) : std::nullopt;
    invar::WindowSetup setup;
    setup.persistent = !for_screenshot;
    if (scratch)
        setup.runs = scratch->path().toStdString();

    setup.theme = QString::fromStdString(options.theme);
    setup.language = QString::fromStdString(options.language);

    invar::MainWindow window(setup);
    leave_at_once_where_the_display_is_gone(window.controller());
    invar::TerminationSignals signals_of_system;
    QObject::connect(&signals_of_system, &invar::TerminationSignals::requested, &window,
                     [&window] { window.quit_cleanly(0); });
    if (!options.size.empty())
        window.resize(*parse_size(options.size));
    window.show();

    const bool start = options.start || (for_screenshot && options.demo);
    // For what the command line names alone, not for what is opened by hand later.
    QObject once;
    if (const std::string what = options.what_to_open(); !what.empty()) {
        QObject::connect(&window, &invar::MainWindow::opened, &once, [&] {
            window.disconnect(&once);
            apply_limits(window, options);
            if (start)
                window.start_anew();
        });
        QObject::connect(&window, &invar::MainWindow::open_failed, &once, [&] { window.disconnect(&once); });
        window.open(what);
    }
    if (for_screenshot)
        new invar::Screenshot(window, QString::fromStdString(options.screenshot), options.after, start);
    return QApplication::exec();
}

} // namespace

int main(int argc, char **argv) {
    invar::keep_freed_memory();
    Options options;
    CLI::App cli("Invarscope: a workbench for ultra-low-bit quantization of language models", "invarscope");
    add_options(cli, options);
    try {
        cli.parse(argc, argv);
    } catch (const CLI::ParseError &end) {
        return cli.exit(end) == 0 ? 0 : 2;
    }
    if (options.start && options.what_to_open().empty()) {
        std::fputs("invarscope: --start needs a model, a run or --demo\n", stderr);
        return 2;
    }
    if (!has_display(options)) {
        std::fputs("invarscope: there is no display (DISPLAY and WAYLAND_DISPLAY are empty); "
                   "invarscope-cli does the same work without one\n",
                   stderr);
        return 1;
    }
    return run_window(argc, argv, options);
}
