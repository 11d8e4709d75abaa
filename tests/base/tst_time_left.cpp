// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/time_left.h"

#include <QTest>

using namespace invar;

class TestTimeLeft : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void nothing_is_said_before_three_percent_and_two_seconds() {
        TimeLeft left;
        left.update(0, 100);
        QVERIFY(!left.seconds(100));
        left.update(0.5, 101); // quick so far, but too short to tell
        QVERIFY(!left.seconds(101));
        left.restart();
        left.update(0, 100);
        left.update(0.02, 130); // long, but too little to tell
        QVERIFY(!left.seconds(130));
        left.update(0.04, 160);
        QVERIFY(left.seconds(160).has_value());
    }

    void even_work_is_foretold_and_counted_down() {
        TimeLeft left;
        for (int second = 0; second <= 50; ++second)
            left.update(second / 200.0, 1000 + second);
        QCOMPARE(left.seconds(1050).value(), 150.0);
        QCOMPARE(left.seconds(1060).value(), 140.0); // by the clock alone
        QCOMPARE(left.seconds(9999).value(), 0.0);
    }

    void a_report_that_repeats_itself_changes_nothing() {
        TimeLeft left;
        left.update(0, 0);
        left.update(0.1, 10);
        for (int i = 1; i <= 40; ++i)
            left.update(0.1, 10 + i);
        QCOMPARE(left.seconds(50).value(), 50.0);
    }

    void a_slow_spell_moves_the_estimate_gradually() {
        TimeLeft left;
        left.update(0, 0);
        left.update(0.5, 100); // 100 s more
        left.update(0.501, 104);
        const double after = left.seconds(104).value(); // by itself that says 103.6 s, the clock said 96 s
        QVERIFY2(after > 96 && after < 103, qPrintable(QString::number(after)));
    }

    void nothing_is_left_to_say_once_it_is_done() {
        TimeLeft left;
        left.update(0, 0);
        left.update(0.9, 100);
        left.update(1, 110);
        QVERIFY(!left.seconds(110));
    }

    void work_that_is_joined_half_way_is_measured_from_there() {
        TimeLeft left;
        left.update(0.5, 0);
        left.update(0.75, 10);
        QCOMPARE(left.seconds(10).value(), 10.0);
    }

    void another_piece_of_work_is_estimated_anew() {
        TimeLeft left;
        left.update(0, 0);
        left.update(0.9, 100);
        QVERIFY(left.seconds(100).has_value());
        left.update(0.1, 101); // went back
        QVERIFY(!left.seconds(101));
        left.update(0.6, 106);
        QCOMPARE(left.seconds(106).value(), 4.0);
        left.update(-1, 107); // nobody knows
        QVERIFY(!left.seconds(107));
    }

    void estimates_are_rounded_to_what_they_are_worth_data() {
        QTest::addColumn<double>("seconds");
        QTest::addColumn<QString>("text");
        QTest::addRow("nothing") << 0.0 << "5 s";
        QTest::addRow("seconds") << 22.0 << "20 s";
        QTest::addRow("nearly a minute") << 57.0 << "55 s";
        QTest::addRow("a minute") << 58.0 << "1 min";
        QTest::addRow("minutes") << 200.0 << "3 min";
        QTest::addRow("nearly an hour") << 59.4 * 60 << "59 min";
        QTest::addRow("an hour") << 59.6 * 60 << "1 h";
        QTest::addRow("hours and minutes") << 84.0 * 60 << "1 h 25 min";
        QTest::addRow("hours") << 13.7 * 3600 << "14 h";
        QTest::addRow("endless") << 1e300 << "1000000 h";
    }
    void estimates_are_rounded_to_what_they_are_worth() {
        QFETCH(double, seconds);
        QFETCH(QString, text);
        QCOMPARE(QString::fromStdString(to_string(rough_duration(seconds))), text);
    }
};

QTEST_APPLESS_MAIN(TestTimeLeft)
#include "tst_time_left.moc"
