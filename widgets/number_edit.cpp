// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/number_edit.h"

#include <QLocale>

#include <limits>

namespace invar {

NumberEdit::NumberEdit(QWidget *parent) : QLineEdit(parent) {
    connect(this, &QLineEdit::textChanged, this, &NumberEdit::value_changed);
}

double NumberEdit::value() const {
    const QString typed = text().trimmed();
    bool ok = false;
    // "0.125" everywhere, "0,125" where people write it so; without this, C would take the comma for a thousands mark.
    QLocale plain = QLocale::c();
    plain.setNumberOptions(QLocale::RejectGroupSeparator);
    double number = plain.toDouble(typed, &ok);
    if (!ok)
        number = QLocale().toDouble(typed, &ok);
    return ok ? number : std::numeric_limits<double>::quiet_NaN();
}

void NumberEdit::set_value(double value) {
    if (value == this->value())
        return; // keeps "1e-2" as it was typed
    QLocale locale;
    locale.setNumberOptions(QLocale::OmitGroupSeparator);
    setText(locale.toString(value, 'g', QLocale::FloatingPointShortest));
}

} // namespace invar
