// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/window/run_view.h"

#include "widgets/error_heatmap.h"
#include "widgets/loss_plot.h"
#include "widgets/message_bar.h"
#include "widgets/moves_plot.h"
#include "widgets/training_plot.h"

#include <QDataStream>
#include <QEvent>
#include <QIODevice>
#include <QSplitter>
#include <QTabBar>
#include <QTabWidget>
#include <QVBoxLayout>

#include <algorithm>
#include <iterator>

namespace invar {

namespace {

QStringList to_list(const std::vector<std::string> &names) {
    QStringList list;
    std::transform(names.begin(), names.end(), std::back_inserter(list),
                   [](const std::string &name) { return QString::fromStdString(name); });
    return list;
}

/// Layers of a run whose model is not at hand.
int layers_of(const RunRecord &record) {
    int layers = static_cast<int>(record.statistics.per_layer.size());
    for (const MatrixError &error : record.errors_at_start)
        layers = std::max(layers, error.layer + 1);
    return layers;
}

void replace_errors(std::vector<MatrixError> &known, const std::vector<MatrixError> &changed) {
    for (const MatrixError &error : changed) {
        if (MatrixError *const same = find_error(known, error.layer, error.projection))
            *same = error;
        else
            known.push_back(error);
    }
}

} // namespace

void merge(EventBatch &into, const EventBatch &more) {
    if (more.started) {
        into = more;
        return;
    }
    if (more.stage)
        into.stage = more.stage;
    into.training.insert(into.training.end(), more.training.begin(), more.training.end());
    into.steps.insert(into.steps.end(), more.steps.begin(), more.steps.end());
    if (more.latest)
        into.latest = more.latest;
    replace_errors(into.errors, more.errors);
    if (more.statistics)
        into.statistics = more.statistics;
    if (more.finished)
        into.finished = more.finished;
    into.dropped += more.dropped;
}

RunView::RunView(QWidget *parent)
    : QWidget(parent), messages_(new MessageBar(this)), curves_(new QTabWidget(this)), loss_(new LossPlot(this)),
      training_(new TrainingPlot(this)), heatmap_(new ErrorHeatmap(this)), moves_(new MovesPlot(this)),
      rows_(new QSplitter(Qt::Vertical, this)), columns_(new QSplitter(Qt::Horizontal, this)) {
    loss_->setObjectName(QStringLiteral("loss_plot"));
    heatmap_->setObjectName(QStringLiteral("error_heatmap"));
    moves_->setObjectName(QStringLiteral("moves_plot"));
    messages_->setObjectName(QStringLiteral("message_bar"));

    curves_->setObjectName(QStringLiteral("curves"));
    curves_->setDocumentMode(true);
    curves_->addTab(loss_, QString());
    curves_->addTab(training_, QString());
    show_training_tab(false);
    retranslate();

    columns_->addWidget(heatmap_);
    columns_->addWidget(moves_);
    rows_->addWidget(curves_);
    rows_->addWidget(columns_);
    for (QSplitter *splitter : {rows_, columns_})
        splitter->setChildrenCollapsible(false);
    reset_layout();

    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(4, 4, 4, 4);
    layout->setSpacing(4);
    layout->addWidget(messages_);
    layout->addWidget(rows_, 1);
    messages_->hide();

    for (PlotView *plot : std::initializer_list<PlotView *>{loss_, training_, heatmap_, moves_})
        connect(plot, &PlotView::message, this,
                [this](const QString &text) { messages_->show_message(MessageBar::Kind::error, text); });
}

void RunView::clear(const ModelInfo *model) {
    held_ = {};
    show_training({});
    loss_->clear();
    loss_->set_reference(0);
    heatmap_->set_shape(model ? model->layers : 0, model ? to_list(model->projections) : QStringList());
    moves_->set_statistics({});
}

void RunView::apply(const EventBatch &events) {
    if (frozen_)
        merge(held_, events);
    else
        show_batch(events);
}

void RunView::show_batch(const EventBatch &events) {
    if (const auto &started = events.started) {
        clear(&started->model);
        loss_->set_start(started->ce0, started->mse0, started->settings.alpha);
        loss_->set_reference(started->full_precision_ce);
        loss_->append(started->history);
        show_training(started->training);
        heatmap_->set_start(started->errors_at_start);
        heatmap_->update(started->errors_now);
        moves_->set_statistics(started->statistics);
    }
    if (!events.training.empty())
        show_live_training(events.training);
    if (!events.steps.empty())
        loss_->append(events.steps);
    if (!events.errors.empty())
        heatmap_->update(events.errors);
    if (events.statistics)
        moves_->set_statistics(*events.statistics);
}

void RunView::show_record(const RunRecord &record) {
    clear();
    heatmap_->set_shape(layers_of(record), to_list(record.projections));
    heatmap_->set_start(record.errors_at_start);
    heatmap_->update(record.errors_now);
    moves_->set_statistics(record.statistics);
    if (record.ce0 > 0) {
        loss_->set_start(record.ce0, record.mse0, record.settings.alpha);
        loss_->set_reference(record.full_precision_ce);
        loss_->append(record.steps);
    }
    show_training(record.training);
}

void RunView::show_training(const std::vector<TrainingPoint> &points) {
    live_training_ = false;
    training_of_run_ = points;
    training_->clear();
    training_->append(points);
    curves_->setCurrentWidget(loss_);
    show_training_tab(!points.empty());
}

void RunView::show_live_training(const std::vector<TrainingPoint> &points) {
    if (!std::exchange(live_training_, true)) {
        training_->clear();
        show_training_tab(true);
        curves_->setCurrentWidget(training_);
    }
    training_->append(points);
}

void RunView::abandon_training() {
    held_.training.clear();
    if (live_training_)
        show_training(std::vector(training_of_run_));
}

void RunView::show_training_tab(bool on) {
    curves_->setTabVisible(curves_->indexOf(training_), on);
    curves_->tabBar()->setVisible(on);
}

void RunView::retranslate() {
    curves_->setTabText(curves_->indexOf(loss_), tr("Loss"));
    const int training = curves_->indexOf(training_);
    curves_->setTabText(training, tr("Training"));
    curves_->setTabToolTip(training, tr("How the starting method trained the decoder layers, before the search"));
}

void RunView::set_frozen(bool frozen) {
    frozen_ = frozen;
    if (frozen_)
        return;
    show_batch(std::exchange(held_, {}));
}

void RunView::reset_zoom() {
    loss_->reset_zoom();
    training_->reset_zoom();
    heatmap_->reset_zoom();
    moves_->reset_zoom();
}

QByteArray RunView::save_layout() const {
    QByteArray state;
    QDataStream out(&state, QIODevice::WriteOnly);
    out << rows_->saveState() << columns_->saveState();
    return state;
}

bool RunView::restore_layout(const QByteArray &state) {
    QDataStream in(state);
    QByteArray rows;
    QByteArray columns;
    in >> rows >> columns;
    return in.status() == QDataStream::Ok && rows_->restoreState(rows) && columns_->restoreState(columns);
}

void RunView::reset_layout() {
    // Shares, not pixels: a splitter scales them to the room it has.
    rows_->setSizes({5600, 4400});
    columns_->setSizes({5500, 4500});
    rows_->setStretchFactor(0, 56);
    rows_->setStretchFactor(1, 44);
    columns_->setStretchFactor(0, 55);
    columns_->setStretchFactor(1, 45);
}

void RunView::changeEvent(QEvent *event) {
    QWidget::changeEvent(event);
    if (event->type() == QEvent::LanguageChange)
        retranslate();
}

} // namespace invar
