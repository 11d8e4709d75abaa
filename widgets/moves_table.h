// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/search/events.h"

#include <QAbstractTableModel>
#include <QTableView>

namespace invar {

/// Rows: each invariance, then all moves; columns: proposed, accepted, share, gain. A step that moves several
/// invariances at once counts for each of them, so the rows do not add up to the last one.
class MovesModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column { proposed, accepted, share, gain, column_count };

    using QAbstractTableModel::QAbstractTableModel;

    void set_statistics(const MoveStatistics &statistics);

    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex &index, int role = Qt::DisplayRole) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    [[nodiscard]] const MoveCounts &counts(int row) const;

    MoveStatistics statistics_;
};

class MovesTable : public QTableView {
    Q_OBJECT
public:
    explicit MovesTable(QWidget *parent = nullptr);

    /// Rows of attention's moves show once one of them was tried.
    void set_statistics(const MoveStatistics &statistics);
    [[nodiscard]] MovesModel *moves_model() const { return model_; }
    [[nodiscard]] QSize sizeHint() const override;

protected:
    void keyPressEvent(QKeyEvent *event) override;

private:
    void show_rows(const MoveStatistics &statistics);

    MovesModel *model_;
};

} // namespace invar
