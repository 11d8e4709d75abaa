// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/sensitivity_table.h"

#include "widgets/colour_maps.h"

#include <QEvent>
#include <QHeaderView>
#include <QLocale>

#include <algorithm>
#include <cmath>

namespace invar {

SensitivityTable::SensitivityTable(QWidget *parent) : QTableWidget(parent) {
    setEditTriggers(QAbstractItemView::NoEditTriggers);
    setTabKeyNavigation(false); // Tab leaves the table, arrows move in it
    verticalHeader()->setDefaultSectionSize(fontMetrics().height() + 4);
    verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    horizontalHeader()->setSectionResizeMode(QHeaderView::Stretch);
    connect(this, &QTableWidget::cellActivated, this, [this](int row, int column) {
        if (!item(row, column)->text().isEmpty())
            Q_EMIT matrix_chosen(row, projections_.value(column));
    });
    retranslate();
}

void SensitivityTable::set_shape(int layers, const QStringList &projections) {
    known_.clear();
    projections_ = projections;
    setRowCount(layers);
    setColumnCount(static_cast<int>(projections.size()) + 1);
    for (int row = 0; row < rowCount(); ++row) {
        setVerticalHeaderItem(row, new QTableWidgetItem(QString::number(row)));
        for (int column = 0; column < columnCount(); ++column) {
            auto *cell = new QTableWidgetItem;
            cell->setTextAlignment(Qt::AlignRight | Qt::AlignVCenter);
            setItem(row, column, cell);
        }
    }
    retranslate();
}

void SensitivityTable::add(const MatrixSensitivity &matrix) {
    known_.push_back(matrix);
    colour();
}

std::vector<int> SensitivityTable::worst_layers(int count) const {
    std::vector<MatrixSensitivity> layers;
    for (const MatrixSensitivity &matrix : known_)
        if (matrix.projection.empty())
            layers.push_back(matrix);
    std::ranges::sort(layers, std::ranges::greater(), &MatrixSensitivity::rise);
    std::vector<int> worst;
    for (std::size_t i = 0; i < layers.size() && static_cast<int>(i) < count; ++i)
        worst.push_back(layers[i].layer);
    return worst;
}

void SensitivityTable::colour() {
    double most = 1e-9;
    for (const MatrixSensitivity &matrix : known_)
        most = std::max(most, matrix.rise);
    QCPColorGradient gradient = sequential_gradient();
    const QLocale locale;
    for (const MatrixSensitivity &matrix : known_) {
        const auto place = projections_.indexOf(QString::fromStdString(matrix.projection));
        const int column = matrix.projection.empty() ? columnCount() - 1 : static_cast<int>(place);
        QTableWidgetItem *cell = column < 0 ? nullptr : item(matrix.layer, column);
        if (!cell)
            continue;
        // Rises span decades: the root keeps small ones apart.
        const QColor shade(gradient.color(std::sqrt(std::max(matrix.rise, 0.0) / most), QCPRange(0, 1)));
        const QString of = tr("layer %1, %2").arg(matrix.layer).arg(horizontalHeaderItem(column)->text());
        const QString amount = locale.toString(std::abs(matrix.rise), 'f', 4);
        cell->setText(locale.toString(matrix.rise, 'f', 4));
        cell->setData(Qt::AccessibleTextRole, matrix.rise < 0 ? tr("%1: loss falls by %2").arg(of, amount)
                                                              : tr("%1: loss rises by %2").arg(of, amount));
        cell->setBackground(shade);
        cell->setForeground(ink_on(shade));
    }
}

void SensitivityTable::retranslate() {
    setAccessibleName(tr("What each matrix, rounded alone, does to the loss"));
    QStringList heads = projections_;
    heads.append(tr("whole layer"));
    setHorizontalHeaderLabels(heads);
    setToolTip(
        tr("Rise of the calibration set's cross-entropy, in nats per token, when this matrix alone is rounded to "
           "nearest. A double click or Enter gives it two more bits."));
    colour();
}

void SensitivityTable::changeEvent(QEvent *event) {
    QTableWidget::changeEvent(event);
    if (event->type() == QEvent::LanguageChange)
        retranslate();
}

} // namespace invar
