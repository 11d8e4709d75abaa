// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/window/describe_exception.h"

#include <QCoreApplication>

#include <exception>
#include <new>

namespace invar {

QString describe_current_exception() {
    try {
        throw;
    } catch (const std::bad_alloc &) {
        return QCoreApplication::translate("invar", "There is not enough memory for this.");
    } catch (const std::exception &error) {
        // LibTorch appends a backtrace after the first line, which is of no use in a window.
        const QString text = QString::fromUtf8(error.what()).trimmed();
        return text.section(QLatin1Char('\n'), 0, 0);
    } catch (...) {
        return QCoreApplication::translate("invar", "An unknown error occurred.");
    }
}

} // namespace invar
