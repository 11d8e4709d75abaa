// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/plot_view.h"

#include <QWidget>

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

class QCPGraph;

namespace invar {

/// Three horizontal bars with their numbers: full precision, at the start, now.
class PerplexityBars : public QWidget {
    Q_OBJECT
public:
    using Values = std::array<std::optional<double>, 3>;

    explicit PerplexityBars(QWidget *parent = nullptr);

    void set_values(const Values &values);
    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    [[nodiscard]] int row_height() const;

    Values values_;
};

/// Measured perplexity of the quantized model over the search's steps, between the two levels that bound it.
class PerplexityHistory : public PlotView {
    Q_OBJECT
public:
    explicit PerplexityHistory(QWidget *parent = nullptr);

    struct Point {
        std::int64_t step;
        double perplexity;
    };

    void clear();
    void append(Point point);
    [[nodiscard]] const std::vector<Point> &points() const { return points_; }

protected:
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

} // namespace invar
