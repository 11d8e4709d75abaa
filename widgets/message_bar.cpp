// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/message_bar.h"

#include "widgets/plot_colours.h"

#include <QAction>
#include <QEvent>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QPushButton>
#include <QStyle>
#include <QToolButton>

namespace invar {

namespace {

QColor tint_of(MessageBar::Kind kind, bool dark) {
    switch (kind) {
    case MessageBar::Kind::info:
        return dark ? QColor(0x1f, 0x3b, 0x52) : QColor(0xdd, 0xee, 0xf9);
    case MessageBar::Kind::warning:
        return dark ? QColor(0x4d, 0x3c, 0x14) : QColor(0xff, 0xf1, 0xcc);
    case MessageBar::Kind::error:
        return dark ? QColor(0x54, 0x26, 0x26) : QColor(0xfc, 0xe0, 0xde);
    }
    return {};
}

QStyle::StandardPixmap icon_of(MessageBar::Kind kind) {
    switch (kind) {
    case MessageBar::Kind::warning:
        return QStyle::SP_MessageBoxWarning;
    case MessageBar::Kind::error:
        return QStyle::SP_MessageBoxCritical;
    case MessageBar::Kind::info:
        break;
    }
    return QStyle::SP_MessageBoxInformation;
}

} // namespace

MessageBar::MessageBar(QWidget *parent)
    : QFrame(parent), icon_(new QLabel(this)), text_(new QLabel(this)), actions_(new QHBoxLayout),
      close_(new QToolButton(this)) {
    setObjectName(QStringLiteral("message_bar"));
    setFrameShape(QFrame::NoFrame);
    setAutoFillBackground(true);

    icon_->setObjectName(QStringLiteral("message_icon"));
    text_->setObjectName(QStringLiteral("message_text"));
    text_->setWordWrap(true);
    text_->setTextFormat(Qt::PlainText); // file names and server texts must not become markup
    text_->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    text_->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Minimum);
    close_->setObjectName(QStringLiteral("message_close"));
    close_->setAutoRaise(true);
    close_->setText(QStringLiteral("✕"));
    close_->setToolTip(tr("Dismiss this message (Esc)"));
    close_->setAccessibleName(tr("Dismiss message"));
    connect(close_, &QToolButton::clicked, this, &MessageBar::dismiss);

    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(10, 6, 6, 6);
    row->setSpacing(8);
    row->addWidget(icon_, 0, Qt::AlignTop);
    row->addWidget(text_, 1, Qt::AlignVCenter);
    row->addLayout(actions_);
    row->addWidget(close_, 0, Qt::AlignTop);
    hide();
}

QString MessageBar::text() const { return text_->text(); }

void MessageBar::show_message(Kind kind, const QString &text, const QList<QAction *> &actions) {
    kind_ = kind;
    text_->setText(text);
    setAccessibleName(text);
    icon_->setPixmap(style()->standardIcon(icon_of(kind), nullptr, this).pixmap(18, 18));
    while (QLayoutItem *item = actions_->takeAt(0)) {
        delete item->widget();
        delete item;
    }
    for (QAction *action : actions) {
        auto *button = new QPushButton(action->text(), this);
        button->setObjectName(QStringLiteral("message_action_") + action->objectName());
        button->setToolTip(action->toolTip());
        button->setAccessibleName(action->text());
        connect(button, &QPushButton::clicked, action, &QAction::trigger);
        connect(button, &QPushButton::clicked, this, &MessageBar::dismiss, Qt::QueuedConnection);
        actions_->addWidget(button);
    }
    update_colours();
    show();
}

void MessageBar::dismiss() {
    if (isHidden())
        return;
    hide();
    emit dismissed();
}

void MessageBar::update_colours() {
    QPalette tinted = parentWidget() ? parentWidget()->palette() : QPalette();
    tinted.setColor(QPalette::Window, tint_of(kind_, is_dark(tinted)));
    if (tinted != palette())
        setPalette(tinted);
}

void MessageBar::changeEvent(QEvent *event) {
    if (event->type() == QEvent::PaletteChange)
        update_colours();
    QFrame::changeEvent(event);
}

void MessageBar::keyPressEvent(QKeyEvent *event) {
    if (event->key() == Qt::Key_Escape)
        dismiss();
    else
        QFrame::keyPressEvent(event);
}

} // namespace invar
