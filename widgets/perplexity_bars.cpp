// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/perplexity_bars.h"

#include "widgets/plot_colours.h"

#include <QLocale>
#include <QPainter>

#include <algorithm>
#include <cmath>

namespace invar {

PerplexityBars::PerplexityBars(QWidget *parent) : QWidget(parent) {
    setObjectName(QStringLiteral("perplexity_bars"));
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    setToolTip(tr("Perplexity on the held-out text, which the search never sees: less is better"));
}

void PerplexityBars::set_values(const Values &values) {
    values_ = values;
    update();
}

int PerplexityBars::row_height() const { return fontMetrics().height() + 10; }

QSize PerplexityBars::sizeHint() const { return {260, 3 * row_height()}; }

QSize PerplexityBars::minimumSizeHint() const { return {180, 3 * row_height()}; }

void PerplexityBars::paintEvent(QPaintEvent *) {
    QPainter painter(this);
    const PlotColours colours = plot_colours(palette());
    const std::array names{tr("full precision"), tr("at the start"), tr("now")};
    const std::array fills{colours.series[2], colours.series[1], colours.series[0]};
    double largest = 0;
    int name_width = 0;
    for (std::size_t i = 0; i < names.size(); ++i) {
        largest = std::max(largest, values_[i].value_or(0));
        name_width = std::max(name_width, fontMetrics().horizontalAdvance(names[i]));
    }
    const int number_width = fontMetrics().horizontalAdvance(QStringLiteral("00000.00"));
    const int left = name_width + 8;
    const int room = std::max(0, width() - left - number_width - 6);
    for (std::size_t i = 0; i < names.size(); ++i) {
        const QRect row(0, static_cast<int>(i) * row_height(), width(), row_height());
        painter.setPen(palette().color(QPalette::WindowText));
        painter.drawText(row.adjusted(0, 0, -row.width() + name_width, 0), Qt::AlignRight | Qt::AlignVCenter, names[i]);
        if (!values_[i]) {
            painter.setPen(palette().color(QPalette::PlaceholderText));
            painter.drawText(row.adjusted(left, 0, 0, 0), Qt::AlignLeft | Qt::AlignVCenter, tr("not measured"));
            continue;
        }
        const int length = largest > 0 ? static_cast<int>(std::lround(*values_[i] / largest * room)) : 0;
        painter.fillRect(QRect(left, row.top() + 4, std::max(length, 1), row.height() - 8), fills[i]);
        painter.drawText(row.adjusted(left + length + 6, 0, 0, 0), Qt::AlignLeft | Qt::AlignVCenter,
                         QLocale().toString(*values_[i], 'f', *values_[i] < 1000 ? 2 : 0));
    }
}

} // namespace invar
