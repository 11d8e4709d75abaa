// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "widgets/drift_panel.h"
#include "widgets/example_run.h"
#include "widgets/message_bar.h"
#include "widgets/moves_table.h"
#include "widgets/perplexity_bars.h"
#include "widgets/perplexity_panel.h"
#include "widgets/plot_colours.h"
#include "widgets/run_plots.h"
#include "widgets/status_strip.h"
#include "widgets/step_history.h"
#include "widgets/theme.h"

#include <QAbstractItemModelTester>
#include <QAction>
#include <QApplication>
#include <QFile>
#include <QImage>
#include <QLabel>
#include <QPushButton>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <QToolButton>

using namespace invar;

class Panels : public QObject {
    Q_OBJECT
private slots:
    void the_moves_model_keeps_the_rules_of_item_models() {
        MovesModel model;
        QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        const MoveStatistics statistics = example_run(300).statistics;
        QSignalSpy changes(&model, &MovesModel::dataChanged);
        model.set_statistics(statistics);
        QCOMPARE(changes.count(), 1);
        const int all = static_cast<int>(all_invariances.size());
        QCOMPARE(model.rowCount(), all + 1);
        QCOMPARE(model.index(all, MovesModel::proposed).data().toString(), QLocale().toString(300));
        QCOMPARE(model.index(0, MovesModel::accepted).data().toString(),
                 QLocale().toString(static_cast<qlonglong>(statistics.per_invariance[0].accepted)));
        QCOMPARE(model.index(2, MovesModel::share).data().toString(), QStringLiteral("–")); // no rotation was tried
        QVERIFY(!model.data(model.index(99, 9)).isValid());
    }

    void moves_of_attention_have_a_row_once_one_was_tried() {
        MovesTable table;
        MoveStatistics statistics = example_run(300).statistics;
        table.set_statistics(statistics);
        const int row = static_cast<int>(Invariance::value_scaling);
        QVERIFY(table.isRowHidden(row));
        QVERIFY(!table.isRowHidden(static_cast<int>(Invariance::rotation)));
        const int height = table.sizeHint().height();
        statistics.per_invariance.at(static_cast<std::size_t>(row)).proposed = 3;
        table.set_statistics(statistics);
        QVERIFY(!table.isRowHidden(row));
        QVERIFY(table.sizeHint().height() > height);
    }

    void drift_is_hidden_until_an_approximate_move_causes_some_and_then_drawn() {
        DriftPanel panel;
        QVERIFY(panel.isHidden());
        panel.append(0, 0.0);
        QVERIFY(panel.isHidden());
        std::vector<StepRecord> steps(3);
        steps[0] = {.step = 4, .drift = 0.01};
        steps[1] = {.step = 5}; // not measured
        steps[2] = {.step = 9, .drift = 0.03};
        panel.append(std::span(steps).first(2));
        QVERIFY(!panel.isHidden());
        QVERIFY(panel.history()->isHidden()); // one point is no curve
        panel.append(std::span(steps).last(1));
        QVERIFY(!panel.history()->isHidden());
        QCOMPARE(panel.history()->csv(), QStringLiteral("step,drift_percent\n4,1\n9,3\n"));
        QVERIFY(panel.findChild<QLabel *>(QStringLiteral("drift"))->text().contains(QLatin1Char('3')));
        panel.clear();
        QVERIFY(panel.isHidden());
        QVERIFY(panel.history()->points().empty());
    }

    void the_share_of_the_gap_that_is_repaired_is_told() {
        PerplexityPanel panel;
        QVERIFY(!panel.repaired_share());
        panel.set_value(PerplexityPanel::Which::full_precision, 40);
        panel.set_value(PerplexityPanel::Which::at_start, 60);
        panel.set_value(PerplexityPanel::Which::now, 55, 100);
        QCOMPARE(panel.repaired_share().value(), 0.25);
        QVERIFY(panel.findChild<QLabel *>(QStringLiteral("perplexity_verdict"))->text().contains(QStringLiteral("25")));
        panel.set_value(PerplexityPanel::Which::now, 54, 100);
        QCOMPARE(panel.history()->points().size(), std::size_t{2}); // the start and step 100, measured twice
        QCOMPARE(panel.history()->csv(), QStringLiteral("step,perplexity\n0,60\n100,54\n"));
        panel.set_value(PerplexityPanel::Which::now, std::numeric_limits<double>::quiet_NaN(), 200);
        QCOMPARE(panel.value(PerplexityPanel::Which::now).value(), 54.0);
        panel.clear();
        QVERIFY(!panel.value(PerplexityPanel::Which::now));
    }

    void measuring_is_asked_for_by_the_button_and_not_while_busy() {
        PerplexityPanel panel;
        QSignalSpy asked(&panel, &PerplexityPanel::measure_requested);
        auto *button = panel.findChild<QPushButton *>(QStringLiteral("perplexity_measure"));
        button->click();
        QCOMPARE(asked.count(), 1);
        panel.set_busy(true, 0.5);
        button->click();
        QCOMPARE(asked.count(), 1);
        panel.set_busy(false);
        QVERIFY(button->isEnabled());
        panel.set_measurable(false);
        QVERIFY(!button->isEnabled());
    }

    void a_message_shows_offers_actions_and_can_be_dismissed() {
        QWidget window;
        MessageBar bar(&window);
        QVERIFY(bar.isHidden());
        QAction retry(QStringLiteral("Retry"));
        retry.setObjectName(QStringLiteral("retry"));
        QSignalSpy retried(&retry, &QAction::triggered);
        QSignalSpy dismissed(&bar, &MessageBar::dismissed);
        bar.show_message(MessageBar::Kind::error, QStringLiteral("Cannot read <b>x</b>."), {&retry});
        QVERIFY(!bar.isHidden());
        QCOMPARE(bar.text(), QStringLiteral("Cannot read <b>x</b>."));
        bar.findChild<QPushButton *>(QStringLiteral("message_action_retry"))->click();
        QCOMPARE(retried.count(), 1);
        QTRY_COMPARE(dismissed.count(), 1);
        bar.show_message(MessageBar::Kind::info, QStringLiteral("Saved."));
        QVERIFY(!bar.findChild<QPushButton *>());
        QTest::keyClick(&bar, Qt::Key_Escape);
        QVERIFY(bar.isHidden());
    }

    void speed_and_remaining_time_come_from_the_recent_past() {
        StatusStrip strip;
        strip.set_progress({.step = 0, .steps = 1000, .seconds = 0});
        QCOMPARE(strip.remaining_seconds(), -1.0);
        strip.set_progress({.step = 10, .steps = 1000, .seconds = 10, .accepted = 4, .loss = 1.05});
        QCOMPARE(strip.steps_per_second(), 1.0);
        for (int i = 1; i <= 200; ++i) // faster since
            strip.set_progress({.step = 10 + i, .steps = 1000, .seconds = 10 + 0.1 * i, .accepted = 4, .loss = 1.05});
        QVERIFY(qAbs(strip.steps_per_second() - 10) < 0.2);
        QVERIFY(qAbs(strip.remaining_seconds() - 79) < 3);
        QVERIFY2(strip.text().contains(QStringLiteral("step 210 of 1,000")), qPrintable(strip.text()));
        strip.set_progress({.step = 210, .steps = 0, .seconds = 30, .time_budget = 50});
        QCOMPARE(strip.remaining_seconds(), 20.0);
        strip.set_paused(true);
        QVERIFY(strip.text().contains(QStringLiteral("paused")));
        strip.set_idle(QStringLiteral("Ready"));
        QCOMPARE(strip.text(), QStringLiteral("Ready"));
    }

    void an_estimate_is_told_during_preparation_where_there_is_one() {
        StatusStrip strip;
        strip.set_stage(QStringLiteral("AutoRound, layer 1 of 4"), 0.1);
        QCOMPARE(strip.text(), QStringLiteral("AutoRound, layer 1 of 4"));
        strip.set_stage(QStringLiteral("AutoRound, layer 2 of 4"), 0.3, 190);
        QCOMPARE(strip.text(), QStringLiteral("AutoRound, layer 2 of 4 · about 3 min left"));
        QCOMPARE(StatusStrip::estimate_text(19), QStringLiteral("about 20 s left"));
        QCOMPARE(StatusStrip::estimate_text(5100), QStringLiteral("about 1 h 25 min left"));
        QCOMPARE(StatusStrip::estimate_text(50000), QStringLiteral("about 14 h left"));
        strip.set_idle(QStringLiteral("Ready"));
        QCOMPARE(strip.text(), QStringLiteral("Ready"));
    }

    void durations_are_written_as_people_write_them() {
        QCOMPARE(StatusStrip::duration_text(0), QStringLiteral("0:00"));
        QCOMPARE(StatusStrip::duration_text(65), QStringLiteral("1:05"));
        QCOMPARE(StatusStrip::duration_text(7384), QStringLiteral("2:03:04"));
        QCOMPARE(StatusStrip::duration_text(86400 * 4 + 3600), QStringLiteral("4 d 1 h"));
    }

    void themes_set_a_light_and_a_dark_palette() {
        apply_theme(Theme::dark);
        QVERIFY(is_dark(QApplication::palette()));
        apply_theme(Theme::light);
        QVERIFY(!is_dark(QApplication::palette()));
    }

    void a_run_is_drawn_on_one_page_in_each_format() {
        QTemporaryDir folder;
        const RunRecord run = example_run(500);
        const QString png = folder.filePath(QStringLiteral("run.png"));
        render_run(run, png, {800, 500});
        const QImage image(png);
        QCOMPARE(image.size(), QSize(800, 500));
        QSet<QRgb> colours;
        for (int y = 0; y < image.height(); y += 2)
            for (int x = 0; x < image.width(); x += 2)
                colours.insert(image.pixel(x, y));
        QCOMPARE_GT(colours.size(), 20);
        for (const auto &[name, magic] : {std::pair{"run.pdf", "%PDF-"}, std::pair{"run.svg", "<?xml"}}) {
            const QString file = folder.filePath(QLatin1String(name));
            render_run(run, file);
            QFile in(file);
            QVERIFY(in.open(QIODevice::ReadOnly));
            QVERIFY(in.readAll().startsWith(magic));
        }
        QVERIFY_THROWS_EXCEPTION(Error, render_run(run, folder.filePath(QStringLiteral("run.txt"))));
        render_run(RunRecord{}, folder.filePath(QStringLiteral("empty.png"))); // a run that has just begun
    }
};

QTEST_MAIN(Panels)
#include "tst_panels.moc"
