// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

class QFormLayout;
class QToolButton;

namespace invar {

/// A titled form that folds away by a click on its title.
class CollapsibleSection : public QWidget {
    Q_OBJECT
public:
    CollapsibleSection(const QString &title, const QString &name, QWidget *parent = nullptr);

    [[nodiscard]] QFormLayout *form() const { return form_; }
    [[nodiscard]] QWidget *body() const { return body_; }
    [[nodiscard]] bool is_open() const;
    void set_open(bool open);
    void set_title(const QString &title);

private:
    QToolButton *title_;
    QWidget *body_;
    QFormLayout *form_;
};

} // namespace invar
