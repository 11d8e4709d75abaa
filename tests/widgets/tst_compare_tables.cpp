// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/methods_table.h"
#include "widgets/sensitivity_table.h"

#include <QSignalSpy>
#include <QTest>

using namespace invar;

namespace {

int row_of(const MethodsTable &table, const char *title) {
    return table.findItems(QLatin1String(title), Qt::MatchExactly).front()->row();
}

} // namespace

class CompareTablesTest : public QObject {
    Q_OBJECT
private slots:
    void a_method_that_cannot_run_says_why_and_is_not_the_best() {
        MethodsTable table;
        table.add({.method = "awq", .perplexity = 30, .bits_per_weight = 2.1});
        table.add({.method = "autoround", .problem = "one bit is a sign"});
        const int refused = row_of(table, "AutoRound");
        QCOMPARE(table.item(refused, 1)->text(), QStringLiteral("cannot run"));
        QCOMPARE(table.item(refused, 4)->text(), QStringLiteral("–"));
        QVERIFY(table.item(refused, 1)->toolTip().contains(QStringLiteral("one bit is a sign")));
        QVERIFY(!table.item(refused, 1)->font().bold());
        QVERIFY(table.item(row_of(table, "AWQ"), 1)->font().bold());
        const auto spoken = table.item(refused, 1)->data(Qt::AccessibleTextRole).toString();
        QVERIFY2(spoken.endsWith(QStringLiteral("one bit is a sign")), qPrintable(spoken));
        table.clear_outcomes();
        QCOMPARE(table.item(refused, 1)->text(), QStringLiteral("…"));
        QVERIFY(!table.item(refused, 1)->data(Qt::AccessibleTextRole).isValid());
    }

    void a_row_brings_the_options_that_it_was_measured_with() {
        MethodsTable table;
        table.add({.method = "gptq", .options = {{"damping", 0.5}}, .perplexity = 30});
        QSignalSpy chosen(&table, &MethodsTable::method_chosen);
        const int row = row_of(table, "GPTQ");
        Q_EMIT table.cellActivated(row, 0);
        Q_EMIT table.cellActivated(row + 1, 0); // columns in order, not measured
        Q_EMIT table.cellActivated(0, 0);       // full precision is no method
        QCOMPARE(chosen.count(), 2);
        QCOMPARE(chosen[0][0].toString(), QStringLiteral("gptq"));
        QCOMPARE(chosen[0][1].value<MethodOptions>(), (MethodOptions{{"damping", 0.5}}));
        QVERIFY(chosen[0][2].toBool());
        QCOMPARE(chosen[1][1].value<MethodOptions>(), (MethodOptions{{"act-order", 0}}));
        QVERIFY(!chosen[1][2].toBool());
    }

    void a_cell_of_the_sweep_can_be_heard() {
        SensitivityTable table;
        table.set_shape(4, {QStringLiteral("fc1"), QStringLiteral("fc2")});
        QVERIFY(table.is_empty());
        table.add({.layer = 3, .projection = "fc1", .rise = 0.0123});
        table.add({.layer = 2, .projection = {}, .rise = -0.001});
        QCOMPARE(table.item(3, 0)->data(Qt::AccessibleTextRole).toString(),
                 QStringLiteral("layer 3, fc1: loss rises by 0.0123"));
        QCOMPARE(table.item(2, 2)->data(Qt::AccessibleTextRole).toString(),
                 QStringLiteral("layer 2, whole layer: loss falls by 0.0010"));
        QVERIFY(!table.is_empty());
    }

    void both_have_names_and_tab_leaves_them() {
        MethodsTable methods;
        SensitivityTable sensitivity;
        for (const QTableWidget *table : std::initializer_list<const QTableWidget *>{&methods, &sensitivity}) {
            QVERIFY(!table->accessibleName().isEmpty());
            QVERIFY(!table->tabKeyNavigation());
        }
    }
};

QTEST_MAIN(CompareTablesTest)
#include "tst_compare_tables.moc"
