// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/moves_table.h"

#include "widgets/moves_plot.h"
#include "widgets/plot_format.h"

#include <QApplication>
#include <QClipboard>
#include <QHeaderView>
#include <QKeyEvent>
#include <QLocale>

#include <algorithm>

namespace invar {

namespace {

constexpr int invariance_rows = static_cast<int>(all_invariances.size());

} // namespace

double accepted_share(const MoveCounts &counts) {
    return counts.proposed > 0 ? 100.0 * static_cast<double>(counts.accepted) / static_cast<double>(counts.proposed)
                               : 0;
}

void MovesModel::set_statistics(const MoveStatistics &statistics) {
    statistics_ = statistics;
    emit dataChanged(index(0, 0), index(invariance_rows, column_count - 1));
}

int MovesModel::rowCount(const QModelIndex &parent) const { return parent.isValid() ? 0 : invariance_rows + 1; }

int MovesModel::columnCount(const QModelIndex &parent) const { return parent.isValid() ? 0 : column_count; }

const MoveCounts &MovesModel::counts(int row) const {
    return row < invariance_rows ? statistics_.per_invariance.at(static_cast<std::size_t>(row)) : statistics_.total;
}

QVariant MovesModel::data(const QModelIndex &index, int role) const {
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid))
        return {};
    if (role == Qt::TextAlignmentRole)
        return static_cast<int>(Qt::AlignRight | Qt::AlignVCenter);
    if (role != Qt::DisplayRole)
        return {};
    const QLocale locale;
    const MoveCounts &row = counts(index.row());
    switch (index.column()) {
    case proposed:
        return locale.toString(static_cast<qlonglong>(row.proposed));
    case accepted:
        return locale.toString(static_cast<qlonglong>(row.accepted));
    case share:
        return row.proposed > 0 ? tr("%1 %").arg(locale.toString(accepted_share(row), 'f', 1)) : QStringLiteral("–");
    case gain:
        return locale.toString(row.gain, 'g', 3);
    default:
        return {};
    }
}

QVariant MovesModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation == Qt::Vertical) {
        if (role == Qt::DisplayRole && section < invariance_rows)
            return title_of(all_invariances.at(static_cast<std::size_t>(section)));
        return role == Qt::DisplayRole ? tr("all moves") : QVariant();
    }
    if (role == Qt::DisplayRole)
        switch (section) {
        case proposed:
            return tr("proposed");
        case accepted:
            return tr("accepted");
        case share:
            return tr("share");
        case gain:
            return tr("gain");
        default:
            return {};
        }
    if (role == Qt::ToolTipRole)
        switch (section) {
        case proposed:
            return tr("Candidate moves tried");
        case accepted:
            return tr("Moves that lowered the loss and were kept");
        case share:
            return tr("Accepted moves in percent of the proposed ones");
        case gain:
            return tr("How much the accepted moves lowered the loss in all");
        default:
            return {};
        }
    return {};
}

MovesTable::MovesTable(QWidget *parent) : QTableView(parent), model_(new MovesModel(this)) {
    setObjectName(QStringLiteral("moves_table"));
    setAccessibleName(tr("Moves per invariance"));
    setToolTip(tr("A step that moves several invariances at once counts for each of them. Ctrl+C copies the table."));
    setModel(model_);
    setSelectionMode(QAbstractItemView::ContiguousSelection);
    setEditTriggers(QAbstractItemView::NoEditTriggers);
    setAlternatingRowColors(true);
    setShowGrid(false);
    setCornerButtonEnabled(false);
    horizontalHeader()->setSectionResizeMode(QHeaderView::Stretch);
    horizontalHeader()->setHighlightSections(false);
    horizontalHeader()->setDefaultAlignment(Qt::AlignRight | Qt::AlignVCenter);
    horizontalHeader()->setMinimumSectionSize(48);
    verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    verticalHeader()->setDefaultSectionSize(fontMetrics().height() + 8);
    verticalHeader()->setHighlightSections(false);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Maximum);
    show_rows({});
}

void MovesTable::set_statistics(const MoveStatistics &statistics) {
    model_->set_statistics(statistics);
    show_rows(statistics);
}

void MovesTable::show_rows(const MoveStatistics &statistics) {
    bool changed = false;
    for (const Invariance invariance : all_invariances) {
        const int row = static_cast<int>(invariance);
        const bool hidden = part_of(invariance) != MovedPart::ffn &&
                            statistics.per_invariance.at(static_cast<std::size_t>(row)).proposed == 0;
        changed |= hidden != isRowHidden(row);
        setRowHidden(row, hidden);
    }
    if (changed)
        updateGeometry();
}

QSize MovesTable::sizeHint() const {
    const int rows = verticalHeader()->length() + horizontalHeader()->sizeHint().height() + 2 * frameWidth();
    return {QTableView::sizeHint().width(), rows};
}

void MovesTable::keyPressEvent(QKeyEvent *event) {
    if (!event->matches(QKeySequence::Copy)) {
        QTableView::keyPressEvent(event);
        return;
    }
    QString text;
    for (int column = 0; column < MovesModel::column_count; ++column)
        text += u'\t' + model_->headerData(column, Qt::Horizontal, Qt::DisplayRole).toString();
    for (int row = 0; row < model_->rowCount(); ++row) {
        if (isRowHidden(row))
            continue;
        text += u'\n' + model_->headerData(row, Qt::Vertical, Qt::DisplayRole).toString();
        for (int column = 0; column < MovesModel::column_count; ++column)
            text += u'\t' + model_->index(row, column).data().toString();
    }
    QApplication::clipboard()->setText(text);
}

} // namespace invar
