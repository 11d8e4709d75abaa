// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/search/events.h"
#include "widgets/plot_view.h"

#include <QStringList>

#include <optional>
#include <vector>

class QCPColorMap;
class QCPColorScale;
class QComboBox;

namespace invar {

class CellOverlay;
class ElidedLabel;

/// Quantization error per layer and projection: one cell each, layers from left to right, projections (and the watched
/// layers' hidden states, "output") from top to bottom. A cell nothing is known of is hatched. Output errors are known
/// of matrices alone, and as they were last measured (MatrixError::output).
class ErrorHeatmap : public PlotView {
    Q_OBJECT
public:
    enum class Measure { relative, sqnr, mse, output };
    enum class View { start, now, improvement };

    explicit ErrorHeatmap(QWidget *parent = nullptr);

    /// Empties all cells. `projections`: as in ModelInfo; the row of hidden states is added by itself.
    void set_shape(int layers, const QStringList &projections);
    /// Errors of the starting method; also taken as the present ones.
    void set_start(const std::vector<MatrixError> &errors);
    /// Cells that changed; others stay.
    void update(const std::vector<MatrixError> &errors);
    using QWidget::update;

    [[nodiscard]] Measure measure() const { return measure_; }
    [[nodiscard]] View view() const { return view_; }
    void set_measure(Measure measure);
    void set_view(View view);

    [[nodiscard]] int layers() const { return layers_; }
    /// Names of the rows from top to bottom, ending with "output".
    [[nodiscard]] const QStringList &rows() const { return rows_; }
    /// What the cell shows in the chosen measure and view; nothing for a hatched cell.
    [[nodiscard]] std::optional<double> value(int layer, int row) const;
    /// Unit and meaning of value(), as beside the colour scale.
    [[nodiscard]] QString value_label() const;
    /// Colour that the cell is painted with; invalid for a hatched one.
    [[nodiscard]] QColor cell_colour(int layer, int row) const;

signals:
    void cell_clicked(int layer, const QString &projection);

protected:
    void take_up_data() override;
    void fit_axes() override;
    void arrange(QSize size) override;
    void apply_colours(const PlotColours &colours) override;
    [[nodiscard]] QString describe(QPointF position) const override;
    void write_csv(QTextStream &out) const override;
    void clicked(QPointF position) override;
    void changeEvent(QEvent *event) override;

private:
    /// As many layers' numbers as stand beside each other in a plot of that width.
    void choose_layer_ticks(int width);
    struct Cell {
        std::optional<MatrixError> start;
        std::optional<MatrixError> now;
    };
    struct Place {
        int layer = -1;
        int row = -1;
    };

    void build_map();
    void build_toolbar();
    void retranslate();
    [[nodiscard]] Cell *find(const MatrixError &error);
    [[nodiscard]] const Cell &cell(int layer, int row) const;
    [[nodiscard]] double measured(const MatrixError &error) const;
    [[nodiscard]] std::optional<double> value_in(View view, const Cell &cell) const;
    [[nodiscard]] std::optional<Place> place_at(QPointF position) const;
    [[nodiscard]] QString text_of(double value, View view) const;
    /// Why a cell of that row has no output error.
    [[nodiscard]] QString why_no_output(int row) const;
    [[nodiscard]] static QString output_row();
    void update_range();

    int layers_ = 0;
    QStringList rows_;
    std::vector<Cell> cells_; ///< layer-major
    Measure measure_ = Measure::relative;
    View view_ = View::now;

    QCPColorMap *map_ = nullptr;
    QCPColorScale *scale_ = nullptr;
    CellOverlay *overlay_ = nullptr;
    QComboBox *measure_choice_ = nullptr;
    QComboBox *view_choice_ = nullptr;
    ElidedLabel *note_ = nullptr; ///< when output errors are measured; hidden with other measures
};

} // namespace invar
