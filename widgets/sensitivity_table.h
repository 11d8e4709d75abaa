// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/search/sensitivity.h"

#include <QStringList>
#include <QTableWidget>

#include <vector>

namespace invar {

/// Which matrices hurt when they alone are rounded: a row for each decoder layer, a column for each projection and one
/// for the whole layer, coloured by the rise of the loss. Filled as it is measured; it can be copied as text.
class SensitivityTable final : public QTableWidget {
    Q_OBJECT
public:
    explicit SensitivityTable(QWidget *parent = nullptr);

    /// Empties it.
    void set_shape(int layers, const QStringList &projections);
    void add(const MatrixSensitivity &matrix);
    [[nodiscard]] bool is_empty() const { return known_.empty(); }
    /// The layers whose loss rises most when all of a layer is rounded, the worst first.
    [[nodiscard]] std::vector<int> worst_layers(int count) const;

Q_SIGNALS:
    /// A double click or Enter on a matrix that was measured; without a projection: on all of a layer.
    void matrix_chosen(int layer, const QString &projection);

protected:
    void changeEvent(QEvent *event) override;

private:
    void retranslate();
    void colour();

    QStringList projections_;
    std::vector<MatrixSensitivity> known_;
};

} // namespace invar
