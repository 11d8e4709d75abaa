// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QList>

class QAction;
class QWidget;

namespace invar {

/// What 2-bit rounding does, what the search changes, how to read the plots: for teaching. Not modal.
void show_explanation(QWidget *parent);
/// The short cuts of `actions`, and those of the plots.
void show_shortcuts(QWidget *parent, const QList<QAction *> &actions);
void show_about(QWidget *parent);

} // namespace invar
