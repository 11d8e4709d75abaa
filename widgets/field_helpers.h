// SPDX-License-Identifier: GPL-3.0-or-later
// How every field of the settings panel is made.
#pragma once

#include <QComboBox>
#include <QEvent>
#include <QHBoxLayout>
#include <QSpinBox>
#include <QString>

#include <type_traits>

namespace invar {

/// Scrolling the panel must not change a value that happens to pass under the cursor.
class WheelGuard : public QObject {
public:
    using QObject::QObject;

    static void protect(QWidget *field) {
        field->setFocusPolicy(Qt::StrongFocus);
        field->installEventFilter(new WheelGuard(field));
    }
    bool eventFilter(QObject *watched, QEvent *event) override {
        if (event->type() == QEvent::Wheel && !static_cast<QWidget *>(watched)->hasFocus()) {
            event->ignore();
            return true;
        }
        return QObject::eventFilter(watched, event);
    }
};

/// Gives a new field its object name, accessible name and tooltip, and keeps it from widening the panel.
template <typename Field> Field *named(Field *field, const QString &name, const QString &title, const QString &tip) {
    field->setObjectName(name);
    field->setAccessibleName(title);
    field->setToolTip(tip);
    if constexpr (std::is_base_of_v<QAbstractSpinBox, Field> || std::is_same_v<QComboBox, Field>) {
        field->setMinimumWidth(60); // a long item must not widen the panel
        field->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Fixed);
        WheelGuard::protect(field);
    }
    return field;
}

template <typename Field> Field *named(Field *field, const char *name, const QString &title, const QString &tip) {
    return named(field, QString(QLatin1String(name)), title, tip);
}

/// Lays out what shares one row of a form, which has its own margins.
[[nodiscard]] inline QHBoxLayout *line_in(QWidget *row, int spacing) {
    auto *line = new QHBoxLayout(row);
    line->setContentsMargins(0, 0, 0, 0);
    line->setSpacing(spacing);
    return line;
}

/// A new field for whole numbers from `low` to `high`.
[[nodiscard]] inline QSpinBox *spin(int low, int high) {
    auto *box = new QSpinBox;
    box->setRange(low, high);
    box->setGroupSeparatorShown(true);
    return box;
}

} // namespace invar
