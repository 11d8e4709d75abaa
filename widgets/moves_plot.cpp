// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/moves_plot.h"

#include "widgets/colour_maps.h"
#include "widgets/plot_format.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QTextStream>

#include <qcustomplot.h>

#include <algorithm>
#include <cmath>

namespace invar {

MovesPlot::MovesPlot(QWidget *parent) : PlotView(parent) {
    setObjectName(QStringLiteral("moves_plot"));
    set_file_stem(QStringLiteral("moves"));
    QCustomPlot &view = *plot();
    accepted_ = new QCPBars(view.xAxis, view.yAxis);
    proposed_ = new QCPBars(view.xAxis, view.yAxis);
    for (QCPBars *bars : {accepted_, proposed_}) {
        bars->setWidth(0.76);
        bars->setAntialiased(false);
    }
    view.xAxis->grid()->setVisible(false);
    view.xAxis->setSubTicks(false);
    view.xAxis->setTicker(whole_number_ticker());
    view.yAxis->ticker()->setTickCount(4);
    view.axisRect()->setMinimumMargins({0, 4, 8, 0});

    place_legend_on_top();

    view_choice_ = new QComboBox(this);
    view_choice_->setObjectName(QStringLiteral("moves_view"));
    view_choice_->setSizeAdjustPolicy(QComboBox::AdjustToContents);
    view_choice_->addItems({QString(), QString(), QString()});
    connect(view_choice_, &QComboBox::currentIndexChanged, this,
            [this](int index) { set_view(static_cast<View>(index)); });
    toolbar()->addWidget(view_choice_);
    toolbar()->addStretch(1);
    retranslate();
    enable_interactions();
}

void MovesPlot::retranslate() {
    plot()->setAccessibleName(tr("Moves per decoder layer"));
    view_choice_->setItemText(0, tr("moves"));
    view_choice_->setItemText(1, tr("accepted share"));
    view_choice_->setItemText(2, tr("loss gain"));
    view_choice_->setToolTip(tr("What the bars show for each decoder layer"));
    view_choice_->setAccessibleName(tr("Shown per layer"));
    plot()->xAxis->setLabel(tr("decoder layer"));
    proposed_->setName(tr("proposed"));
    switch (view_) {
    case View::counts:
        plot()->yAxis->setLabel(tr("moves"));
        accepted_->setName(tr("accepted"));
        break;
    case View::share:
        plot()->yAxis->setLabel(tr("accepted (%)"));
        accepted_->setName(tr("accepted in % of proposed"));
        break;
    case View::gain:
        plot()->yAxis->setLabel(tr("loss gain"));
        accepted_->setName(tr("drop of the loss by accepted moves"));
        break;
    }
}

void MovesPlot::set_statistics(const MoveStatistics &statistics) {
    statistics_ = statistics;
    schedule_refresh();
}

void MovesPlot::set_view(View view) {
    if (view == view_)
        return;
    view_ = view;
    view_choice_->setCurrentIndex(static_cast<int>(view));
    retranslate();
    reset_zoom();
}

void MovesPlot::take_up_data() {
    QVector<QCPBarsData> proposed, accepted;
    double layer = 0;
    for (const MoveCounts &counts : statistics_.per_layer) {
        proposed.append({layer, static_cast<double>(counts.proposed)});
        accepted.append({layer, view_ == View::counts  ? static_cast<double>(counts.accepted)
                                : view_ == View::share ? accepted_share(counts)
                                                       : counts.gain});
        ++layer;
    }
    proposed_->data()->set(view_ == View::counts ? proposed : QVector<QCPBarsData>(), true);
    accepted_->data()->set(accepted, true);
    if (view_ == View::counts)
        proposed_->addToLegend();
    else
        proposed_->removeFromLegend();
    plot()->xAxis->ticker()->setTickCount(std::clamp(static_cast<int>(layer), 2, 12));
}

void MovesPlot::fit_axes() {
    const auto layers = static_cast<double>(statistics_.per_layer.size());
    plot()->xAxis->setRange(-0.6, std::max(layers, 1.0) - 0.4);
    double highest = 0;
    for (const QCPBars *bars : {proposed_, accepted_})
        for (const QCPBarsData &bar : *bars->data())
            if (bars->visible() && std::isfinite(bar.value))
                highest = std::max(highest, bar.value);
    plot()->yAxis->setRange(0, highest > 0 ? highest * 1.08 : 1);
}

void MovesPlot::apply_colours(const PlotColours &colours) {
    accepted_->setPen(Qt::NoPen);
    accepted_->setBrush(colours.series[2]);
    proposed_->setPen(QPen(colours.frame, 1));
    proposed_->setBrush(Qt::NoBrush);
    PlotView::apply_colours(colours);
}

QString MovesPlot::describe(QPointF position) const {
    const QCPAxisRect &rect = *plot()->axisRect();
    const auto layer = static_cast<std::int64_t>(std::llround(plot()->xAxis->pixelToCoord(position.x())));
    if (!rect.rect().contains(position.toPoint()) || layer < 0 ||
        layer >= static_cast<std::int64_t>(statistics_.per_layer.size()))
        return {};
    const MoveCounts &counts = statistics_.per_layer[static_cast<std::size_t>(layer)];
    return tr("layer %1 · %2 proposed · %3 accepted (%4 %) · loss gain %5")
        .arg(QString::number(layer), QString::number(counts.proposed), QString::number(counts.accepted),
             QString::number(accepted_share(counts), 'f', 1), short_number(counts.gain));
}

void MovesPlot::write_csv(QTextStream &out) const {
    out << "layer,proposed,accepted,gain\n";
    const QCPRange visible = plot()->xAxis->range();
    int layer = 0;
    for (const MoveCounts &counts : statistics_.per_layer) {
        if (visible.contains(layer))
            out << layer << ',' << counts.proposed << ',' << counts.accepted << ',' << exact_number(counts.gain)
                << '\n';
        ++layer;
    }
}

void MovesPlot::changeEvent(QEvent *event) {
    if (event->type() == QEvent::LanguageChange)
        retranslate();
    PlotView::changeEvent(event);
}

} // namespace invar
