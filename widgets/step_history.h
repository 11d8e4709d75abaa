// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/plot_view.h"

#include <cstdint>
#include <vector>

class QCPGraph;

namespace invar {

/// A number that is measured now and then, over the search's steps. Subclasses say what it is.
class StepHistory : public PlotView {
    Q_OBJECT
public:
    struct Point {
        std::int64_t step;
        double value;
    };

    explicit StepHistory(QWidget *parent = nullptr);

    void clear();
    void append(Point point);
    [[nodiscard]] const std::vector<Point> &points() const { return points_; }

protected:
    /// The value axis' label, in the user's language.
    [[nodiscard]] virtual QString value_label() const = 0;
    [[nodiscard]] virtual QString describe_point(const Point &point) const = 0;
    /// The header of its column in a .csv.
    [[nodiscard]] virtual QString column() const = 0;

    void take_up_data() override;
    void fit_axes() override;
    void apply_colours(const PlotColours &colours) override;
    [[nodiscard]] QString describe(QPointF position) const override;
    void write_csv(QTextStream &out) const override;
    [[nodiscard]] bool can_log_scale() const override { return false; }

private:
    std::vector<Point> points_;
    QCPGraph *line_;
};

/// Measured perplexity of the quantized model.
class PerplexityHistory : public StepHistory {
    Q_OBJECT
public:
    explicit PerplexityHistory(QWidget *parent = nullptr);

protected:
    [[nodiscard]] QString value_label() const override;
    [[nodiscard]] QString describe_point(const Point &point) const override;
    [[nodiscard]] QString column() const override { return QStringLiteral("perplexity"); }
};

/// How far approximate moves have changed the full-precision model's function, in percent.
class DriftHistory : public StepHistory {
    Q_OBJECT
public:
    explicit DriftHistory(QWidget *parent = nullptr);

protected:
    [[nodiscard]] QString value_label() const override;
    [[nodiscard]] QString describe_point(const Point &point) const override;
    [[nodiscard]] QString column() const override { return QStringLiteral("drift_percent"); }
};

} // namespace invar
