// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <QWidget>

namespace invar {

/// The widget of that name below `parent`; without it a test cannot go on.
template <typename Child> Child &child(const QWidget &parent, const QString &name) {
    auto *found = parent.findChild<Child *>(name);
    if (!found)
        qFatal("no child %s", qPrintable(name));
    return *found;
}

template <typename Child> Child &child(const QWidget &parent, const char *name) {
    return child<Child>(parent, QString::fromLatin1(name));
}

} // namespace invar
