// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/status_strip.h"

#include "core/base/time_left.h"
#include "widgets/plot_format.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QLocale>
#include <QProgressBar>

#include <algorithm>
#include <cmath>

namespace invar {

namespace {

constexpr double window_seconds = 10; ///< speed is that of the last ten seconds of searching
constexpr std::size_t most_moments = 600;
constexpr int bar_units = 1000;

QLabel *make_label(QWidget *parent, const char *name, const QString &tip) {
    auto *label = new QLabel(parent);
    label->setObjectName(QLatin1String(name));
    label->setToolTip(tip);
    label->setAccessibleName(tip);
    label->setTextFormat(Qt::PlainText);
    return label;
}

} // namespace

StatusStrip::StatusStrip(QWidget *parent)
    : QWidget(parent), bar_(new QProgressBar(this)), step_(make_label(this, "status_step", tr("Proposals tried"))),
      speed_(make_label(this, "status_speed", tr("Proposals tried per second, over the last ten seconds"))),
      remaining_(make_label(this, "status_remaining",
                            tr("Estimated time until the steps or the time budget end, or a method is done"))),
      accepted_(make_label(this, "status_accepted", tr("Share of the proposals that were accepted"))),
      raced_(make_label(this, "status_raced",
                        tr("Proposals that racing dropped early; of those evaluated all the same, the share that would "
                           "have been accepted"))),
      loss_(make_label(this, "status_loss", tr("Best loss so far"))) {
    setObjectName(QStringLiteral("status_strip"));
    bar_->setObjectName(QStringLiteral("status_progress"));
    bar_->setAccessibleName(tr("Progress of the search"));
    bar_->setToolTip(tr("Progress of the search"));
    bar_->setRange(0, bar_units);
    bar_->setFixedWidth(150);
    bar_->setMaximumHeight(16);
    bar_->setTextVisible(true);

    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(4, 0, 4, 0);
    row->setSpacing(16);
    row->addWidget(bar_);
    for (QLabel *label : {step_, speed_, remaining_, accepted_, raced_, loss_})
        row->addWidget(label);
    row->addStretch(1);
    set_idle({});
}

void StatusStrip::set_idle(const QString &text) {
    progress_ = {};
    moments_.clear();
    paused_ = false;
    bar_->hide();
    for (QLabel *label : {speed_, remaining_, accepted_, raced_, loss_})
        label->clear();
    step_->setText(text);
}

void StatusStrip::set_stage(const QString &stage, double fraction, std::optional<double> seconds_left) {
    set_idle(stage);
    bar_->setRange(0, fraction < 0 ? 0 : bar_units);
    bar_->setValue(static_cast<int>(std::clamp(fraction, 0.0, 1.0) * bar_units));
    bar_->show();
    if (seconds_left)
        remaining_->setText(estimate_text(*seconds_left));
}

void StatusStrip::set_progress(const Progress &progress) {
    const bool went_back = !moments_.empty() && progress.seconds < moments_.back().seconds;
    if (went_back)
        moments_.clear();
    if (moments_.empty() || progress.step != moments_.back().step)
        moments_.push_back({progress.seconds, progress.step});
    while (moments_.size() > most_moments ||
           (moments_.size() > 2 && progress.seconds - moments_.front().seconds > window_seconds))
        moments_.pop_front();
    progress_ = progress;
    update_texts();
}

void StatusStrip::set_paused(bool paused) {
    paused_ = paused;
    update_texts();
}

double StatusStrip::steps_per_second() const {
    if (moments_.size() < 2)
        return 0;
    const double elapsed = moments_.back().seconds - moments_.front().seconds;
    return elapsed > 0 ? static_cast<double>(moments_.back().step - moments_.front().step) / elapsed : 0;
}

double StatusStrip::remaining_seconds() const {
    double remaining = -1;
    const double speed = steps_per_second();
    if (progress_.steps > 0 && speed > 0)
        remaining = static_cast<double>(std::max<std::int64_t>(0, progress_.steps - progress_.step)) / speed;
    if (progress_.time_budget > 0) {
        const double left = std::max(0.0, progress_.time_budget - progress_.seconds);
        remaining = remaining < 0 ? left : std::min(remaining, left);
    }
    return remaining;
}

QString StatusStrip::duration_text(double seconds) {
    const auto whole = static_cast<qint64>(std::llround(std::clamp(seconds, 0.0, 1e15)));
    const qint64 hours = whole / 3600;
    if (hours >= 72)
        return tr("%1 d %2 h").arg(hours / 24).arg(hours % 24);
    const auto two = [](qint64 n) { return QStringLiteral("%1").arg(n, 2, 10, QLatin1Char('0')); };
    const qint64 minutes = whole / 60 % 60;
    if (hours > 0)
        return QStringLiteral("%1:%2:%3").arg(QString::number(hours), two(minutes), two(whole % 60));
    return QStringLiteral("%1:%2").arg(QString::number(minutes), two(whole % 60));
}

QString StatusStrip::estimate_text(double seconds_left) {
    const RoughDuration rough = rough_duration(seconds_left);
    if (rough.hours > 0)
        return rough.minutes > 0 ? tr("about %1 h %2 min left").arg(rough.hours).arg(rough.minutes)
                                 : tr("about %1 h left").arg(rough.hours);
    return rough.minutes > 0 ? tr("about %1 min left").arg(rough.minutes) : tr("about %1 s left").arg(rough.seconds);
}

void StatusStrip::update_texts() {
    const QLocale locale;
    const double by_steps = progress_.steps > 0 ? static_cast<double>(progress_.step) / progress_.steps : 0;
    const double by_time = progress_.time_budget > 0 ? progress_.seconds / progress_.time_budget : 0;
    const bool endless = progress_.steps <= 0 && progress_.time_budget <= 0;
    bar_->setRange(0, endless && !paused_ ? 0 : bar_units);
    bar_->setValue(static_cast<int>(std::clamp(std::max(by_steps, by_time), 0.0, 1.0) * bar_units));
    bar_->show();

    const QString step = locale.toString(static_cast<qlonglong>(progress_.step));
    step_->setText(progress_.steps > 0
                       ? tr("step %1 of %2").arg(step, locale.toString(static_cast<qlonglong>(progress_.steps)))
                       : tr("step %1").arg(step));
    const double speed = steps_per_second();
    speed_->setText(paused_     ? tr("paused")
                    : speed > 0 ? tr("%1 steps/s").arg(locale.toString(speed, 'f', speed < 10 ? 2 : 0))
                                : QString());
    const double remaining = remaining_seconds();
    remaining_->setText(!paused_ && remaining >= 0 ? tr("%1 left").arg(duration_text(remaining)) : QString());
    accepted_->setText(progress_.step > 0 ? tr("%1 % accepted")
                                                .arg(locale.toString(100.0 * static_cast<double>(progress_.accepted) /
                                                                         static_cast<double>(progress_.step),
                                                                     'f', 1))
                                          : QString());
    const auto share = [&locale](std::int64_t part, std::int64_t whole) {
        return locale.toString(100.0 * static_cast<double>(part) / static_cast<double>(whole), 'f', 0);
    };
    raced_->setText(progress_.dropped == 0 || progress_.step == 0 ? QString()
                    : progress_.audited == 0 ? tr("%1 % dropped early").arg(share(progress_.dropped, progress_.step))
                                             : tr("%1 % dropped early (%2 % wrongly)")
                                                   .arg(share(progress_.dropped, progress_.step),
                                                        share(progress_.wrongly_dropped, progress_.audited)));
    loss_->setText(progress_.loss > 0 ? tr("loss %1").arg(short_number(progress_.loss)) : QString());
}

QString StatusStrip::text() const {
    QStringList parts;
    for (const QLabel *label : {step_, speed_, remaining_, accepted_, raced_, loss_})
        if (!label->text().isEmpty())
            parts += label->text();
    return parts.join(QStringLiteral(" · "));
}

} // namespace invar
