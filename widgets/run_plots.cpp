// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/run_plots.h"

#include "core/base/error.h"
#include "widgets/error_heatmap.h"
#include "widgets/loss_plot.h"
#include "widgets/moves_plot.h"
#include "widgets/picture_file.h"
#include "widgets/plot_format.h"

#include <QCoreApplication>
#include <QFontMetricsF>

#include <qcustomplot.h>

#include <algorithm>
#include <cmath>

namespace invar {

namespace {

struct RunPlots {
    Q_DECLARE_TR_FUNCTIONS(invar::RunPlots)
};

constexpr double page_width = 1100; ///< in units of the plots' fonts: a larger picture has larger letters
constexpr int margin = 14;
constexpr int heading_height = 20;

int layers_of(const RunRecord &run) {
    auto layers = static_cast<int>(run.statistics.per_layer.size());
    for (const MatrixError &error : run.errors_at_start)
        layers = std::max(layers, error.layer + 1);
    return layers;
}

QString title_line(const RunRecord &run) {
    const SearchSettings &s = run.settings;
    const QString group = s.grid.group_size ? QString::number(s.grid.group_size) : RunPlots::tr("whole row");
    return RunPlots::tr("%1 · %2 bits, group %3%4, %5 · %6 · seed %7")
        .arg(QString::fromStdString(s.model), QString::number(s.grid.bits), group,
             s.grid.symmetric ? RunPlots::tr(", symmetric") : QString(), QString::fromStdString(s.method),
             names_of(s.invariances), QString::number(s.seed));
}

QString result_line(const RunRecord &run) {
    if (run.steps.empty())
        return RunPlots::tr("no steps yet · %1 bits per weight").arg(short_number(run.bits_per_weight));
    const StepRecord &last = run.steps.back();
    return RunPlots::tr("%1 steps in %2 s · %3 accepted (%4 %) · loss %5 → %6 · %7 bits per weight")
        .arg(QString::number(last.step), QString::number(last.seconds, 'f', 1),
             QString::number(run.statistics.total.accepted),
             QString::number(accepted_share(run.statistics.total), 'f', 1),
             short_number(1 + (run.mse0 > 0 ? run.settings.alpha : 0)), short_number(last.best_loss),
             short_number(run.bits_per_weight));
}

/// The views that a page shows; built once, drawn by draw().
class RunPage {
public:
    explicit RunPage(const RunRecord &run) : title_(title_line(run)), result_(result_line(run)) {
        QStringList projections;
        for (const std::string &projection : run.projections)
            projections += QString::fromStdString(projection);
        loss_.set_start(run.ce0, run.mse0, run.settings.alpha);
        loss_.set_reference(run.full_precision_ce);
        loss_.append(run.steps);
        for (ErrorHeatmap *map : {&now_, &improvement_}) {
            map->set_shape(layers_of(run), projections);
            map->set_start(run.errors_at_start);
            map->update(run.errors_now);
        }
        now_.set_view(ErrorHeatmap::View::now);
        improvement_.set_view(ErrorHeatmap::View::improvement);
        moves_.set_statistics(run.statistics);
    }

    void draw(QCPPainter &painter, QSize page) {
        const QColor ink = print_colours().text;
        QFont bold = loss_.font();
        bold.setBold(true);
        QFont large = bold;
        large.setPointSizeF(bold.pointSizeF() * 1.25);
        const int width = page.width() - 2 * margin;
        painter.setPen(ink);
        painter.setFont(large);
        painter.drawText(QRectF(margin, margin, width, 22), Qt::AlignLeft | Qt::AlignVCenter, title_);
        painter.setFont(loss_.font());
        painter.drawText(QRectF(margin, margin + 22, width, 18), Qt::AlignLeft | Qt::AlignVCenter, result_);

        const int top = margin + 50;
        const int room = page.height() - top - margin;
        const int upper = room * 52 / 100;
        const int third = (width - 2 * margin) / 3;
        const auto place = [&](PlotView &view, const QString &heading, QRect area) {
            painter.setPen(ink);
            painter.setFont(bold);
            painter.drawText(QRectF(area.left(), area.top(), area.width(), heading_height),
                             Qt::AlignLeft | Qt::AlignVCenter, heading);
            view.draw_on(painter, area.adjusted(0, heading_height + 2, 0, 0));
        };
        place(loss_, RunPlots::tr("Loss"), {margin, top, width, upper});
        const int below = top + upper + margin;
        const int lower = room - upper - margin;
        place(now_, RunPlots::tr("Error now"), {margin, below, third, lower});
        place(improvement_, RunPlots::tr("Improvement since the start"),
              {margin + third + margin, below, third, lower});
        place(moves_, RunPlots::tr("Moves"), {margin + 2 * (third + margin), below, third, lower});
    }

private:
    QString title_;
    QString result_;
    LossPlot loss_;
    ErrorHeatmap now_;
    ErrorHeatmap improvement_;
    MovesPlot moves_;
};

} // namespace

void render_run(const RunRecord &run, const QString &file, QSize size) {
    RunPage page(run);
    const QString problem = write_picture(file, size, 1, [&](QCPPainter &painter) {
        const double scale = std::max(size.width() / page_width, 0.1);
        painter.scale(scale, scale);
        page.draw(painter, (QSizeF(size) / scale).toSize());
    });
    if (!problem.isEmpty())
        throw Error(problem.toStdString());
}

} // namespace invar
