// SPDX-License-Identifier: GPL-3.0-or-later
// Includes QCustomPlot: for .cpp files only.
#pragma once

#include <qcustomplot.h>

#include <vector>

namespace invar {

/// Many separate lines in one curve: points with gaps between.
class LineList {
public:
    void add(QPointF from, QPointF to);
    /// In the order in which they were added.
    void give_to(QCPCurve &curve) const { curve.data()->set(points_, true); }

private:
    QVector<QCPCurveData> points_;
};

/// A grid's levels as far as lines of them can be told apart: all, or of many only some, both ends among them.
[[nodiscard]] std::vector<double> drawn_levels(const std::vector<double> &levels);

} // namespace invar
