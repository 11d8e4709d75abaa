// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/drift_panel.h"

#include "widgets/step_history.h"

#include <QEvent>
#include <QLabel>
#include <QLocale>
#include <QVBoxLayout>

namespace invar {

DriftPanel::DriftPanel(QWidget *parent) : QWidget(parent), text_(new QLabel(this)), history_(new DriftHistory(this)) {
    setObjectName(QStringLiteral("drift_panel"));
    text_->setObjectName(QStringLiteral("drift"));
    text_->setWordWrap(true);
    text_->setTextInteractionFlags(Qt::TextSelectableByMouse);
    history_->setMaximumHeight(170);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(text_);
    layout->addWidget(history_);
    refresh();
}

void DriftPanel::clear() {
    drift_ = 0;
    history_->clear();
    refresh();
}

void DriftPanel::append(std::span<const StepRecord> steps) {
    for (const StepRecord &record : steps)
        if (record.drift)
            append(record.step, *record.drift);
}

void DriftPanel::append(std::int64_t step, double drift) {
    drift_ = drift;
    if (drift_ > 0)
        history_->append({step, 100 * drift});
    refresh();
}

void DriftPanel::refresh() {
    text_->setText(tr("Approximate moves changed the full-precision function by %1\u00a0%")
                       .arg(QLocale().toString(100 * drift_, 'g', 2)));
    text_->setMinimumHeight(2 * text_->fontMetrics().lineSpacing()); // else its second line takes room from the plot
    setVisible(drift_ > 0);
    history_->setVisible(history_->points().size() > 1); // one point is the number above
}

void DriftPanel::changeEvent(QEvent *event) {
    if (event->type() == QEvent::LanguageChange)
        refresh();
    QWidget::changeEvent(event);
}

} // namespace invar
