// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QFrame>
#include <QList>

class QAction;
class QHBoxLayout;
class QLabel;
class QToolButton;

namespace invar {

/// One message inside the window, until it is dismissed or replaced. Its text can be selected and wraps.
class MessageBar : public QFrame {
    Q_OBJECT
public:
    enum class Kind { info, warning, error };

    explicit MessageBar(QWidget *parent = nullptr);

    /// `actions`: a button each; triggering one also dismisses the message. They stay their owner's.
    void show_message(Kind kind, const QString &text, const QList<QAction *> &actions = {});
    [[nodiscard]] Kind kind() const { return kind_; }
    [[nodiscard]] QString text() const;

public slots:
    void dismiss();

signals:
    void dismissed();

protected:
    void changeEvent(QEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;

private:
    void update_colours();

    Kind kind_ = Kind::info;
    QLabel *icon_;
    QLabel *text_;
    QHBoxLayout *actions_;
    QToolButton *close_;
};

} // namespace invar
