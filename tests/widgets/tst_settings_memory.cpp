// SPDX-License-Identifier: GPL-3.0-or-later
// What the settings panel remembers beside what it shows, and how it names its fields elsewhere.
#include "widgets/example_run.h"
#include "widgets/named_child.h"
#include "widgets/settings_panel.h"

#include <QCheckBox>
#include <QComboBox>
#include <QTest>

using namespace invar;

namespace {

/// Permutation is grey then, though it was ticked.
SearchSettings whole_rows() {
    SearchSettings settings;
    settings.grid.group_size = 0;
    return settings;
}

const QCheckBox &permutation(const SettingsPanel &panel) { return child<QCheckBox>(panel, "invariance_permutation"); }

void type_group_size(const SettingsPanel &panel, const char *size) {
    child<QComboBox>(panel, "group_size").setEditText(QLatin1String(size));
}

} // namespace

class SettingsMemoryTest : public QObject {
    Q_OBJECT
private slots:
    void a_method_chosen_elsewhere_leaves_the_other_methods_their_options() {
        SettingsPanel panel;
        panel.set_model(example_model());
        panel.choose_method("gptq", {{"damping", 0.5}});
        panel.choose_method("autoround", {{"iterations", 7}});
        QCOMPARE(panel.settings().method, std::string("autoround"));
        QCOMPARE(panel.settings().method_options, (MethodOptions{{"iterations", 7}}));
        QCOMPARE(panel.other_options().at("gptq"), (MethodOptions{{"damping", 0.5}}));
        QVERIFY(!panel.other_options().contains("autoround"));
        panel.choose_method("autoround", {}); // the same one, with other options
        QVERIFY(panel.settings().method_options.empty());
        panel.choose_method("gptq", {{"act-order", 0}});
        QCOMPARE(panel.settings().method_options, (MethodOptions{{"act-order", 0}}));
        panel.choose_method("squeeze", {}); // of a later version
        QCOMPARE(panel.settings().method, std::string("squeeze"));
        QVERIFY(!panel.is_valid());
    }

    void neither_a_method_nor_bits_forget_a_move_that_is_grey_at_the_moment() {
        SettingsPanel panel;
        panel.set_model(example_model());
        panel.set_settings(whole_rows());
        QVERIFY(!permutation(panel).isChecked());
        panel.choose_method("gptq", {});
        panel.set_layer_bits(LayerBits::parse("fc2:4"));
        QCOMPARE(panel.settings().layer_bits, LayerBits::parse("fc2:4"));
        type_group_size(panel, "8");
        QVERIFY(permutation(panel).isChecked());
    }

    void a_panel_in_another_language_takes_over_what_is_remembered() {
        SettingsPanel old;
        old.set_model(example_model());
        old.set_settings(whole_rows());
        old.choose_method("gptq", {{"damping", 0.5}});
        old.choose_method("rtn", {{"clip", 1}});
        SettingsPanel panel;
        panel.take_over(old);
        QVERIFY(panel.settings() == old.settings());
        QCOMPARE(panel.other_options().at("gptq"), (MethodOptions{{"damping", 0.5}}));
        type_group_size(panel, "8"); // as the model allows it
        QVERIFY(panel.is_valid() && permutation(panel).isChecked());
    }

    void every_field_has_a_name_for_messages() {
        SettingsPanel panel;
        panel.set_model(example_model());
        for (const char *member : {"method",
                                   "method_options",
                                   "bits",
                                   "layer_bits",
                                   "group_size",
                                   "symmetric",
                                   "scale_precision",
                                   "calibration_text",
                                   "calibration_ids",
                                   "sequences",
                                   "sequence_length",
                                   "invariances",
                                   "swap_fraction",
                                   "scale_std",
                                   "rotation_std",
                                   "policy",
                                   "draws",
                                   "gradient_age",
                                   "racing_error",
                                   "alpha",
                                   "equal_tokens",
                                   "watched_layers",
                                   "steps",
                                   "seconds",
                                   "seed",
                                   "precision",
                                   "device",
                                   "threads",
                                   "memory_limit"}) {
            const QString title = panel.title_of(member);
            QVERIFY2(!title.isEmpty() && title != QLatin1String(member) && !title.contains(u'&'), member);
        }
        SearchSettings settings;
        settings.grid.group_size = 96;
        settings.sequences = 0;
        const QString told = panel.told(find_problems(settings, example_model()));
        QVERIFY2(told.startsWith(QStringLiteral("“Group size” 96 does not divide")), qPrintable(told));
        QVERIFY2(told.contains(QStringLiteral("; “Sequences” must be")), qPrintable(told));
    }
};

QTEST_MAIN(SettingsMemoryTest)
#include "tst_settings_memory.moc"
