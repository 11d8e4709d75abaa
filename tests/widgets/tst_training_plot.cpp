// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/theme.h"
#include "widgets/training_plot.h"

#include <QTemporaryDir>
#include <QTest>

#include <qcustomplot.h>

#include <array>
#include <cmath>
#include <limits>
#include <utility>

using namespace invar;

namespace {

constexpr int layers = 3;
constexpr std::int64_t steps = 40;

/// The first `count` points of a training whose error is a hundred times as large in each next layer.
std::vector<TrainingPoint> example_training(std::int64_t count) {
    std::vector<TrainingPoint> points;
    for (int layer = 0; layer < layers; ++layer)
        for (std::int64_t step = 1; step <= steps; ++step)
            if (std::cmp_less(points.size(), count))
                points.push_back({.layer = layer,
                                  .layers = layers,
                                  .step = step,
                                  .steps = steps,
                                  .loss = 1e-5 * std::pow(100, layer) * (1 + 1.0 / static_cast<double>(step))});
    return points;
}

void show(QWidget &widget) {
    widget.resize(700, 320);
    widget.show();
    QVERIFY(QTest::qWaitForWindowExposed(&widget));
    QCoreApplication::processEvents();
}

QStringList legend_of(const TrainingPlot &plot) {
    QStringList names;
    for (int i = 0; i < plot.plot()->legend->itemCount(); ++i)
        names << qobject_cast<QCPPlottableLegendItem *>(plot.plot()->legend->item(i))->plottable()->name();
    return names;
}

} // namespace

class TrainingPlots : public QObject {
    Q_OBJECT
private slots:
    void init() { apply_theme(Theme::light); }

    void an_empty_plot_says_which_methods_would_fill_it() {
        TrainingPlot plot;
        show(plot);
        QVERIFY(plot.is_empty());
        QVERIFY(plot.empty_text().contains(QStringLiteral("AutoRound")));
        const auto *text = qobject_cast<QCPItemText *>(plot.plot()->item(0));
        QVERIFY(text && text->visible());
        QCOMPARE(text->text(), plot.empty_text());
        plot.append(example_training(1));
        QTRY_VERIFY(!text->visible());
        plot.clear();
        QTRY_VERIFY(text->visible());
        QVERIFY(legend_of(plot).isEmpty());
    }

    void each_layer_is_a_curve_over_its_own_steps_on_a_log_axis() {
        TrainingPlot plot;
        plot.append(example_training(layers * steps));
        show(plot);
        QVERIFY(plot.log_scale());
        QCOMPARE(plot.plot()->yAxis->scaleType(), QCPAxis::stLogarithmic);
        for (int layer = 0; layer < layers; ++layer) {
            QCOMPARE(plot.curve(layer)->dataCount(), static_cast<int>(steps));
            QCOMPARE(plot.curve(layer)->dataMainKey(0), 1.0);
            QCOMPARE(plot.curve(layer)->dataMainValue(0), 1e-5 * std::pow(100, layer) * 2);
        }
        QVERIFY(!plot.curve(layers));
        QCOMPARE(plot.plot()->xAxis->range().upper, static_cast<double>(steps));
        QVERIFY(plot.plot()->yAxis->range().contains(1e-5));
        QVERIFY(plot.plot()->yAxis->range().contains(0.2));
        plot.set_log_scale(false);
        QTRY_COMPARE(plot.plot()->yAxis->scaleType(), QCPAxis::stLinear);
    }

    void the_layer_at_work_stands_out_until_all_are_done() {
        TrainingPlot plot;
        show(plot);
        plot.append(example_training(steps + 5));
        QTRY_VERIFY(plot.curve(1));
        QCOMPARE(plot.current_layer(), 1);
        QCOMPARE(legend_of(plot), (QStringList{QStringLiteral("layer 0"), QStringLiteral("layer 1 (in training)")}));
        QVERIFY(plot.curve(1)->pen().widthF() > plot.curve(0)->pen().widthF());
        QVERIFY(plot.curve(1)->pen().color().alphaF() > plot.curve(0)->pen().color().alphaF());
        QCOMPARE(plot.plot()->xAxis->range().upper, static_cast<double>(steps)); // room for what is to come

        const auto all = example_training(layers * steps);
        plot.append(std::span(all).subspan(steps + 5));
        QTRY_VERIFY(plot.curve(2));
        QCOMPARE(plot.current_layer(), -1);
        QCOMPARE(legend_of(plot).last(), QStringLiteral("layer 2"));
        QCOMPARE(plot.curve(2)->pen().widthF(), plot.curve(0)->pen().widthF());
        QCOMPARE(plot.curve(0)->pen().color().alphaF(), 1.0F);
    }

    void a_training_that_begins_anew_replaces_the_one_before() {
        TrainingPlot plot;
        show(plot);
        plot.append(example_training(layers * steps));
        QTRY_VERIFY(plot.curve(2));
        const QColor first = plot.curve(0)->pen().color();
        plot.append(example_training(2));
        QTRY_VERIFY(!plot.curve(2));
        QVERIFY(plot.curve(0)->pen().color() != first); // at work again
        QCOMPARE(plot.curve(0)->dataCount(), 2);
        QVERIFY(!plot.curve(1));
        QCOMPARE(plot.current_layer(), 0);
    }

    void many_layers_are_not_all_named() {
        TrainingPlot plot;
        show(plot);
        for (int layer = 0; layer < 30; ++layer)
            plot.append(std::array{TrainingPoint{.layer = layer, .layers = 30, .step = 1, .steps = 1, .loss = 1}});
        QTRY_COMPARE(legend_of(plot), (QStringList{QStringLiteral("layer 0"), QStringLiteral("layer 29")}));
    }

    void a_low_plot_keeps_its_height_for_the_curves() {
        TrainingPlot plot;
        plot.append(example_training(layers * steps));
        show(plot);
        QCOMPARE(legend_of(plot).size(), layers);
        plot.resize(700, 150);
        QTRY_COMPARE(legend_of(plot), (QStringList{QStringLiteral("layer 0"), QStringLiteral("layer 2")}));
    }

    void losses_that_are_no_numbers_are_left_out_of_the_axis() {
        TrainingPlot plot;
        auto points = example_training(4);
        points[1].loss = std::numeric_limits<double>::infinity();
        points[2].loss = std::numeric_limits<double>::quiet_NaN();
        points[3].loss = 0;
        plot.append(points);
        show(plot);
        QVERIFY(plot.plot()->yAxis->range().upper < 1e-4);
        QVERIFY(plot.plot()->yAxis->range().lower > 1e-6);
    }

    void the_numbers_can_be_saved() {
        TrainingPlot plot;
        plot.append(example_training(steps + 1));
        show(plot);
        const QStringList rows = plot.csv().split(u'\n', Qt::SkipEmptyParts);
        QCOMPARE(rows.size(), 1 + steps + 1);
        QCOMPARE(rows[0], QStringLiteral("layer,step,loss"));
        QVERIFY(rows[1].startsWith(QStringLiteral("0,1,")));
        QCOMPARE(rows[1].section(u',', 2).toDouble(), 2e-5);
        QTemporaryDir folder;
        QVERIFY(plot.save_to(folder.filePath(QStringLiteral("training.png"))));
    }

    void the_nearest_curve_is_told_under_the_cursor() {
        TrainingPlot plot;
        plot.set_method(QStringLiteral("AutoRound"));
        plot.append(example_training(layers * steps));
        show(plot);
        QVERIFY(plot.plot()->xAxis->label().contains(QStringLiteral("AutoRound")));
        const QPoint place(static_cast<int>(plot.plot()->xAxis->coordToPixel(20)),
                           static_cast<int>(plot.plot()->yAxis->coordToPixel(1.1e-3)));
        QTest::mouseMove(plot.plot(), place);
        QTRY_VERIFY2(plot.readout().contains(QStringLiteral("layer 1, step 20 of 40")), qPrintable(plot.readout()));
        QVERIFY2(plot.readout().contains(QStringLiteral("52.5 %")), qPrintable(plot.readout()));
    }
};

QTEST_MAIN(TrainingPlots)
#include "tst_training_plot.moc"
