// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/window/screenshot.h"

#include "app/window/main_window.h"

#include <QPixmap>
#include <QSaveFile>

#include <chrono>
#include <cstdio>

namespace invar {

Screenshot::Screenshot(MainWindow &window, QString file, double after_seconds, bool wait_for_steps)
    : QObject(&window), window_(window), file_(std::move(file)), has_steps_(!wait_for_steps) {
    timer_.setSingleShot(true);
    timer_.start(std::chrono::milliseconds(static_cast<std::int64_t>(after_seconds * 1000)));
    connect(&timer_, &QTimer::timeout, this, [this] {
        time_is_up_ = true;
        take_when_ready();
    });
    connect(&window_.controller(), &SearchController::batch, this,
            [this](const std::shared_ptr<const EventBatch> &events) {
                if (has_steps_ || events->steps.empty())
                    return;
                has_steps_ = true;
                // The plots take the batch up in this turn of the event loop and draw it in the next.
                QTimer::singleShot(200, this, &Screenshot::take_when_ready);
            });
    connect(&window_.controller(), &SearchController::failed, this, &Screenshot::give_up);
    connect(&window_, &MainWindow::open_failed, this, &Screenshot::give_up);
}

void Screenshot::take_when_ready() {
    if (done_ || !time_is_up_ || !has_steps_)
        return;
    done_ = true;
    // Whole or not at all, as every file of ours.
    QSaveFile file(file_);

    if (!file.open(QIODevice::WriteOnly)) {
        done_ = false;
        give_up(file_ + QStringLiteral(": ") + file.errorString());
    } else if (!window_.grab().save(&file, "PNG") || !file.commit()) {
        done_ = false;
        give_up(file_ + QStringLiteral(": cannot be written: ") + file.errorString());
    } else {
        window_.quit_cleanly(0);
    }
}

void Screenshot::give_up(const QString &reason) {
    if (done_)
        return;
    done_ = true;
    std::fprintf(stderr, "invarscope: %s\n", qUtf8Printable(reason));
    window_.quit_cleanly(1);
}

} // namespace invar
