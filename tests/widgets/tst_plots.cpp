// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/error_heatmap.h"
#include "widgets/example_run.h"
#include "widgets/loss_plot.h"
#include "widgets/moves_plot.h"
#include "widgets/theme.h"

#include "core/search/run_folder.h"

#include <QApplication>
#include <QComboBox>
#include <QFile>
#include <QLabel>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include <qcustomplot.h>

#include <algorithm>
#include <cmath>
#include <span>

using namespace invar;

namespace {

QByteArray content_of(const QString &file) {
    QFile in(file);
    return in.open(QIODevice::ReadOnly) ? in.readAll() : QByteArray();
}

int colours_in(const QImage &image) {
    QSet<QRgb> colours;
    for (int y = 0; y < image.height(); y += 3)
        for (int x = 0; x < image.width(); x += 3)
            colours.insert(image.pixel(x, y));
    return static_cast<int>(colours.size());
}

QPointF cell_centre(const ErrorHeatmap &map, int layer, int row) {
    return {map.plot()->xAxis->coordToPixel(layer), map.plot()->yAxis->coordToPixel(row)};
}

void turn_wheel(PlotView &view) {
    const QPointF centre = view.plot()->axisRect()->center();
    QWheelEvent wheel(centre, view.plot()->mapToGlobal(centre), {0, 0}, {0, 120}, Qt::NoButton, Qt::NoModifier,
                      Qt::NoScrollPhase, false);
    QCoreApplication::sendEvent(view.plot(), &wheel);
}

void show(QWidget &widget, QSize size = {700, 420}) {
    widget.resize(size);
    widget.show();
    QVERIFY(QTest::qWaitForWindowExposed(&widget));
    QCoreApplication::processEvents();
}

} // namespace

class Plots : public QObject {
    Q_OBJECT
private slots:
    void init() { apply_theme(Theme::light); }

    void every_step_becomes_a_point_of_each_curve() {
        LossPlot plot;
        plot.set_start(4, 0.2, 0.1);
        plot.append(example_steps(1, 300));
        show(plot);
        QCOMPARE(plot.best()->dataCount(), 301); // and the start
        QCOMPARE(plot.candidates()->dataCount(), 300);
        QCOMPARE(plot.best()->dataMainValue(0), 1.1);
        QCOMPARE(plot.ce_part()->dataMainValue(300), example_steps(300, 1).front().best_ce / 4);
        QCOMPARE(plot.mse_part()->dataMainValue(300), 0.1 * example_steps(300, 1).front().best_mse / 0.2);
    }

    void ten_thousand_steps_in_a_hundred_batches_are_redrawn_once() {
        LossPlot plot;
        plot.set_start(4, 0.2, 0.1);
        show(plot);
        QTest::qWait(20);
        QSignalSpy redraws(plot.plot(), &QCustomPlot::afterReplot);
        for (int batch = 0; batch < 100; ++batch)
            plot.append(example_steps(1 + 100 * batch, 100));
        QCOMPARE(redraws.count(), 0);
        QTest::qWait(50);
        QCOMPARE(redraws.count(), 1);
        QCOMPARE(plot.best()->dataCount(), 10001);
    }

    void a_hidden_plot_does_not_draw_and_is_up_to_date_once_shown() {
        LossPlot plot;
        QTest::qWait(20); // QCustomPlot draws itself once when it is made
        QSignalSpy redraws(plot.plot(), &QCustomPlot::afterReplot);
        plot.append(example_steps(1, 100));
        QTest::qWait(20);
        QCOMPARE(redraws.count(), 0);
        show(plot);
        QTRY_COMPARE(plot.best()->dataCount(), 100);
    }

    void diverged_candidates_do_not_flatten_the_curve() {
        LossPlot plot;
        plot.set_start(4, 0.2, 0.1);
        plot.append(example_steps(1, 1000));
        show(plot);
        const QCPRange shown = plot.plot()->yAxis->range();
        QCOMPARE_LT(shown.upper, 1.2);
        QVERIFY(shown.contains(1.1));
        QVERIFY(shown.contains(example_steps(1000, 1).front().best_loss));
    }

    void the_axes_follow_the_data_until_the_wheel_turns_and_again_after_home() {
        LossPlot plot;
        plot.append(example_steps(1, 100));
        show(plot);
        QVERIFY(plot.is_following());
        turn_wheel(plot);
        QVERIFY(!plot.is_following());
        const QCPRange zoomed = plot.plot()->xAxis->range();
        QCOMPARE_LT(zoomed.size(), 100);
        plot.append(example_steps(101, 900));
        QTest::qWait(20);
        QCOMPARE(plot.plot()->xAxis->range().upper, zoomed.upper);
        QTest::keyClick(plot.plot(), Qt::Key_Home);
        QTRY_COMPARE_GE(plot.plot()->xAxis->range().upper, 1000);
        QVERIFY(plot.is_following());
    }

    void shift_and_drag_zoom_to_the_box() {
        LossPlot plot;
        plot.append(example_steps(1, 1000));
        show(plot);
        const QRect rect = plot.plot()->axisRect()->rect();
        const QPoint from = rect.topLeft() + QPoint(rect.width() / 4, rect.height() / 4);
        QTest::mousePress(plot.plot(), Qt::LeftButton, Qt::ShiftModifier, from);
        QMouseEvent move(QEvent::MouseMove, QPointF(rect.center()), plot.plot()->mapToGlobal(QPointF(rect.center())),
                         Qt::NoButton, Qt::LeftButton, Qt::ShiftModifier);
        QCoreApplication::sendEvent(plot.plot(), &move);
        QTest::mouseRelease(plot.plot(), Qt::LeftButton, Qt::ShiftModifier, rect.center());
        QCOMPARE_LT(plot.plot()->xAxis->range().size(), 400);
        QVERIFY(!plot.is_following());
    }

    void a_click_on_the_legend_hides_a_curve_and_dims_its_name() {
        LossPlot plot;
        plot.append(example_steps(1, 100));
        show(plot);
        QCPLegend *legend = plot.plot()->legend;
        auto *item = qobject_cast<QCPPlottableLegendItem *>(legend->itemWithPlottable(plot.candidates()));
        QVERIFY(item);
        const int before = item->textColor().alpha();
        QTest::mouseClick(plot.plot(), Qt::LeftButton, {}, item->outerRect().center());
        QVERIFY(!plot.candidates()->visible());
        QCOMPARE_LT(item->textColor().alpha(), before);
        QTest::mouseClick(plot.plot(), Qt::LeftButton, {}, item->outerRect().center());
        QVERIFY(plot.candidates()->visible());
    }

    void the_cursor_reads_the_nearest_step() {
        LossPlot plot;
        plot.append(example_steps(1, 100));
        show(plot);
        const double x = plot.plot()->xAxis->coordToPixel(41.8);
        QTest::mouseMove(plot.plot(), QPoint(qRound(x), plot.plot()->axisRect()->center().y()));
        QTRY_VERIFY2(plot.readout().contains(QStringLiteral("step 42")), qPrintable(plot.readout()));
        QVERIFY(plot.readout().contains(QStringLiteral("accepted")));
    }

    void the_seconds_axis_moves_the_points_but_not_their_values() {
        LossPlot plot;
        plot.append(example_steps(1, 100));
        plot.set_x_axis(LossPlot::XAxis::seconds);
        show(plot);
        QCOMPARE(plot.best()->dataCount(), 100);
        QCOMPARE(plot.best()->dataMainKey(99), 5.0);
        QCOMPARE(plot.best()->dataMainValue(99), example_steps(100, 1).front().best_loss);
    }

    void csv_holds_the_visible_steps_to_the_last_bit() {
        LossPlot plot;
        const auto steps = example_steps(1, 100);
        plot.append(steps);
        show(plot);
        QStringList lines = plot.csv().split(u'\n', Qt::SkipEmptyParts);
        QCOMPARE(lines.size(), 101);
        QVERIFY(lines.front().startsWith(QStringLiteral("step,seconds,layer,moved,accepted,loss")));
        for (int i = 0; i < 100; ++i) {
            const QStringList fields = lines[i + 1].split(u',');
            QCOMPARE(fields.size(), lines.front().split(u',').size());
            QCOMPARE(fields[0].toLongLong(), steps[i].step);
            QCOMPARE(fields[5].toDouble() == steps[i].loss, true);
            QCOMPARE(fields[8].toDouble() == steps[i].best_loss, true);
        }
        turn_wheel(plot);
        plot.plot()->xAxis->setRange(19.5, 29.5);
        lines = plot.csv().split(u'\n', Qt::SkipEmptyParts);
        QCOMPARE(lines.size(), 11);
        QVERIFY(lines[1].startsWith(QStringLiteral("20,")));
    }

    void pictures_are_written_in_each_format_and_are_not_blank() {
        QTemporaryDir folder;
        LossPlot plot; // never shown: saving must not need a window
        plot.set_start(4, 0.2, 0.1);
        plot.append(example_steps(1, 500));
        const QString png = folder.filePath(QStringLiteral("a.png"));
        QVERIFY(plot.save_to(png, {640, 400}));
        const QImage image(png);
        QCOMPARE(image.size(), QSize(640, 400));
        QCOMPARE_GT(colours_in(image), 5);
        const QString pdf = folder.filePath(QStringLiteral("a.pdf"));
        QVERIFY(plot.save_to(pdf, {640, 400}));
        QVERIFY(content_of(pdf).startsWith("%PDF-"));
        QVERIFY(content_of(pdf).contains("%%EOF"));
        const QString svg = folder.filePath(QStringLiteral("a.svg"));
        QVERIFY(plot.save_to(svg, {640, 400}));
        QVERIFY(content_of(svg).contains("<svg"));
        QVERIFY(content_of(svg).contains("total loss"));
        const QString csv = folder.filePath(QStringLiteral("a.csv"));
        QVERIFY(plot.save_to(csv));
        QCOMPARE(QString::fromUtf8(content_of(csv)), plot.csv());
    }

    void a_picture_that_cannot_be_written_is_reported_with_its_name() {
        LossPlot plot;
        QSignalSpy messages(&plot, &PlotView::message);
        QVERIFY(!plot.save_to(QStringLiteral("/nowhere/at/all/loss.png"), {100, 100}));
        QVERIFY(!plot.save_to(QStringLiteral("loss.bmp"), {100, 100}));
        QVERIFY(!plot.save_to(QStringLiteral("loss.png"), {1'000'000, 100}));
        QCOMPARE(messages.count(), 3);
        QVERIFY(messages[0][0].toString().contains(QStringLiteral("loss.png")));
        QVERIFY(messages[1][0].toString().contains(QStringLiteral(".svg")));
    }

    void a_dark_palette_recolours_the_axes_but_files_stay_on_white_paper() {
        LossPlot plot;
        plot.append(example_steps(1, 100));
        show(plot);
        const QColor before = plot.plot()->xAxis->labelColor();
        apply_theme(Theme::dark);
        QTRY_VERIFY(plot.plot()->xAxis->labelColor() != before);
        QCOMPARE_GT(plot.plot()->xAxis->labelColor().lightnessF(), 0.5F);
        QCOMPARE_LT(plot.plot()->toPixmap().toImage().pixelColor(2, 2).lightnessF(), 0.5F);
        QTemporaryDir folder;
        const QString png = folder.filePath(QStringLiteral("a.png"));
        QVERIFY(plot.save_to(png, {640, 400}));
        QCOMPARE(QImage(png).pixelColor(2, 2), QColor(Qt::white));
        QCOMPARE_GT(plot.plot()->xAxis->labelColor().lightnessF(), 0.5F);
    }

    void numbers_of_layers_do_not_touch_in_a_narrow_heatmap() {
        for (const int layers : {12, 30, 100})
            for (const int width : {240, 280, 330, 338, 400, 700}) {
                ErrorHeatmap map;
                map.set_shape(layers, {QStringLiteral("out_proj"), QStringLiteral("fc1")});
                show(map, {width, 260});
                const auto *const axis = map.plot()->xAxis;
                const auto ticks = axis->tickVector();
                QVERIFY(ticks.size() >= 2);
                const double apart = axis->coordToPixel(ticks[1]) - axis->coordToPixel(ticks[0]);
                const int label = QFontMetrics(axis->tickLabelFont()).horizontalAdvance(QString::number(layers));
                QCOMPARE_GE(apart, label + 4); // and a gap
            }
    }

    void the_heatmap_shows_start_now_and_improvement_of_each_cell() {
        ErrorHeatmap map;
        map.set_shape(example_layers, {QStringLiteral("q_proj"), QStringLiteral("fc1"), QStringLiteral("fc2")});
        map.set_start(example_errors(0.5));
        map.update({{2, "fc1", 1e-4, 0.4, 8.0}, {1, "output", 0.3, 0.2, 14.0}, {99, "fc1", 1, 1, 1}});
        show(map);
        QCOMPARE(map.rows().back(), QStringLiteral("output"));
        QCOMPARE(map.value(2, 1).value(), 0.4);
        QCOMPARE(map.value(0, 0).value(), 0.5);
        QCOMPARE(map.value(1, 3).value(), 0.2);
        QVERIFY(!map.value(0, 3)); // nothing known of this layer's output
        QVERIFY(!map.cell_colour(0, 3).isValid());
        QVERIFY(map.cell_colour(2, 1) != map.cell_colour(0, 0));
        map.set_view(ErrorHeatmap::View::start);
        QCOMPARE(map.value(2, 1).value(), 0.5);
        map.set_view(ErrorHeatmap::View::improvement);
        QVERIFY(qFuzzyCompare(map.value(2, 1).value(), 20.0));
        QCOMPARE(map.value(0, 0).value(), 0.0);
        map.set_measure(ErrorHeatmap::Measure::sqnr);
        QVERIFY(qFuzzyCompare(map.value(2, 1).value(), 18.0)); // from -10 dB to 8 dB
        map.set_measure(ErrorHeatmap::Measure::mse);
        map.set_view(ErrorHeatmap::View::now);
        QCOMPARE(map.value(2, 1).value(), 1e-4);
        QTest::qWait(10);
    }

    void the_heatmap_shows_output_errors_and_why_a_cell_has_none() {
        ErrorHeatmap map;
        map.set_shape(example_layers, {QStringLiteral("q_proj"), QStringLiteral("fc1"), QStringLiteral("fc2")});
        auto errors = example_errors(0.5);
        for (MatrixError &error : errors)
            if (error.layer != 3) // one layer of which nothing was measured
                error.output = 0.1 + 0.01 * error.layer;
        map.set_start(errors);
        map.update({{2, "fc1", 1e-4, 0.4, 8.0, 0.09}, {1, "output", 0.3, 0.2, 14.0}});
        show(map);
        auto *choice = map.findChild<QComboBox *>(QStringLiteral("measure"));
        auto *note = map.findChild<QLabel *>(QStringLiteral("output_note"));
        QVERIFY(choice && note && !note->isVisible());
        choice->setCurrentIndex(choice->findText(QStringLiteral("output error")));
        QCOMPARE(map.measure(), ErrorHeatmap::Measure::output);
        QVERIFY(note->isVisible() && note->text().contains(QStringLiteral("last measured")));
        QVERIFY(choice->toolTip().contains(QStringLiteral("when the search pauses or ends")));
        QVERIFY(choice->toolTip().contains(QLocale().toString(output_error_tokens)));
        QCOMPARE(map.value_label(), QStringLiteral("output error"));
        QCOMPARE(map.value(2, 1).value(), 0.09);
        QCOMPARE(map.value(1, 0).value(), 0.11);
        QVERIFY(!map.value(3, 0) && !map.cell_colour(3, 0).isValid());
        QVERIFY(!map.value(1, 3)); // hidden states have none
        map.set_view(ErrorHeatmap::View::improvement);
        QVERIFY(std::abs(map.value(2, 1).value() - 25.0) < 1e-9); // from 0.12
        QCOMPARE(map.value(0, 0).value(), 0.0);
        QVERIFY(!map.value(3, 0));
        const auto says = [&](int layer, int row, const QString &part) {
            QTest::mouseMove(map.plot(), cell_centre(map, layer, row).toPoint());
            return QTest::qWaitFor([&] { return map.readout().contains(part); }, 2000);
        };
        QVERIFY2(says(2, 1, QStringLiteral("start 0.120, now 0.090")), qPrintable(map.readout()));
        QVERIFY2(says(3, 0, QStringLiteral("measured when it goes on")), qPrintable(map.readout()));
        QVERIFY2(says(1, 3, QStringLiteral("not a matrix")), qPrintable(map.readout()));
        QVERIFY(map.csv().startsWith(QStringLiteral("layer,projection,start_mse")));
        const QStringList lines = map.csv().split(u'\n');
        const auto moved = std::ranges::find_if(lines, [](const QString &line) { return line.startsWith(u"2,fc1,"); });
        QVERIFY(moved != lines.end());
        const QStringList fields = moved->split(u',');
        QCOMPARE(fields.size(), lines.front().split(u',').size());
        QCOMPARE(fields[fields.size() - 2].toDouble(), 0.12);
        QCOMPARE(fields.back().toDouble(), 0.09);
        map.set_measure(ErrorHeatmap::Measure::relative);
        QVERIFY(!note->isVisible());
    }

    void a_click_on_a_cell_names_its_layer_and_projection() {
        ErrorHeatmap map;
        map.set_shape(example_layers, {QStringLiteral("q_proj"), QStringLiteral("fc1"), QStringLiteral("fc2")});
        map.set_start(example_errors(0.5));
        show(map);
        QSignalSpy clicks(&map, &ErrorHeatmap::cell_clicked);
        QTest::mouseMove(map.plot(), cell_centre(map, 3, 2).toPoint());
        QTRY_VERIFY2(map.readout().contains(QStringLiteral("layer 3, fc2")), qPrintable(map.readout()));
        QTest::mouseClick(map.plot(), Qt::LeftButton, {}, cell_centre(map, 3, 2).toPoint());
        QCOMPARE(clicks.count(), 1);
        QCOMPARE(clicks[0][0].toInt(), 3);
        QCOMPARE(clicks[0][1].toString(), QStringLiteral("fc2"));
    }

    void an_exact_matrix_and_one_without_errors_do_not_break_the_heatmap() {
        ErrorHeatmap map;
        map.set_shape(2, {QStringLiteral("fc1")});
        const double infinite = std::numeric_limits<double>::infinity();
        map.set_start({{0, "fc1", 0, 0, infinite, 0}, {1, "fc1", 1e-3, 0.1, 20, 0.1}});
        show(map);
        for (const auto measure : {ErrorHeatmap::Measure::relative, ErrorHeatmap::Measure::sqnr,
                                   ErrorHeatmap::Measure::mse, ErrorHeatmap::Measure::output})
            for (const auto view :
                 {ErrorHeatmap::View::start, ErrorHeatmap::View::now, ErrorHeatmap::View::improvement}) {
                map.set_measure(measure);
                map.set_view(view);
                QTest::qWait(5);
                QVERIFY(map.value(0, 0));
                QVERIFY(map.cell_colour(0, 0).isValid());
            }
        map.set_shape(0, {});
        QTest::qWait(5);
    }

    void the_moves_plot_shows_counts_share_and_gain_per_layer() {
        const auto statistics = example_run(1200).statistics;
        MovesPlot plot;
        plot.set_statistics(statistics);
        show(plot);
        QCOMPARE(plot.proposed()->dataCount(), example_layers);
        QCOMPARE(plot.proposed()->dataMainValue(1), static_cast<double>(statistics.per_layer[1].proposed));
        QCOMPARE(plot.accepted()->dataMainValue(1), static_cast<double>(statistics.per_layer[1].accepted));
        plot.set_view(MovesPlot::View::share);
        QTest::qWait(10);
        QCOMPARE(plot.accepted()->dataMainValue(1), accepted_share(statistics.per_layer[1]));
        QCOMPARE(plot.proposed()->dataCount(), 0);
        plot.set_view(MovesPlot::View::gain);
        QTest::qWait(10);
        QCOMPARE(plot.accepted()->dataMainValue(2), statistics.per_layer[2].gain);
        QCOMPARE(plot.csv().split(u'\n', Qt::SkipEmptyParts).size(), 1 + example_layers);
    }
};

QTEST_MAIN(Plots)
#include "tst_plots.moc"
