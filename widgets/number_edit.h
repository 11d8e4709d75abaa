// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QLineEdit>

namespace invar {

/// A number of any size in the user's notation or with a decimal point ("1e-5"); what is set is got back exactly.
class NumberEdit : public QLineEdit {
    Q_OBJECT
public:
    explicit NumberEdit(QWidget *parent = nullptr);

    /// NaN while the text is no number.
    [[nodiscard]] double value() const;
    void set_value(double value);

signals:
    void value_changed();
};

} // namespace invar
