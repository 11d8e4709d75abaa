// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include <QString>
#include <QTimer>

namespace invar {

class MainWindow;

/// Saves what the window shows some seconds after it was made, but not before the search that was started has shown
/// its first steps; then ends the program. Failures end it too, with their reason on stderr and exit status 1.
class Screenshot final : public QObject {
    Q_OBJECT

public:
    Screenshot(MainWindow &window, QString file, double after_seconds, bool wait_for_steps);

private:
    void take_when_ready();
    void give_up(const QString &reason);

    MainWindow &window_;
    QString file_;
    QTimer timer_;
    bool time_is_up_ = false;
    bool has_steps_;
    bool done_ = false;
};

} // namespace invar
