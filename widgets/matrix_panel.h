// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/evaluate/weight_source.h"

#include <QStringList>
#include <QWidget>

#include <optional>

class QComboBox;
class QLabel;
class QSpinBox;

namespace invar {

class ElidedLabel;
class RowPlot;
class ScaleMapPlot;
class WeightHistogramPlot;

/// What the grid does to one matrix: where its weights lie before rounding and after, the scales of its groups, and one
/// row weight by weight. Says what it wants to be given, and shows it.
class MatrixPanel : public QWidget {
    Q_OBJECT
public:
    /// Whose weights the histogram counts.
    enum class Part { matrix, row, group };

    explicit MatrixPanel(QWidget *parent = nullptr);

    /// Empties the panel for another model; no layers: there is none.
    void set_model(int layers, const QStringList &projections);
    /// Whether there is a run, whose start and present can be looked at; otherwise rounding is only a preview.
    void set_run(bool is_run);
    /// Empties the plots; the choices stay.
    void clear();

    void choose(const MatrixName &name);
    void choose_row(std::int64_t row);
    void choose_group(std::int64_t group);
    [[nodiscard]] MatrixName matrix() const;
    [[nodiscard]] WeightState state() const;
    [[nodiscard]] std::int64_t row() const;
    [[nodiscard]] std::int64_t group() const;

    void show_matrix(const MatrixView &view);
    /// Ignored unless it is the row that is chosen now.
    void show_row(const RowView &row);
    /// Why nothing (new) can be shown; empties the plots.
    void show_problem(const QString &reason);
    /// In place of the matrix's numbers while they are made.
    void show_busy(const QString &what);

    [[nodiscard]] const std::optional<MatrixView> &shown_matrix() const { return view_; }
    [[nodiscard]] const std::optional<RowView> &shown_row() const { return row_view_; }
    [[nodiscard]] WeightHistogramPlot &histogram() const { return *histogram_; }
    [[nodiscard]] ScaleMapPlot &scales() const { return *scales_; }
    [[nodiscard]] RowPlot &row_plot() const { return *row_plot_; }

signals:
    /// Another matrix or state was chosen: show_matrix() and show_row() are waited for.
    void matrix_wanted();
    /// Another row: show_row() is waited for.
    void row_wanted();
    /// Something could not be done, and why.
    void message(const QString &text);

protected:
    void changeEvent(QEvent *event) override;

private:
    void build_controls();
    [[nodiscard]] QWidget *column(ElidedLabel *heading, QWidget *plot);
    void use_group();
    void show_histogram();
    void show_texts();
    void retranslate();

    QLabel *layer_label_;
    QSpinBox *layer_;
    QComboBox *projection_;
    QComboBox *state_;
    QLabel *row_label_;
    QSpinBox *row_;
    QLabel *group_label_;
    QSpinBox *group_;
    QLabel *part_label_;
    QComboBox *part_;
    ElidedLabel *matrix_text_;
    ElidedLabel *scales_text_;
    ElidedLabel *row_text_;
    WeightHistogramPlot *histogram_;
    ScaleMapPlot *scales_;
    RowPlot *row_plot_;

    std::optional<MatrixView> view_;
    std::optional<RowView> row_view_;
    QString note_; ///< shown in place of the matrix's numbers
    bool note_is_problem_ = false;
    bool is_run_ = false;
};

} // namespace invar
