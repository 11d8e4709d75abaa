// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/perplexity_panel.h"

#include "widgets/perplexity_bars.h"
#include "widgets/step_history.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QLocale>
#include <QProgressBar>
#include <QPushButton>
#include <QVBoxLayout>

#include <algorithm>
#include <cmath>

namespace invar {

namespace {

constexpr int bar_units = 1000;

} // namespace

PerplexityPanel::PerplexityPanel(QWidget *parent)
    : QWidget(parent), bars_(new PerplexityBars(this)), verdict_(new QLabel(this)),
      history_(new PerplexityHistory(this)), measure_(new QPushButton(this)), progress_(new QProgressBar(this)) {
    setObjectName(QStringLiteral("perplexity_panel"));
    verdict_->setObjectName(QStringLiteral("perplexity_verdict"));
    verdict_->setWordWrap(true);
    verdict_->setTextFormat(Qt::PlainText);
    measure_->setObjectName(QStringLiteral("perplexity_measure"));
    progress_->setObjectName(QStringLiteral("perplexity_progress"));
    progress_->setMaximumHeight(16);
    QSizePolicy keeps_room = progress_->sizePolicy();
    keeps_room.setRetainSizeWhenHidden(true);
    progress_->setSizePolicy(keeps_room);
    progress_->hide();
    connect(measure_, &QPushButton::clicked, this, &PerplexityPanel::measure_requested);

    auto *action_row = new QHBoxLayout;
    action_row->addWidget(measure_);
    action_row->addWidget(progress_, 1);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(8, 8, 8, 4);
    column->setSpacing(6);
    column->addWidget(bars_);
    column->addWidget(verdict_);
    column->addLayout(action_row);
    column->addWidget(history_, 1);
    update_texts();
}

void PerplexityPanel::clear() {
    values_ = {};
    history_->clear();
    update_texts();
}

void PerplexityPanel::set_value(Which which, double perplexity, std::int64_t step) {
    if (!std::isfinite(perplexity))
        return;
    values_.at(static_cast<std::size_t>(which)) = perplexity;
    if (which == Which::now && step >= 0)
        history_->append({step, perplexity});
    if (which == Which::at_start)
        history_->append({0, perplexity});
    update_texts();
}

std::optional<double> PerplexityPanel::value(Which which) const { return values_.at(static_cast<std::size_t>(which)); }

void PerplexityPanel::set_busy(bool busy, double fraction) {
    busy_ = busy;
    progress_->setVisible(busy);
    progress_->setRange(0, fraction < 0 ? 0 : bar_units);
    progress_->setValue(static_cast<int>(std::clamp(fraction, 0.0, 1.0) * bar_units));
    update_texts();
}

void PerplexityPanel::set_measurable(bool measurable) {
    measurable_ = measurable;
    update_texts();
}

std::optional<double> PerplexityPanel::repaired_share() const {
    const auto &[full, start, now] = values_;
    if (!full || !start || !now || *start <= *full)
        return {};
    return (*start - *now) / (*start - *full);
}

void PerplexityPanel::update_texts() {
    bars_->set_values(values_);
    measure_->setText(busy_ ? tr("Measuring…") : tr("&Measure"));
    measure_->setToolTip(tr("Measure the perplexity of the full-precision, the starting and the present model on the "
                            "held-out text"));
    measure_->setAccessibleName(tr("Measure perplexity"));
    measure_->setEnabled(measurable_ && !busy_);
    progress_->setAccessibleName(tr("Progress of the measurement"));
    progress_->setToolTip(tr("Progress of the measurement"));
    const auto share = repaired_share();
    const auto percent = [](double value) {
        return QLocale().toString(100 * value, 'f', std::abs(value) < 0.1 ? 1 : 0);
    };
    if (!share)
        verdict_->setText(tr("How much of the damage the search repaired shows here once all three are measured."));
    else if (*share >= 0)
        verdict_->setText(tr("The search repaired %1 % of the damage.").arg(percent(*share)));
    else
        verdict_->setText(
            tr("The damage grew by %1 %: the search fits its calibration text, not this one.").arg(percent(-*share)));
}

void PerplexityPanel::changeEvent(QEvent *event) {
    if (event->type() == QEvent::LanguageChange)
        update_texts();
    QWidget::changeEvent(event);
}

} // namespace invar
