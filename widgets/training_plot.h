// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/quant/training_curve.h"
#include "widgets/plot_view.h"

#include <span>
#include <vector>

class QCPGraph;
class QCPItemText;

namespace invar {

/// How a starting method trains decoder layer after decoder layer: the error of each layer's output over its training
/// steps. While it goes on, the layer at work stands out; afterwards all are alike.
class TrainingPlot : public PlotView {
    Q_OBJECT
public:
    explicit TrainingPlot(QWidget *parent = nullptr);

    void clear();
    /// In order; a point that does not come after the last one begins another training, and the curves anew.
    void append(std::span<const TrainingPoint> points);
    /// Title of the method that trains, for the axis; empty: the user knows.
    void set_method(const QString &title);

    [[nodiscard]] bool is_empty() const { return layers_.empty(); }
    /// The layer at work; negative: none is any more.
    [[nodiscard]] int current_layer() const;
    /// A layer's curve, for tests and exporters; null where none has begun. Valid until the next redraw.
    [[nodiscard]] QCPGraph *curve(int layer) const;
    /// What the plot says when it is empty, else nothing.
    [[nodiscard]] QString empty_text() const;

protected:
    void take_up_data() override;
    void fit_axes() override;
    void arrange(QSize size) override;
    void apply_colours(const PlotColours &colours) override;
    [[nodiscard]] QString describe(QPointF position) const override;
    void write_csv(QTextStream &out) const override;
    [[nodiscard]] bool can_log_scale() const override { return true; }

private:
    using Curve = std::vector<TrainingPoint>;

    void choose_ticks();
    void update_legend();
    [[nodiscard]] QColor colour_of(std::size_t layer, const PlotColours &colours) const;

    std::vector<Curve> layers_; ///< by layer, up to the last that began
    std::vector<QCPGraph *> curves_;
    TrainingPoint last_;
    QString method_;
    QCPItemText *empty_;
};

} // namespace invar
