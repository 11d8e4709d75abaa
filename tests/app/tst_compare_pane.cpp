// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/tiny_demo.h"
#include "app/window/compare_pane.h"
#include "app/window/perplexity_pane.h"
#include "app/window_test.h"
#include "core/quant/methods.h"
#include "widgets/message_bar.h"
#include "widgets/methods_table.h"
#include "widgets/sensitivity_table.h"
#include "widgets/settings_panel.h"
#include "widgets/training_plot.h"

#include <QDialog>
#include <QDockWidget>
#include <QFile>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <QTabWidget>
#include <QTest>
#include <QThread>

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
        const MethodsTable &table = window.compare().methods();
        QTRY_VERIFY_WITH_TIMEOUT(!table.outcomes().empty(), patience_ms);
        QVERIFY(window.compare().is_measuring()); // the methods that train take far longer
        QThread::msleep(200);                     // what the worker tells meanwhile comes late
        const auto known = table.outcomes().size();
        button(window, "stop_comparing").click();
        QVERIFY(!window.compare().is_measuring());
        QTest::qWait(300);
        QCOMPARE(table.outcomes().size(), known);
        QCOMPARE(table.item(table.rowCount() - 1, 1)->text(), QStringLiteral("…"));
        QVERIFY(button(window, "measure_methods").isEnabled());
    }

    void measuring_layers_leaves_the_methods_and_their_curve() {
        MainWindow window(setup());
        QVERIFY(open_and_wait(window, "demo"));
        hurry(window);
        QVERIFY(measure(window, "measure_methods"));
        const QStringList before = texts(window.compare().methods());
        QVERIFY(measure(window, "measure_sensitivity"));
        QVERIFY(!window.compare().sensitivity().is_empty());
        QCOMPARE(texts(window.compare().methods()), before);
        QVERIFY(!window.compare().training().isHidden());
    }

    void each_method_gets_the_options_that_were_chosen_for_it() {
        MainWindow window(setup());
        QVERIFY(open_and_wait(window, "demo"));
        hurry(window); // AutoRound with few iterations
        window.settings_panel().choose_method("rtn", {{"clip", 1}});
        QVERIFY(measure(window, "measure_methods"));
        const auto options_of = [&](const char *method) {
            const auto &outcomes = window.compare().methods().outcomes();
            return std::ranges::find(outcomes, method, &MethodOutcome::method)->options;
        };
        QCOMPARE(options_of("rtn"), (MethodOptions{{"clip", 1}}));
        QCOMPARE(options_of("autoround"), (MethodOptions{{"iterations", 4}}));
        QCOMPARE(options_of("awq"), MethodOptions());
        // A method taken from its row is as it was measured; with other options it would not be.
        const auto row =
            window.compare().methods().findItems(QStringLiteral("GPTQ, columns in order"), Qt::MatchExactly);
        Q_EMIT window.compare().methods().cellActivated(row.front()->row(), 0);
        QCOMPARE(window.settings_panel().settings().method, std::string("gptq"));
        QCOMPARE(window.settings_panel().other_options().at("rtn"), (MethodOptions{{"clip", 1}}));
        QVERIFY2(note(window).startsWith(QStringLiteral("Measured with")), qPrintable(note(window)));
        window.settings_panel().choose_method("rtn", {});
        QVERIFY2(note(window).startsWith(QStringLiteral("The settings have changed")), qPrintable(note(window)));
    }

    void what_is_shown_says_with_which_settings_it_was_measured() {
        MainWindow window(setup());
        QVERIFY(open_and_wait(window, "demo"));
        hurry(window);
        QVERIFY(measure(window, "measure_sensitivity"));
        auto &tabs = *window.findChild<QTabWidget *>(QStringLiteral("compare_tabs"));
        QVERIFY(note(window).isEmpty()); // of the methods
        tabs.setCurrentIndex(1);
        const auto measured = QStringLiteral("Measured with 2 bits, groups of 128, 2 × 32 tokens");
        QCOMPARE(note(window), measured);
        const SearchSettings then = window.settings_panel().settings();
        SearchSettings other = then;
        other.alpha = 0.5; // for a search alone
        window.settings_panel().set_settings(other);
        QCOMPARE(note(window), measured);
        other.grid.bits = 3;
        window.settings_panel().set_settings(other);
        QVERIFY2(note(window).startsWith(QStringLiteral("The settings have changed")), qPrintable(note(window)));
        QVERIFY(note(window).contains(QStringLiteral("2 bits, groups of 128")));
        window.settings_panel().set_settings(then);
        QCOMPARE(note(window), measured);
        button(window, "more_bits").click();
        QVERIFY(note(window).startsWith(QStringLiteral("The settings have changed")));
        QVERIFY(open_and_wait(window, "demo"));
        QVERIFY(note(window).isEmpty());
    }

    void a_method_that_cannot_run_says_why_in_its_row() {
        MainWindow window(setup());
        QVERIFY(open_and_wait(window, "demo"));
        hurry(window);
        SearchSettings settings = window.settings_panel().settings();
        settings.method = "rtn";
        settings.method_options = {};
        settings.grid.bits = 1; // signs, which have no range to learn
        settings.grid.symmetric = true;
        settings.invariances = InvarianceSet::none(); // of no concern here
        window.settings_panel().set_settings(settings);
        QVERIFY(measure(window, "measure_methods"));
        const MethodsTable &table = window.compare().methods();
        const auto row_of = [&](const char *title) {
            return table.findItems(QLatin1String(title), Qt::MatchExactly).front()->row();
        };
        QVERIFY(QLocale().toDouble(table.item(row_of("Round to nearest"), 1)->text()) > 1);
        const auto *refused = table.item(row_of("AutoRound"), 1);
        QCOMPARE(refused->text(), QStringLiteral("cannot run"));
        QVERIFY2(refused->toolTip().contains(QStringLiteral("a sign and a size")), qPrintable(refused->toolTip()));

        // The method that was chosen is told before anything begins, by the name of the field.
        window.settings_panel().choose_method("autoround", {});
        button(window, "measure_methods").click();
        QVERIFY(!window.compare().is_measuring());
        QVERIFY2(window.view().messages().text().contains(QStringLiteral("Symmetric grid")),
                 qPrintable(window.view().messages().text()));
        QVERIFY(!table.outcomes().empty());
    }

    void a_text_chosen_for_the_comparison_starts_that_and_no_perplexity() {
        QCoreApplication::setAttribute(Qt::AA_DontUseNativeDialogs);
        MainWindow window(setup());
        QVERIFY(open_and_wait(window, demo_.model().string()));
        hurry(window);
        const QString text = shown(demo_.model().parent_path() / "heldout.txt");
        DialogDriver driver([&text](QWidget &dialog) {
            if (auto *name = dialog.findChild<QLineEdit *>(QStringLiteral("fileNameEdit")))
                name->setText(text);
            dynamic_cast<QDialog &>(dialog).accept();
            if (dialog.isVisible()) // it wants another file
                dialog.close();
        });
        QVERIFY(measure(window, "measure_methods"));
        QVERIFY(driver.done());
        QCOMPARE(window.memory().heldout_text(shown(demo_.model())), text);
        QVERIFY(!window.compare().methods().outcomes().empty());
        QVERIFY(!window.perplexity().panel().value(PerplexityPanel::Which::full_precision));
    }

    void while_a_search_runs_it_leaves_the_settings_alone() {
        MainWindow window(setup());
        QVERIFY(open_and_wait(window, "demo"));
        set_steps(window, 0);
        window.actions().start->trigger();
        QVERIFY(wait_for_moves(window, 1));
        const SearchSettings before = window.settings_panel().settings();
        Q_EMIT window.compare().methods().cellActivated(2, 0);
        Q_EMIT window.compare().layer_bits_chosen(LayerBits::parse("fc1:4"));
        QVERIFY(window.settings_panel().settings() == before);
        window.actions().stop->trigger();
        QVERIFY(wait_for_end(window));
        Q_EMIT window.compare().methods().cellActivated(2, 0);
        QCOMPARE(window.settings_panel().settings().method, starting_methods()[1].name);
    }

    void the_list_of_short_cuts_has_every_action_that_has_one() {
        MainWindow window(setup());
        auto actions = window.findChildren<QAction *>(QString(), Qt::FindDirectChildrenOnly);
        for (const QDockWidget *dock : window.findChildren<QDockWidget *>())
            actions << dock->toggleViewAction();
        const auto listed = window.actions().with_shortcuts();
        QVERIFY(listed.contains(window.actions().compare));
        for (QAction *action : actions)
            QVERIFY2(action->shortcuts().isEmpty() || listed.contains(action), qPrintable(action->text()));
    }

    void another_language_forgets_no_options() {
        MainWindow window(setup());
        QVERIFY(open_and_wait(window, "demo"));
        window.settings_panel().choose_method("gptq", {{"damping", 0.5}});
        window.settings_panel().choose_method("rtn", {});
        if (!QFile::exists(QStringLiteral(":/i18n/invarscope_de.qm")))
            QSKIP("there is no other language here");
        window.set_language(QStringLiteral("de"));
        const auto *dock = window.findChild<QDockWidget *>(QStringLiteral("settings_dock"));
        QTRY_COMPARE(dock->windowTitle(), QStringLiteral("Einstellungen"));
        QCOMPARE(window.settings_panel().other_options().at("gptq"), (MethodOptions{{"damping", 0.5}}));
        window.set_language(QStringLiteral("system"));
    }

private:
    WindowSetup setup() const { return {.persistent = false, .runs = runs_ / "runs"}; }
    static QPushButton &button(const MainWindow &window, const char *name) {
        return *window.findChild<QPushButton *>(QLatin1String(name));
    }
    static QString note(const MainWindow &window) {
        return window.findChild<QLabel *>(QStringLiteral("compare_note"))->text();
    }
    static QStringList texts(const MethodsTable &table) {
        QStringList all;
        for (int row = 0; row < table.rowCount(); ++row)
            for (int column = 0; column < table.columnCount(); ++column)
                all << table.item(row, column)->text();
        return all;
    }
    /// So little to calibrate on and to train that a comparison takes a second.
    static void hurry(MainWindow &window) {
        SearchSettings settings = window.settings_panel().settings();
        settings.method = "autoround";
        settings.method_options = {{"iterations", 4}};
        settings.grid.bits = 2;
        settings.sequences = 2;
        settings.sequence_length = 32;
        settings.threads = 1;
        window.settings_panel().set_settings(settings);
    }
    /// Clicks that button; whether what it begins came to its end.
    static bool measure(MainWindow &window, const char *name) {
        QSignalSpy finished(&window.compare(), &ComparePane::finished);
        button(window, name).click();
        return finished.wait(patience_ms);
    }

    TinyDemo demo_;
    TemporaryFolder runs_;
};

int main(int argc, char **argv) { return run_window_test<TestComparePane>(argc, argv); }

#include "tst_compare_pane.moc"
