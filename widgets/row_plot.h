// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/evaluate/matrix_view.h"
#include "widgets/plot_view.h"

#include <optional>

class QCPCurve;
class QCPGraph;
class QCPItemRect;

namespace invar {

/// What a grid does to one row: the weights as dots, what they are rounded to as a step line, each group's levels as
/// faint lines, groups parted by upright ones. Shows the chosen group with its neighbours; a click chooses another.
class RowPlot : public PlotView {
    Q_OBJECT
public:
    explicit RowPlot(QWidget *parent = nullptr);

    void clear();
    void set_row(const RowView &row);
    void set_group(std::int64_t group);
    [[nodiscard]] std::int64_t group() const { return group_; }

    [[nodiscard]] QCPGraph *exact() const { return exact_; }
    [[nodiscard]] QCPGraph *rounded() const { return rounded_; }

signals:
    void group_clicked(std::int64_t group);

protected:
    void take_up_data() override;
    void fit_axes() override;
    void apply_colours(const PlotColours &colours) override;
    [[nodiscard]] QString describe(QPointF position) const override;
    void write_csv(QTextStream &out) const override;
    void clicked(QPointF position) override;

private:
    [[nodiscard]] std::int64_t groups() const { return static_cast<std::int64_t>(row_.scales.size()); }
    [[nodiscard]] std::optional<std::size_t> column_at(QPointF position) const;

    RowView row_;
    std::int64_t group_ = 0;
    QCPItemRect *chosen_;
    QCPCurve *levels_;
    QCPCurve *borders_;
    QCPGraph *rounded_;
    QCPGraph *exact_;
};

} // namespace invar
