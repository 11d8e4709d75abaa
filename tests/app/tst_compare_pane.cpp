// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/tiny_demo.h"
#include "app/window/compare_pane.h"
#include "app/window_test.h"
#include "core/quant/methods.h"
#include "widgets/methods_table.h"
#include "widgets/sensitivity_table.h"
#include "widgets/settings_panel.h"

#include <QPushButton>
#include <QSignalSpy>
#include <QTest>

using namespace invar;
using namespace invar::test;

class TestComparePane : public QObject {
    Q_OBJECT

public:
    explicit TestComparePane(const std::filesystem::path &home) : demo_(home / "demo") {}

private Q_SLOTS:
    void every_method_and_variant_is_measured_and_a_double_click_takes_one() {
        MainWindow window(setup());
        QVERIFY(!button(window, "measure_methods").isEnabled());
        QVERIFY(open_and_wait(window, "demo"));
        QSignalSpy finished(&window.compare(), &ComparePane::finished);
        button(window, "measure_methods").click();
        QVERIFY(window.compare().is_measuring());
        QVERIFY(finished.wait(patience_ms));
        const MethodsTable &table = window.compare().methods();
        int variants = 0;
        for (const MethodInfo &method : starting_methods())
            variants += static_cast<int>(method.variants.size());
        QCOMPARE(table.rowCount(), static_cast<int>(starting_methods().size()) + variants + 1);
        for (int row = 0; row < table.rowCount(); ++row) {
            bool is_number = false;
            QVERIFY(QLocale().toDouble(table.item(row, 1)->text(), &is_number) > 1);
            QVERIFY2(is_number, qPrintable(table.item(row, 1)->text()));
            QString output = table.item(row, 2)->text();
            QCOMPARE(output.endsWith(QStringLiteral(" %")), row > 0); // full precision has no error
            QVERIFY(row == 0 || QLocale().toDouble(output.chopped(2)) > 0);
        }
        Q_EMIT window.compare().methods().cellActivated(2, 0);
        QCOMPARE(window.settings_panel().settings().method, starting_methods()[1].name);

        // GPTQ's columns in order are a row of their own, which says why it is there and brings its options along.
        const auto items = table.findItems(QStringLiteral("GPTQ, columns in order"), Qt::MatchExactly);
        QCOMPARE(items.size(), 1);
        const int row = items.front()->row();
        QCOMPARE(table.item(row - 1, 0)->text(), QStringLiteral("GPTQ"));
        QVERIFY(table.item(row, 2)->text() != table.item(row - 1, 2)->text()); // it was measured with other options
        QVERIFY(items.front()->toolTip().contains(QStringLiteral("nothing is left to make up for")));
        Q_EMIT window.compare().methods().cellActivated(row, 0);
        QCOMPARE(window.settings_panel().settings().method, std::string("gptq"));
        QCOMPARE(window.settings_panel().settings().method_options, (MethodOptions{{"act-order", 0}}));
        Q_EMIT window.compare().methods().cellActivated(row - 1, 0); // as it was measured: by importance
        QVERIFY(!window.settings_panel().settings().method_options.contains("act-order"));
    }

    void each_matrix_is_measured_and_the_worst_layers_can_get_more_bits() {
        MainWindow window(setup());
        QVERIFY(open_and_wait(window, "demo"));
        QVERIFY(!button(window, "more_bits").isEnabled());
        QSignalSpy finished(&window.compare(), &ComparePane::finished);
        button(window, "measure_sensitivity").click();
        QVERIFY(finished.wait(patience_ms));
        const SensitivityTable &table = window.compare().sensitivity();
        for (int row = 0; row < table.rowCount(); ++row)
            for (int column = 0; column < table.columnCount(); ++column)
                QVERIFY(!table.item(row, column)->text().isEmpty());
        const auto worst = table.worst_layers(1);
        QCOMPARE(worst.size(), std::size_t{1});
        const int bits = window.settings_panel().settings().grid.bits;
        const auto bits_of = [&](int layer, const char *projection) {
            return window.settings_panel().settings().layer_bits.bits_of(layer, projection).value_or(bits);
        };
        // What was painted before stays, and counts as what there is two more of.
        SearchSettings painted = window.settings_panel().settings();
        painted.layer_bits = LayerBits::parse("v_proj:4");
        window.settings_panel().set_settings(painted);
        button(window, "more_bits").click();
        QCOMPARE(bits_of(worst[0], "fc1"), bits + 2);
        QCOMPARE(bits_of(worst[0], "v_proj"), 6);
        const auto worst_two = table.worst_layers(2);
        for (int layer = 0; layer < table.rowCount(); ++layer)
            if (std::ranges::find(worst_two, layer) == worst_two.end()) {
                QCOMPARE(bits_of(layer, "fc1"), bits);
                QCOMPARE(bits_of(layer, "v_proj"), 4);
            }
        // A double click on a cell gives to that matrix alone, on the last column to all of the layer.
        const int calmest = table.worst_layers(table.rowCount()).back();
        const int column = static_cast<int>(table.columnCount() - 2);
        const auto name = table.horizontalHeaderItem(column)->text().toStdString();
        const int before = bits_of(calmest, name.c_str());
        const int other = bits_of(calmest, "v_proj");
        Q_EMIT window.compare().sensitivity().cellActivated(calmest, column);
        QCOMPARE(bits_of(calmest, name.c_str()), before + 2);
        QCOMPARE(bits_of(calmest, "v_proj"), other);
        Q_EMIT window.compare().sensitivity().cellActivated(calmest, table.columnCount() - 1);
        QCOMPARE(bits_of(calmest, name.c_str()), before + 4);
        QCOMPARE(bits_of(calmest, "v_proj"), other + 2);
    }

    void a_stop_ends_it_and_what_comes_late_is_dropped() {
        MainWindow window(setup());
        QVERIFY(open_and_wait(window, "demo"));
        button(window, "measure_methods").click();
        QVERIFY(window.compare().is_measuring());
        button(window, "stop_comparing").click();
        QVERIFY(!window.compare().is_measuring());
        QTest::qWait(300);
        for (int row = 0; row < window.compare().methods().rowCount(); ++row)
            QCOMPARE(window.compare().methods().item(row, 1)->text(), QStringLiteral("…"));
        QVERIFY(button(window, "measure_methods").isEnabled());
    }

private:
    WindowSetup setup() const { return {.persistent = false, .runs = runs_ / "runs"}; }
    static QPushButton &button(const MainWindow &window, const char *name) {
        return *window.findChild<QPushButton *>(QLatin1String(name));
    }

    TinyDemo demo_;
    TemporaryFolder runs_;
};

int main(int argc, char **argv) { return run_window_test<TestComparePane>(argc, argv); }

#include "tst_compare_pane.moc"
