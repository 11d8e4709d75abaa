// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/level_lines.h"
#include "widgets/matrix_panel.h"
#include "widgets/row_plot.h"
#include "widgets/scale_map_plot.h"
#include "widgets/theme.h"
#include "widgets/weight_histogram_plot.h"

#include <QApplication>
#include <QComboBox>
#include <QLabel>
#include <QSignalSpy>
#include <QSpinBox>
#include <QTemporaryDir>
#include <QTest>

#include <qcustomplot.h>

#include <numeric>

using namespace invar;

namespace {

constexpr std::int64_t rows = 6;
constexpr std::int64_t columns = 32;
constexpr Grid grid{.bits = 2, .group_size = 8};

/// Weights that count up; each group has its own scale.
RowView example_row(std::int64_t index) {
    RowView row{.row = index, .grid = grid, .group_size = 8, .mse = 0.25, .sqnr_db = 12.5};
    for (int i = 0; i < columns; ++i) {
        row.exact.push_back(0.1F * static_cast<float>(i % 8) + static_cast<float>(index));
        row.rounded.push_back(static_cast<float>(index));
    }
    for (int group = 0; group < 4; ++group) {
        row.scales.push_back(static_cast<float>(1 + group));
        row.zeros.push_back(1);
    }
    return row;
}

MatrixView example_matrix(const MatrixName &name = {.layer = 0, .projection = "q_proj"}) {
    const auto row = example_row(0);
    MatrixView view{.error = {.layer = name.layer, .projection = name.projection, .mse = 0.5, .sqnr_db = 9.5},
                    .rows = rows,
                    .columns = columns,
                    .grid = grid,
                    .group_size = 8,
                    .groups = 4,
                    .minimum = 0,
                    .maximum = 0.7,
                    .histogram = count_weights(row.exact, row.rounded, 20),
                    .scales = {.values = {}, .rows = 3, .columns = 4, .row_step = 2, .group_step = 1}};
    view.scales.values.resize(12);
    std::iota(view.scales.values.begin(), view.scales.values.end(), 1.0F);
    return view;
}

struct Panel {
    MatrixPanel widget;

    Panel() {
        widget.set_model(3, {QStringLiteral("q_proj"), QStringLiteral("fc1")});
        widget.show_matrix(example_matrix());
        widget.show_row(example_row(0));
    }
    void show() {
        widget.resize(1200, 320);
        widget.show();
        QVERIFY(QTest::qWaitForWindowExposed(&widget));
        QTest::qWait(30);
    }
    template <typename T> [[nodiscard]] T &child(const char *name) const {
        return *widget.findChild<T *>(QLatin1String(name));
    }
    [[nodiscard]] QString text(const char *name) const { return child<QLabel>(name).text(); }
};

void click(PlotView &view, double x, double y) {
    const QPoint place(static_cast<int>(view.plot()->xAxis->coordToPixel(x)),
                       static_cast<int>(view.plot()->yAxis->coordToPixel(y)));
    QTest::mouseClick(view.plot(), Qt::LeftButton, {}, place);
}

} // namespace

class TestMatrixPanel : public QObject {
    Q_OBJECT

private slots:
    void init() { apply_theme(Theme::light); }

    void the_numbers_of_matrix_and_row_are_told() {
        const Panel panel;
        QVERIFY(panel.text("matrix_text").contains(QStringLiteral("layer 0, q_proj")));
        QVERIFY(panel.text("matrix_text").contains(QStringLiteral("SQNR 9.5 dB")));
        QVERIFY(!panel.text("matrix_text").contains(QStringLiteral("output error")));
        QVERIFY(panel.text("scales_text").contains(QStringLiteral("6 × 32")));
        QVERIFY(panel.text("scales_text").contains(QStringLiteral("groups of 8")));
        QVERIFY(panel.text("row_text").contains(QStringLiteral("row 0")));
        QVERIFY(panel.text("row_text").contains(QStringLiteral("MSE 0.25 · SQNR 12.5 dB")));
        QCOMPARE(panel.child<QSpinBox>("weights_row").maximum(), 5);
        QCOMPARE(panel.child<QSpinBox>("weights_group").maximum(), 3);
    }

    void another_matrix_state_or_row_is_asked_for_once() {
        Panel panel;
        QSignalSpy matrix(&panel.widget, &MatrixPanel::matrix_wanted);
        QSignalSpy row(&panel.widget, &MatrixPanel::row_wanted);
        panel.child<QSpinBox>("weights_layer").setValue(2);
        QCOMPARE(matrix.count(), 1);
        panel.widget.choose({.layer = 1, .projection = "fc1"});
        QCOMPARE(matrix.count(), 2);
        QCOMPARE(panel.widget.matrix(), (MatrixName{.layer = 1, .projection = "fc1"}));
        panel.widget.choose({.layer = 1, .projection = "fc1"}); // as it is
        panel.widget.choose({.layer = 9, .projection = "fc1"}); // there is none
        panel.widget.choose({.layer = 0, .projection = "output"});
        QCOMPARE(matrix.count(), 2);
        panel.widget.set_run(true);
        QCOMPARE(panel.widget.state(), WeightState::now);
        panel.child<QComboBox>("weights_state").setCurrentIndex(0);
        QCOMPARE(panel.widget.state(), WeightState::at_start);
        QCOMPARE(matrix.count(), 3);
        QCOMPARE(row.count(), 0);
        panel.widget.choose_row(4);
        QCOMPARE(row.count(), 1);
        panel.widget.choose_row(400);
        QCOMPARE(panel.widget.row(), std::int64_t{5});
    }

    void a_row_that_is_not_chosen_any_more_is_not_shown() {
        Panel panel;
        panel.widget.choose_row(3);
        panel.widget.show_row(example_row(2));
        QCOMPARE(panel.widget.shown_row()->row, std::int64_t{0});
        panel.widget.show_row(example_row(3));
        QCOMPARE(panel.widget.shown_row()->row, std::int64_t{3});
    }

    void the_histogram_counts_the_chosen_part_and_has_the_group_s_levels() {
        Panel panel;
        const auto counted = [&] {
            const auto &counts = panel.widget.histogram().histogram().before;
            return std::accumulate(counts.begin(), counts.end(), std::int64_t{0});
        };
        QCOMPARE(counted(), std::int64_t{32});
        QCOMPARE(panel.widget.histogram().levels(), (std::vector<double>{-1, 0, 1, 2}));
        panel.widget.choose_group(2);
        QCOMPARE(panel.widget.histogram().levels(), (std::vector<double>{-3, 0, 3, 6}));
        panel.child<QComboBox>("weights_part").setCurrentIndex(static_cast<int>(MatrixPanel::Part::row));
        QCOMPARE(counted(), columns);
        panel.child<QComboBox>("weights_part").setCurrentIndex(static_cast<int>(MatrixPanel::Part::group));
        QCOMPARE(counted(), std::int64_t{8});
    }

    void the_cursor_tells_whose_levels_the_histogram_has() {
        Panel panel;
        panel.show();
        panel.widget.choose_group(2);
        auto &plot = panel.widget.histogram();
        QTest::mouseMove(plot.plot(), plot.plot()->axisRect()->center());
        QTRY_VERIFY2(plot.readout().endsWith(QStringLiteral("levels of row 0, group 2")), qPrintable(plot.readout()));
        const auto *legend = plot.plot()->legend;
        QCOMPARE(qobject_cast<QCPPlottableLegendItem *>(legend->item(2))->plottable()->name(),
                 QStringLiteral("levels"));
    }

    void a_row_is_drawn_as_dots_and_as_the_steps_they_became() {
        Panel panel;
        panel.show();
        const RowPlot &plot = panel.widget.row_plot();
        QCOMPARE(plot.exact()->dataCount(), static_cast<int>(columns));
        QCOMPARE(plot.rounded()->dataCount(), static_cast<int>(columns));
        QCOMPARE(plot.exact()->dataMainValue(3), static_cast<double>(0.1F * 3));
        QCOMPARE(plot.rounded()->dataMainValue(3), 0.0);
        QVERIFY(plot.plot()->xAxis->range().contains(0) && plot.plot()->xAxis->range().contains(15));
        QVERIFY(!plot.plot()->xAxis->range().contains(24)); // two groups away
        panel.widget.choose_group(3);
        QTRY_VERIFY(plot.plot()->xAxis->range().contains(31));
        QVERIFY(!plot.plot()->xAxis->range().contains(8));
    }

    void a_click_on_a_scale_or_in_the_row_chooses_the_group() {
        Panel panel;
        panel.show();
        click(panel.widget.scales(), 2, 4.2); // the last of three cells of two rows each
        QCOMPARE(panel.widget.group(), std::int64_t{2});
        QCOMPARE(panel.widget.row(), std::int64_t{4});
        panel.widget.show_row(example_row(4));
        QTest::qWait(30);
        click(panel.widget.row_plot(), 12, 4.2);
        QCOMPARE(panel.widget.group(), std::int64_t{1});
    }

    void the_map_s_title_says_that_cells_are_means() {
        Panel panel;
        panel.show();
        const auto *axis = panel.widget.scales().plot()->xAxis;
        QVERIFY(axis->label().contains(QStringLiteral("mean of 2 × 1")));
        auto view = example_matrix();
        view.rows = 3;
        view.scales.row_step = 1;
        panel.widget.show_matrix(view);
        QTRY_VERIFY(!axis->label().contains(QStringLiteral("mean")));
    }

    void a_problem_is_told_in_place_of_numbers_and_plots() {
        Panel panel;
        panel.widget.show_problem(QStringLiteral("a group size of 7 does not divide a row of 32 weights"));
        QVERIFY(panel.text("matrix_text").contains(QStringLiteral("group size of 7")));
        QVERIFY(!panel.widget.shown_matrix() && !panel.widget.shown_row());
        QVERIFY(panel.widget.histogram().histogram().before.empty());
        QVERIFY(panel.text("row_text").isEmpty());
        panel.widget.show_matrix(example_matrix());
        QVERIFY(panel.text("matrix_text").contains(QStringLiteral("q_proj")));
    }

    void of_many_levels_some_are_drawn_with_both_ends() {
        std::vector<double> levels(256);
        std::iota(levels.begin(), levels.end(), 0.0);
        const auto drawn = drawn_levels(levels);
        QVERIFY(drawn.size() <= 33);
        QCOMPARE(drawn.front(), 0.0);
        QCOMPARE(drawn.back(), 255.0);
        levels.resize(16);
        QCOMPARE(drawn_levels(levels), levels);
    }

    void plots_write_what_they_show() {
        Panel panel;
        panel.show();
        QCOMPARE(panel.widget.histogram().csv().count(u'\n'), 21);
        QCOMPARE(panel.widget.scales().csv().count(u'\n'), 13);
        QVERIFY(panel.widget.scales().csv().contains(QStringLiteral("4,5,3,3,12\n")));
        QVERIFY(panel.widget.row_plot().csv().startsWith(QStringLiteral("column,group,full_precision,rounded")));
        QCOMPARE(panel.widget.row_plot().csv().count(u'\n'), 17); // the two groups in sight
        panel.widget.histogram().set_log_scale(true);
        QTRY_COMPARE(panel.widget.histogram().plot()->yAxis->scaleType(), QCPAxis::stLogarithmic);
        const QTemporaryDir folder;
        for (const char *suffix : {"png", "svg"})
            QVERIFY(panel.widget.row_plot().save_to(folder.filePath(QStringLiteral("row.") + QLatin1String(suffix))));
    }
};

QTEST_MAIN(TestMatrixPanel)
#include "tst_matrix_panel.moc"
