// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/evaluate/matrix_view.h"
#include "widgets/plot_view.h"

#include <vector>

class QCPCurve;
class QCPGraph;

namespace invar {

/// Where weights lie, before rounding and after, with one group's levels as vertical lines.
class WeightHistogramPlot : public PlotView {
    Q_OBJECT
public:
    explicit WeightHistogramPlot(QWidget *parent = nullptr);

    /// An empty one clears the plot.
    void set_histogram(const WeightHistogram &histogram);
    [[nodiscard]] const WeightHistogram &histogram() const { return histogram_; }
    /// `of`: whose levels they are, in the user's language; told under the cursor.
    void set_levels(const std::vector<double> &levels, const QString &of);
    [[nodiscard]] const std::vector<double> &levels() const { return levels_; }

protected:
    void take_up_data() override;
    void fit_axes() override;
    void apply_colours(const PlotColours &colours) override;
    [[nodiscard]] QString describe(QPointF position) const override;
    void write_csv(QTextStream &out) const override;
    [[nodiscard]] bool can_log_scale() const override { return true; }

private:
    [[nodiscard]] double highest() const;

    WeightHistogram histogram_;
    std::vector<double> levels_;
    QString levels_of_;
    QCPGraph *before_;
    QCPGraph *after_;
    QCPCurve *lines_;
};

} // namespace invar
