// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QSize>
#include <QString>

#include <functional>

class QCPPainter;

namespace invar {

/// Writes what `draw` paints on white paper of `size` to a .png, .pdf or .svg (the suffix decides). A PNG has `scale`
/// pixels per unit of `size`; a PDF and an SVG have points. The file appears whole or not at all.
/// Empty when that worked, else one sentence naming the file and what is wrong.
[[nodiscard]] QString write_picture(const QString &file, QSize size, double scale,
                                    const std::function<void(QCPPainter &)> &draw);

/// Writes `content` as the whole of `file`, or leaves it as it was. Empty, or one sentence as above.
[[nodiscard]] QString write_whole_file(const QString &file, const QByteArray &content);

} // namespace invar
