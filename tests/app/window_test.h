// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/window/main_window.h"
#include "app/window/run_view.h"
#include "core/search/run_folder.h"
#include "tests/support/golden.h"
#include "widgets/moves_plot.h"
#include "widgets/settings_panel.h"

#include <QAbstractButton>
#include <QAction>
#include <QActionGroup>
#include <QApplication>
#include <QDropEvent>
#include <QMessageBox>
#include <QMimeData>
#include <QSignalSpy>
#include <QTest>
#include <QTimer>
#include <QUrl>

#include <filesystem>
#include <functional>

namespace invar::test {

constexpr int patience_ms = 120'000; // an upper bound on a busy machine, never what a test measures

/// Waits for the opening under way.
inline bool wait_for_opening(MainWindow &window) {
    QSignalSpy opened(&window, &MainWindow::opened);
    return opened.wait(patience_ms);
}

inline bool open_and_wait(MainWindow &window, const std::string &what) {
    window.open(what);
    return wait_for_opening(window);
}

inline void set_steps(MainWindow &window, std::int64_t steps) {
    SearchSettings settings = window.settings_panel().settings();
    settings.steps = steps;
    settings.threads = 1;
    window.settings_panel().set_settings(settings);
}

inline bool wait_for_moves(MainWindow &window, std::int64_t proposed) {
    return QTest::qWaitFor([&] { return window.view().moves().statistics().total.proposed >= proposed; }, patience_ms);
}

inline bool wait_for_end(MainWindow &window) {
    return QTest::qWaitFor([&] { return !window.controller().busy(); }, patience_ms);
}

inline void drop(QWidget &target, const std::filesystem::path &path) {
    QMimeData data;
    data.setUrls({QUrl::fromLocalFile(shown(path))});
    QDragEnterEvent enter(QPoint(5, 5), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
    QApplication::sendEvent(&target, &enter);
    QDropEvent event(QPointF(5, 5), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
    QApplication::sendEvent(&target, &event);
}

inline void click(QWidget &message_box, QMessageBox::StandardButton button) {
    dynamic_cast<QMessageBox &>(message_box).button(button)->click();
}

/// Waits for the next modal dialog and answers it.
class DialogDriver {
public:
    explicit DialogDriver(std::function<void(QWidget &)> answer) {
        QObject::connect(&timer_, &QTimer::timeout, &timer_, [this, answer = std::move(answer)] {
            QWidget *dialog = QApplication::activeModalWidget();
            if (!dialog)
                return;
            timer_.stop();
            done_ = true;
            answer(*dialog);
        });
        timer_.start(20);
    }
    [[nodiscard]] bool done() const { return done_; }

private:
    QTimer timer_;
    bool done_ = false;
};

/// main() of a test whose window keeps its settings and data in a folder that goes with it; the test is given that
/// folder.
template <typename Test> int run_window_test(int argc, char **argv) {
    // Before QApplication, which already asks where settings live.
    const TemporaryFolder home;
    for (const char *name : {"XDG_CONFIG_HOME", "XDG_DATA_HOME"})
        qputenv(name, QByteArray::fromStdString(home.path().string()));
    QApplication app(argc, argv);
    Test test(home.path());
    return QTest::qExec(&test, argc, argv);
}

} // namespace invar::test
