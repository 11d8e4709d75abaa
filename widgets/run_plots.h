// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/search/run_folder.h"

#include <QSize>
#include <QString>

namespace invar {

/// Draws a run on one page: its settings in a line, the loss, the error heatmaps (now and improvement) and the moves.
/// The suffix of `file` decides: .png (`size` in pixels), .pdf or .svg (in points). Needs a QApplication; works
/// offscreen. Throws Error naming the file when it cannot be written or its suffix is none of these.
void render_run(const RunRecord &run, const QString &file, QSize size = {1600, 1000});

} // namespace invar
