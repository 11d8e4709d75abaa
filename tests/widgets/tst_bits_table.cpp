// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/quant/grid_plan.h"
#include "widgets/bits_dialog.h"
#include "widgets/bits_table.h"
#include "widgets/example_run.h"
#include "widgets/marking_translator.h"
#include "widgets/named_child.h"
#include "widgets/settings_panel.h"

#include <QDialogButtonBox>
#include <QGroupBox>
#include <QHeaderView>
#include <QLabel>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <QSpinBox>
#include <QTest>
#include <QToolButton>

#include <set>

using namespace invar;

namespace {

/// Four layers of q_proj, fc1 and fc2 with attention's place told.
ModelInfo model_with_attention() {
    ModelInfo model = example_model();
    model.parameters = 2'572'864; // a million are not quantized
    model.attention = {
        .heads = 4, .key_value_heads = 4, .head_size = 64, .query = 0, .key = 0, .value = 0, .output = 0};
    return model;
}

struct Opened {
    explicit Opened(const std::string &rules = {}, const Grid &grid = SearchSettings{}.grid)
        : dialog(model_with_attention(), grid, LayerBits::parse(rules)), table(child<BitsTable>(dialog, "bits_table")),
          rules_edit(child<QPlainTextEdit>(dialog, "rules")), problem(child<QLabel>(dialog, "rules_problem")) {
        dialog.show();
        if (!QTest::qWaitForWindowExposed(&dialog))
            qFatal("the dialog does not show");
    }
    [[nodiscard]] QPoint at(int layer, int projection) const {
        return table.visualRect(table.model()->index(layer, projection)).center();
    }
    [[nodiscard]] std::string text() const { return rules_edit.toPlainText().toStdString(); }
    [[nodiscard]] QPushButton &ok() const {
        return *dialog.findChild<QDialogButtonBox *>()->button(QDialogButtonBox::Ok);
    }

    BitsDialog dialog;
    BitsTable &table;
    QPlainTextEdit &rules_edit;
    QLabel &problem;
};

using Bits = BitsTable::Bits;

const Bits all_two{{2, 2, 2}, {2, 2, 2}, {2, 2, 2}, {2, 2, 2}};

} // namespace

class BitsTableTest : public QObject {
    Q_OBJECT
private slots:
    void dragging_the_brush_paints_exactly_the_cells_under_it() {
        Opened open;
        QSignalSpy painted(&open.table, &BitsTable::painted);
        QTest::mouseClick(&child<QToolButton>(open.dialog, "brush_5"), Qt::LeftButton);
        QCOMPARE(open.table.brush(), 5);
        auto *viewport = open.table.viewport();
        QTest::mousePress(viewport, Qt::LeftButton, {}, open.at(1, 1));
        QTest::mouseMove(viewport, open.at(2, 1));
        QTest::mouseMove(viewport, open.at(3, 1));
        QTest::mouseMove(viewport, open.at(3, 2));
        QTest::mouseRelease(viewport, Qt::LeftButton, {}, open.at(3, 2));
        QTest::mouseMove(viewport, open.at(0, 0)); // no longer pressed
        QCOMPARE(open.table.bits(), (Bits{{2, 2, 2}, {2, 5, 2}, {2, 5, 2}, {2, 5, 5}}));
        QCOMPARE(painted.count(), 4);
        QCOMPARE(open.dialog.layer_bits(),
                 LayerBits::of_table(open.table.bits(), model_with_attention().projections, 2));
    }

    void a_quick_stroke_leaves_no_cell_out() {
        Opened open;
        open.table.set_brush(3);
        auto *viewport = open.table.viewport();
        QTest::mousePress(viewport, Qt::LeftButton, {}, open.at(0, 2));
        QTest::mouseMove(viewport, open.at(3, 2));
        QTest::mouseRelease(viewport, Qt::LeftButton, {}, open.at(3, 2));
        QCOMPARE(open.table.bits(), (Bits{{2, 2, 3}, {2, 2, 3}, {2, 2, 3}, {2, 2, 3}}));
        QCOMPARE(open.text(), std::string("fc2:3"));
    }

    void the_brush_as_the_rest_and_the_right_button_take_cells_back() {
        Opened open("*:4");
        QTest::mouseClick(&child<QToolButton>(open.dialog, "brush_0"), Qt::LeftButton);
        QTest::mouseClick(open.table.viewport(), Qt::LeftButton, {}, open.at(0, 0));
        QCOMPARE(open.table.bits().at(0), (std::vector<int>{2, 4, 4}));
        open.table.set_brush(8);
        QTest::mouseClick(open.table.viewport(), Qt::RightButton, {}, open.at(0, 1));
        QCOMPARE(open.table.bits().at(0), (std::vector<int>{2, 2, 4}));
    }

    void headers_paint_their_row_and_column() {
        Opened open;
        open.table.set_brush(6);
        auto *rows = open.table.verticalHeader();
        QTest::mouseClick(rows->viewport(), Qt::LeftButton, {},
                          {5, rows->sectionViewportPosition(2) + rows->sectionSize(2) / 2});
        QCOMPARE(open.table.bits(), (Bits{{2, 2, 2}, {2, 2, 2}, {6, 6, 6}, {2, 2, 2}}));
        QCOMPARE(open.text(), std::string("2:6"));
        auto *columns = open.table.horizontalHeader();
        open.table.set_brush(3);
        QTest::mouseClick(columns->viewport(), Qt::LeftButton, {},
                          {columns->sectionViewportPosition(0) + columns->sectionSize(0) / 2, 5});
        QCOMPARE(open.table.bits(), (Bits{{3, 2, 2}, {3, 2, 2}, {3, 6, 6}, {3, 2, 2}}));
    }

    void arrows_move_and_digits_set_what_is_selected() {
        Opened open;
        auto &table = open.table;
        table.setFocus();
        QTest::keyClick(&table, Qt::Key_Down);
        QTest::keyClick(&table, Qt::Key_Right);
        QTest::keyClick(&table, Qt::Key_7);
        QCOMPARE(table.bits(), (Bits{{2, 2, 2}, {2, 7, 2}, {2, 2, 2}, {2, 2, 2}}));
        QTest::keyClick(&table, Qt::Key_Down, Qt::ShiftModifier);
        QTest::keyClick(&table, Qt::Key_4);
        QCOMPARE(table.bits(), (Bits{{2, 2, 2}, {2, 4, 2}, {2, 4, 2}, {2, 2, 2}}));
        QTest::keyClick(&table, Qt::Key_9); // no such bits
        QCOMPARE(open.text(), std::string("1-2.fc1:4"));
        QTest::keyClick(&table, Qt::Key_Delete);
        QCOMPARE(table.bits(), all_two);
        QCOMPARE(open.text(), std::string());
    }

    void rules_that_are_typed_fill_the_table() {
        Opened open;
        open.rules_edit.setPlainText(QStringLiteral("0-1:4, fc2:3"));
        QVERIFY(open.dialog.is_valid());
        QCOMPARE(open.table.bits(), (Bits{{4, 4, 4}, {4, 4, 4}, {2, 2, 3}, {2, 2, 3}}));
        QCOMPARE(to_string(open.dialog.layer_bits()), std::string("0-1:4,fc2:3"));
        QCOMPARE(open.rules_edit.toPlainText(), QStringLiteral("0-1:4, fc2:3")); // as it was typed
        open.rules_edit.clear();
        QCOMPARE(open.table.bits(), all_two);
        QVERIFY(open.dialog.layer_bits().empty());
    }

    void wrong_rules_say_why_and_change_nothing_data() {
        QTest::addColumn<QString>("rules");
        QTest::addColumn<QString>("said");
        QTest::newRow("no rule") << "fc2=3"
                                 << "MATRICES:BITS";
        QTest::newRow("too many bits") << "fc2:9"
                                       << "1 to 8";
        QTest::newRow("no such projection") << "fc7:3"
                                            << "fc7";
        QTest::newRow("no such layer") << "0-4:3"
                                       << "no layer 4";
    }
    void wrong_rules_say_why_and_change_nothing() {
        QFETCH(QString, rules);
        QFETCH(QString, said);
        Opened open("fc2:3");
        const Bits before = open.table.bits();
        QVERIFY(open.problem.isHidden());
        open.rules_edit.setPlainText(rules);
        QVERIFY(!open.dialog.is_valid());
        QVERIFY(open.problem.isVisible());
        QVERIFY2(open.problem.text().contains(said), qPrintable(open.problem.text()));
        QVERIFY(!open.ok().isEnabled());
        QCOMPARE(open.table.bits(), before);
        QCOMPARE(to_string(open.dialog.layer_bits()), std::string("fc2:3"));
        QTest::keyClick(&open.table, Qt::Key_5); // painting mends it
        QVERIFY(open.dialog.is_valid());
        QVERIFY(open.problem.isHidden());
        QVERIFY(open.ok().isEnabled());
        QCOMPARE(open.text(), std::string("0.q_proj:5,fc2:3"));
    }

    void presets_add_to_the_table() {
        Opened open;
        const auto click = [&](const char *name) { child<QPushButton>(open.dialog, name).click(); };
        click("preset_ends");
        QCOMPARE(open.table.bits(), (Bits{{4, 4, 4}, {2, 2, 2}, {2, 2, 2}, {4, 4, 4}}));
        click("preset_ffn_output");
        QCOMPARE(open.table.bits(), (Bits{{4, 4, 5}, {2, 2, 3}, {2, 2, 3}, {4, 4, 5}}));
        click("preset_attention");
        QCOMPARE(open.table.bits(), (Bits{{5, 4, 5}, {3, 2, 3}, {3, 2, 3}, {5, 4, 5}}));
        click("preset_ends");
        click("preset_ends");
        QCOMPARE(open.table.bits().at(0), (std::vector<int>{8, 8, 8}));
        click("preset_equal");
        QCOMPARE(open.table.bits(), all_two);
        QVERIFY(open.dialog.layer_bits().empty());
    }

    void the_size_counts_scales_and_zero_points_and_the_rest_of_the_model() {
        // Per layer 131072 weights at 2 + 18 / 128 bits and 262144 (fc2) at 3 + 19 / 128.
        Opened open("fc2:3");
        const double average = (2.140625 + 2 * 3.1484375) / 3;
        const QString bits = child<QLabel>(open.dialog, "bits_per_weight").text();
        QVERIFY2(bits.contains(QLocale().toString(average, 'f', 3)), qPrintable(bits));
        QVERIFY2(bits.contains(QLocale().toString(2.140625, 'f', 3)), qPrintable(bits));
        const auto bytes = [](double count) {
            return QLocale().formattedDataSize(static_cast<qint64>(count), 1, QLocale::DataSizeTraditionalFormat);
        };
        const double packed = 4 * 393216 * average / 8;
        const QString size = child<QLabel>(open.dialog, "packed_size").text();
        QVERIFY2(size.contains(bytes(packed)), qPrintable(size));
        QVERIFY2(size.contains(bytes(packed + 2e6)), qPrintable(size));
        QVERIFY2(size.contains(bytes(2 * 2'572'864)), qPrintable(size)); // as today's export writes it
        open.rules_edit.clear();
        QVERIFY(child<QLabel>(open.dialog, "bits_per_weight").text().startsWith(QLocale().toString(2.140625, 'f', 3)));
    }

    void each_number_of_bits_has_its_own_colour_and_a_readable_ink() {
        std::set<QRgb> colours;
        double lightness = -1;
        for (int bits = 1; bits <= 8; ++bits) {
            const QColor colour = BitsTable::colour_of(bits);
            colours.insert(colour.rgb());
            QVERIFY(qGray(colour.rgb()) > lightness); // tells them apart without any colour
            lightness = qGray(colour.rgb());
            QVERIFY(std::abs(qGray(BitsTable::ink_of(bits).rgb()) - lightness) > 90);
        }
        QCOMPARE(colours.size(), std::size_t{8});
        Opened open("1.fc1:7");
        const auto cell = open.table.model()->index(1, 1);
        QCOMPARE(cell.data(Qt::BackgroundRole).value<QColor>(), BitsTable::colour_of(7));
        QVERIFY(cell.data(Qt::AccessibleTextRole).toString().contains(QStringLiteral("fc1: 7 bit")));
    }

    void the_panel_opens_it_and_takes_its_bits() {
        SettingsPanel panel;
        auto &button = child<QPushButton>(panel, "choose_layer_bits");
        const auto &shown = child<QLabel>(panel, "layer_bits_text");
        QVERIFY(!button.isEnabled()); // no matrices are known
        const ModelInfo model = model_with_attention();
        panel.set_model(model);
        panel.show();
        QVERIFY(button.isEnabled());
        QCOMPARE(shown.text(), QStringLiteral("all 2"));
        const auto dialog = [&panel] { return panel.findChild<BitsDialog *>(); };
        button.click();
        QVERIFY(dialog());
        child<QPlainTextEdit>(*dialog(), "rules").setPlainText(QStringLiteral("0:4,fc2:3"));
        QVERIFY(panel.settings().layer_bits.empty()); // until it is taken
        QSignalSpy changes(&panel, &SettingsPanel::changed);
        dialog()->accept();
        QCOMPARE(changes.count(), 1);
        QCOMPARE(to_string(panel.settings().layer_bits), std::string("0:4,fc2:3"));
        QCOMPARE(shown.text(), QStringLiteral("0:4,fc2:3"));
        const auto bits = GridPlan(SearchSettings{}.grid, LayerBits::parse("0:4,fc2:3"), model).bits_per_weight(model);
        QVERIFY(bits > 2.8);
        QVERIFY(child<QLabel>(panel, "settings_summary").text().contains(QLocale().toString(bits, 'f', 3)));
        QTRY_VERIFY(!dialog());

        button.click(); // and opens with them again
        QCOMPARE(child<QPlainTextEdit>(*dialog(), "rules").toPlainText(), QStringLiteral("0:4,fc2:3"));
        child<QPlainTextEdit>(*dialog(), "rules").clear();
        dialog()->reject();
        QCOMPARE(to_string(panel.settings().layer_bits), std::string("0:4,fc2:3"));
        panel.set_locked(true);
        QVERIFY(!button.isEnabled());
    }

    void bits_of_matrices_are_got_back_and_the_rest_follows_the_grid() {
        SettingsPanel panel;
        panel.set_model(model_with_attention());
        SearchSettings settings;
        settings.layer_bits = LayerBits::parse("fc2:3");
        panel.set_settings(settings);
        QVERIFY(panel.settings() == settings);
        panel.set_settings(SearchSettings{});
        QVERIFY(panel.settings() == SearchSettings{});
        child<QSpinBox>(panel, "bits").setValue(5);
        QCOMPARE(child<QLabel>(panel, "layer_bits_text").text(), QStringLiteral("all 5"));
    }

    void no_text_beside_the_table_is_cut_off() {
        const Opened open;
        for (const char *name : {"brush_explanation", "bits_per_weight", "packed_size"}) {
            const auto &label = child<QLabel>(open.dialog, name);
            QVERIFY2(label.height() >= label.heightForWidth(label.width()), name);
        }
        QVERIFY(open.rules_edit.height() >= open.rules_edit.minimumHeight());
    }

    void thirty_layers_fit_a_small_screen() {
        ModelInfo model = example_model();
        model.layers = 30;
        model.projections = {"q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"};
        BitsDialog dialog(model, Grid{}, LayerBits{});
        dialog.show();
        QVERIFY(QTest::qWaitForWindowExposed(&dialog));
        QCOMPARE_LE(dialog.width(), 1280);
        QCOMPARE_LE(dialog.height(), 690); // and a title bar
        const auto &table = child<BitsTable>(dialog, "bits_table");
        QVERIFY(table.viewport()->rect().contains(table.visualRect(table.model()->index(29, 6))));
    }

    void everything_it_shows_is_translated() {
        const MarkingTranslator translator;
        Opened open("fc2:3");
        const auto is_marked = [](const QString &text) { return text.contains(MarkingTranslator::mark); };
        QVERIFY(is_marked(open.dialog.windowTitle()));
        int seen = 0;
        for (const QWidget *widget : open.dialog.findChildren<QWidget *>()) {
            QStringList texts{widget->toolTip()};
            if (const auto *label = qobject_cast<const QLabel *>(widget))
                texts += label->text();
            if (const auto *button = qobject_cast<const QAbstractButton *>(widget);
                button && !qobject_cast<const QDialogButtonBox *>(button->parent()))
                texts += button->text();
            if (const auto *box = qobject_cast<const QGroupBox *>(widget))
                texts += box->title();
            for (const QString &text : texts)
                if (!text.isEmpty()) {
                    ++seen;
                    QVERIFY2(is_marked(text), qPrintable(text));
                }
        }
        QVERIFY(seen > 20);
        QVERIFY(is_marked(open.table.model()->index(0, 0).data(Qt::ToolTipRole).toString()));
        QVERIFY(is_marked(open.table.model()->headerData(0, Qt::Horizontal, Qt::ToolTipRole).toString()));
    }
};

QTEST_MAIN(BitsTableTest)
#include "tst_bits_table.moc"
