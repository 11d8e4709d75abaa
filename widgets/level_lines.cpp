// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/level_lines.h"

#include <limits>

namespace invar {

namespace {

constexpr std::size_t most_levels = 32;

}

void LineList::add(QPointF from, QPointF to) {
    constexpr double gap = std::numeric_limits<double>::quiet_NaN();
    for (const QPointF &point : {from, to, QPointF(gap, gap)})
        points_.append({static_cast<double>(points_.size()), point.x(), point.y()});
}

std::vector<double> drawn_levels(const std::vector<double> &levels) {
    const std::size_t step = (levels.size() + most_levels - 1) / most_levels;
    if (step <= 1)
        return levels;
    std::vector<double> drawn;
    for (std::size_t i = 0; i + 1 < levels.size(); i += step)
        drawn.push_back(levels[i]);
    drawn.push_back(levels.back());
    return drawn;
}

} // namespace invar
