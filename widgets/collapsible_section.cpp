// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/collapsible_section.h"

#include <QFormLayout>
#include <QToolButton>
#include <QVBoxLayout>

namespace invar {

CollapsibleSection::CollapsibleSection(const QString &title, const QString &name, QWidget *parent)
    : QWidget(parent), title_(new QToolButton(this)), body_(new QWidget(this)), form_(new QFormLayout(body_)) {
    setObjectName(name);
    title_->setObjectName(name + QStringLiteral("_title"));
    title_->setCheckable(true);
    title_->setAutoRaise(true);
    title_->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    title_->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    title_->setFocusPolicy(Qt::TabFocus);
    title_->setToolTip(tr("Fold or unfold this section"));
    QFont bold = title_->font();
    bold.setBold(true);
    title_->setFont(bold);
    connect(title_, &QToolButton::toggled, this, [this](bool open) {
        title_->setArrowType(open ? Qt::DownArrow : Qt::RightArrow);
        body_->setVisible(open);
    });

    form_->setContentsMargins(10, 2, 4, 8);
    form_->setHorizontalSpacing(8);
    form_->setVerticalSpacing(5);
    form_->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
    form_->setLabelAlignment(Qt::AlignLeft | Qt::AlignVCenter);

    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(title_);
    column->addWidget(body_);
    set_title(title);
    title_->setArrowType(Qt::DownArrow);
    title_->setChecked(true);
}

bool CollapsibleSection::is_open() const { return title_->isChecked(); }

void CollapsibleSection::set_open(bool open) { title_->setChecked(open); }

void CollapsibleSection::set_title(const QString &title) {
    title_->setText(title);
    title_->setAccessibleName(title);
}

} // namespace invar
