// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/window/weights_pane.h"

#include "widgets/matrix_panel.h"

#include <QHideEvent>
#include <QVBoxLayout>

#include <algorithm>
#include <chrono>

namespace invar {

namespace {

const auto open_slot = QStringLiteral("weights_open");
const auto matrix_slot = QStringLiteral("weights_matrix");
const auto row_slot = QStringLiteral("weights_row");
constexpr auto again_after = std::chrono::seconds(5);
constexpr auto typing_pause = std::chrono::milliseconds(150);

} // namespace

/// A matrix with the row that was chosen.
struct WeightsPane::Look {
    std::shared_ptr<const MatrixSnapshot> snapshot;
    MatrixView matrix;
    RowView row;
};

WeightsPane::WeightsPane(BackgroundJobs &jobs, QWidget *parent)
    : QWidget(parent), jobs_(jobs), panel_(new MatrixPanel(this)) {
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(panel_);
    later_.setSingleShot(true);
    connect(&later_, &QTimer::timeout, this, &WeightsPane::look);
    connect(panel_, &MatrixPanel::matrix_wanted, this, &WeightsPane::look);
    connect(panel_, &MatrixPanel::row_wanted, this, &WeightsPane::look_at_row);
    connect(panel_, &MatrixPanel::message, this, &WeightsPane::failed);
}

void WeightsPane::set_model(const std::string &model, const std::optional<ModelInfo> &info) {
    forget();
    model_ = info ? model : std::string();
    run_.clear();
    QStringList projections;
    if (info)
        for (const auto &projection : info->projections)
            projections << QString::fromStdString(projection);
    panel_->set_model(info ? info->layers : 0, projections);
    if (!info)
        panel_->show_busy(tr("Open a model first"));
    look();
}

void WeightsPane::set_run(const std::filesystem::path &folder) {
    if (folder == run_)
        return;
    forget();
    run_ = folder;
    panel_->clear(); // what another run made of the matrix
    panel_->set_run(!run_.empty());
    look();
}

void WeightsPane::set_grid(const Grid &grid, const LayerBits &bits) {
    if (grid == grid_ && bits == bits_)
        return;
    grid_ = grid;
    bits_ = bits;
    if (run_.empty() && isVisible())
        later_.start(typing_pause);
}

void WeightsPane::set_searching(bool searching) {
    const bool ended = searching_ && !searching;
    searching_ = searching;
    if (searching_ && isVisible())
        later_.start(again_after);
    else if (ended)
        look();
}

void WeightsPane::choose(const MatrixName &name) { panel_->choose(name); }

Grid WeightsPane::grid_of(const MatrixName &name) const {
    Grid grid = grid_;
    grid.bits = bits_.bits_of(name.layer, name.projection).value_or(grid.bits);
    return grid;
}

void WeightsPane::open() {
    if (jobs_.running(open_slot))
        return; // which then looks at what is chosen
    panel_->show_busy(tr("Reading the weights"));
    jobs_.start(
        open_slot,
        [model = model_, run = run_](const Task &task) {
            return run.empty() ? WeightSource::of_model(model, task) : WeightSource::of_run(run, task);
        },
        [this](const std::shared_ptr<const WeightSource> &source) {
            source_ = source;
            look();
        },
        problems_shown());
}

void WeightsPane::look() {
    later_.stop();
    if (model_.empty() || !isVisible())
        return;
    if (!source_) {
        open();
        return;
    }
    jobs_.drop(row_slot); // of a matrix that is on its way out
    jobs_.start(
        matrix_slot,
        [source = source_, is_run = !run_.empty(), grid = grid_of(panel_->matrix()), name = panel_->matrix(),
         state = panel_->state(), row = panel_->row()](const Task &task) {
            const auto snapshot = is_run ? source->of_run(name, state, task) : source->rounded(name, grid);
            auto matrix = snapshot->view();
            task.check();
            auto values = snapshot->row(std::min(row, matrix.rows - 1));
            return Look{snapshot, std::move(matrix), std::move(values)};
        },
        [this](const Look &look) { take(look); }, problems_shown());
}

void WeightsPane::take(const Look &look) {
    snapshot_ = look.snapshot;
    panel_->show_matrix(look.matrix);
    if (look.row.row == panel_->row())
        panel_->show_row(look.row);
    else
        look_at_row(); // chosen meanwhile
    if (searching_ && panel_->state() == WeightState::now)
        later_.start(again_after);
    Q_EMIT shown();
}

void WeightsPane::look_at_row() {
    if (!snapshot_ || jobs_.running(matrix_slot))
        return; // whose row is chosen when it comes
    jobs_.start(
        row_slot, [snapshot = snapshot_, row = panel_->row()](const Task &) { return snapshot->row(row); },
        [this](const RowView &row) {
            panel_->show_row(row);
            Q_EMIT shown();
        },
        problems_shown());
}

BackgroundJobs::Callbacks WeightsPane::problems_shown() {
    return {.progress = {},
            .failed =
                [this](const QString &reason) {
                    snapshot_.reset();
                    panel_->show_problem(reason);
                },
            .cancelled = {}};
}

void WeightsPane::forget() {
    for (const auto &slot : {open_slot, matrix_slot, row_slot})
        jobs_.drop(slot);
    later_.stop();
    source_.reset();
    snapshot_.reset();
}

void WeightsPane::showEvent(QShowEvent *event) {
    QWidget::showEvent(event);
    look();
}

void WeightsPane::hideEvent(QHideEvent *event) {
    if (!event->spontaneous())
        forget();
    QWidget::hideEvent(event);
}

} // namespace invar
