// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/search/events.h"
#include "widgets/plot_view.h"

#include <limits>
#include <span>
#include <vector>

class QCPAxis;
class QCPAxisRect;
class QCPGraph;
class QCPItemStraightLine;
class QCheckBox;
class QComboBox;

namespace invar {

/// The search's objective over its steps: above, the best loss so far and every candidate's as a faint dot; below, the
/// best loss's two parts, ce / ce0 (left axis) and alpha * mse / mse0 (right axis).
class LossPlot : public PlotView {
    Q_OBJECT
public:
    enum class XAxis { step, seconds };

    explicit LossPlot(QWidget *parent = nullptr);

    void clear();
    /// What the parts are measured against; before the first append(). Also puts the point of step 0.
    void set_start(double ce0, double mse0, double alpha);
    /// Cross-entropy of the full-precision model (nats per token): a dashed line at ce / ce0; 0: none.
    void set_reference(double full_precision_ce);
    /// Another run's best loss, as a dashed curve; an empty span takes it away.
    void set_comparison(const QString &name, std::span<const StepRecord> steps);
    void append(std::span<const StepRecord> steps);

    [[nodiscard]] XAxis x_axis() const { return x_axis_; }
    void set_x_axis(XAxis axis);
    void set_candidates_visible(bool visible);
    void set_log_scale(bool on) override;

    /// Curves, for tests and exporters.
    [[nodiscard]] QCPGraph *best() const { return best_; }
    [[nodiscard]] QCPGraph *candidates() const { return candidates_; }
    [[nodiscard]] QCPGraph *ce_part() const { return ce_part_; }
    [[nodiscard]] QCPGraph *mse_part() const { return mse_part_; }

protected:
    void take_up_data() override;
    void fit_axes() override;
    void arrange(QSize size) override;
    void apply_colours(const PlotColours &colours) override;
    [[nodiscard]] QString describe(QPointF position) const override;
    void write_csv(QTextStream &out) const override;
    [[nodiscard]] bool can_log_scale() const override { return true; }
    void changeEvent(QEvent *event) override;

private:
    /// Smallest and largest value so far of a curve.
    struct Extent {
        double low = std::numeric_limits<double>::infinity();
        double high = -std::numeric_limits<double>::infinity();
        void include(double value);
    };

    void build_axes();
    void build_curves();
    void build_toolbar();
    void update_labels();
    void rebuild();
    void add_start_point();
    void fit_value_axis(QCPAxis &axis, Extent extent) const;
    [[nodiscard]] Extent loss_extent() const;
    [[nodiscard]] double x_of(const StepRecord &record) const;
    [[nodiscard]] double ce_part_of(const StepRecord &record) const;
    [[nodiscard]] double mse_part_of(const StepRecord &record) const;
    [[nodiscard]] const StepRecord *nearest(double x) const;

    std::vector<StepRecord> steps_;
    std::size_t drawn_ = 0; ///< steps that are in the curves
    std::vector<StepRecord> comparison_steps_;
    double ce0_ = 0;
    double mse0_ = 0;
    double alpha_ = 0;
    double reference_ = 0;
    XAxis x_axis_ = XAxis::step;

    QCPAxisRect *top_ = nullptr;
    QCPAxisRect *bottom_ = nullptr;
    QCPGraph *best_ = nullptr;
    QCPGraph *candidates_ = nullptr;
    QCPGraph *comparison_ = nullptr;
    QCPGraph *ce_part_ = nullptr;
    QCPGraph *mse_part_ = nullptr;
    QCPGraph *reference_name_ = nullptr; ///< has no data: the legend's row for the line
    QCPItemStraightLine *reference_line_ = nullptr;
    Extent best_extent_;
    Extent ce_extent_;
    Extent mse_extent_;
    QComboBox *x_choice_ = nullptr;
    QCheckBox *candidates_check_ = nullptr;
};

} // namespace invar
