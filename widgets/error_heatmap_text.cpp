// SPDX-License-Identifier: GPL-3.0-or-later
// What the heatmap says in words and numbers.
#include "widgets/error_heatmap.h"

#include "widgets/cell_overlay.h"
#include "widgets/elided_label.h"
#include "widgets/plot_format.h"

#include <qcustomplot.h>

#include <QComboBox>
#include <QLocale>
#include <QTextStream>

#include <cmath>

namespace invar {

void ErrorHeatmap::retranslate() {
    plot()->setAccessibleName(tr("Quantization error per layer and projection"));
    measure_choice_->setItemText(0, tr("relative error"));
    measure_choice_->setItemText(1, tr("SQNR (dB)"));
    measure_choice_->setItemText(2, tr("MSE (log)"));
    measure_choice_->setItemText(3, tr("output error"));
    measure_choice_->setToolTip(
        QStringLiteral("<p>%1</p><p>%2</p>")
            .arg(
                tr("How the error is measured. SQNR: signal to quantization noise, more is better"),
                tr("Output error: relative error of a matrix's outputs for the inputs that it has in the "
                   "full-precision model, on the first %1 tokens of the calibration set at most. It is measured at the "
                   "start and when the search pauses or ends; in between, cells show it as last measured.")
                    .arg(QLocale().toString(output_error_tokens))));
    measure_choice_->setAccessibleName(tr("Error measure"));
    view_choice_->setItemText(0, tr("start"));
    view_choice_->setItemText(1, tr("now"));
    view_choice_->setItemText(2, tr("improvement"));
    view_choice_->setToolTip(tr("Error after the starting method, error now, or what the search improved"));
    view_choice_->setAccessibleName(tr("Shown state"));
    plot()->xAxis->setLabel(tr("decoder layer"));
    scale_->setLabel(value_label());
    note_->setText(tr("as last measured"));
    note_->setToolTip(measure_choice_->toolTip());
    note_->setVisible(measure_ == Measure::output);
    plot()->yAxis->setTicker([this] {
        const auto ticker = QSharedPointer<QCPAxisTickerText>::create();
        for (qsizetype row = 0; row < rows_.size(); ++row)
            ticker->addTick(static_cast<double>(row), rows_[row] == output_row() ? tr("output") : rows_[row]);
        return ticker;
    }());
}

QString ErrorHeatmap::value_label() const {
    if (view_ == View::improvement)
        return measure_ == Measure::sqnr ? tr("improvement (dB)") : tr("improvement (%)");
    switch (measure_) {
    case Measure::relative:
        return tr("relative error");
    case Measure::sqnr:
        return tr("SQNR (dB)");
    case Measure::mse:
        return tr("MSE");
    case Measure::output:
        return tr("output error");
    }
    return {};
}

QString ErrorHeatmap::text_of(double value, View view) const {
    if (std::isinf(value))
        return QStringLiteral("∞");
    const QLocale locale;
    if (view == View::improvement && value == 0)
        return QStringLiteral("0");
    if (view == View::improvement)
        return (value > 0 ? QStringLiteral("+") : QString()) + locale.toString(value, 'f', 1);
    switch (measure_) {
    case Measure::relative:
    case Measure::output:
        return locale.toString(value, 'f', 3);
    case Measure::sqnr:
        return locale.toString(value, 'f', 1);
    case Measure::mse:
        return locale.toString(value, 'e', 1);
    }
    return {};
}

QString ErrorHeatmap::why_no_output(int row) const {
    return rows_[row] == output_row() ? tr("not a matrix: see its relative error")
                                      : tr("older run: measured when it goes on");
}

QString ErrorHeatmap::describe(QPointF position) const {
    const auto place = place_at(position);
    if (overlay_->set_current(place ? std::optional(QPoint(place->layer, place->row)) : std::nullopt))
        plot()->layer(QStringLiteral("cells"))->replot();
    if (!place)
        return {};
    const Cell &found = cell(place->layer, place->row);
    const QString name = tr("layer %1, %2").arg(QString::number(place->layer), rows_[place->row]);
    if (!found.now)
        return tr("%1 · no data").arg(name);
    if (measure_ == Measure::output && !value_in(View::start, found) && !value_in(View::now, found))
        return name + QStringLiteral(" · ") + why_no_output(place->row);
    const auto text = [&](View view) {
        const auto number = value_in(view, found);
        return number ? text_of(*number, view) : QStringLiteral("–");
    };
    const QString unit = measure_ == Measure::sqnr ? tr("dB") : tr("%");
    return tr("%1 · %2: start %3, now %4, improvement %5 %6")
        .arg(name, measure_choice_->currentText(), text(View::start), text(View::now), text(View::improvement), unit);
}

void ErrorHeatmap::write_csv(QTextStream &out) const {
    out << "layer,projection,start_mse,start_relative,start_sqnr_db,now_mse,now_relative,now_sqnr_db,"
           "start_output_error,now_output_error\n";
    const auto write = [&out](const std::optional<MatrixError> &error) {
        if (error)
            out << ',' << exact_number(error->mse) << ',' << exact_number(error->relative) << ','
                << exact_number(error->sqnr_db);
        else
            out << ",,,";
    };
    const auto write_output = [&out](const std::optional<MatrixError> &error) {
        out << ',';
        if (error && error->output)
            out << exact_number(*error->output);
    };
    for (int layer = 0; layer < layers_; ++layer)
        for (int row = 0; row < rows_.size(); ++row) {
            const Cell &each = cell(layer, row);
            if (!each.now || !plot()->xAxis->range().contains(layer) || !plot()->yAxis->range().contains(row))
                continue;
            out << layer << ',' << rows_[row];
            write(each.start);
            write(each.now);
            write_output(each.start);
            write_output(each.now);
            out << '\n';
        }
}

} // namespace invar
