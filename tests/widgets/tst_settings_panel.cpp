// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/example_run.h"
#include "widgets/named_child.h"
#include "widgets/settings_panel.h"

#include <QCheckBox>
#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QRegularExpression>
#include <QSignalSpy>
#include <QSpinBox>
#include <QStandardItemModel>
#include <QTest>
#include <QToolButton>

using namespace invar;

namespace {

SearchSettings unusual_settings() {
    SearchSettings s;
    s.model = "/models/opt";
    s.method = "rtn";
    s.method_options = {{"clip", 1}};
    s.grid = {3, 64, true};
    s.layer_bits = LayerBits::parse("0-1:4,fc2:5");
    s.calibration_ids = "";
    s.sequences = 7;
    s.sequence_length = 99;
    s.invariances = {true, false, true};
    s.alpha = 0.1234567890123456;
    s.equal_tokens = true;
    s.swap_fraction = 0.05;
    s.scale_std = 0.02;
    s.rotation_std = 3.3e-6;
    s.watched_layers = 3;
    s.steps = 123456;
    s.seconds = 2.5;
    s.seed = 18446744073709551615U;
    s.precision = Precision::bfloat16;
    s.device = "cuda:1";
    s.threads = 3;
    s.policy = "bandit";
    s.draws = 17;
    s.gradient_age = 5;
    s.racing_error = 0.25;
    s.racing_audit = 0.5;
    s.memory_limit = 3.5;
    return s;
}

} // namespace

class SettingsPanelTest : public QObject {
    Q_OBJECT
private slots:
    void what_is_set_is_got_back() {
        SettingsPanel panel;
        QVERIFY(panel.settings() == SearchSettings{});
        panel.set_settings(unusual_settings());
        QVERIFY(panel.settings() == unusual_settings());
        panel.set_model(example_model());
        QVERIFY(panel.settings() == unusual_settings());
    }

    void token_ids_are_shown_and_go_where_a_text_or_another_model_comes() {
        SearchSettings s;
        s.model = "/models/opt";
        s.calibration_text = "/texts/hidden.txt";
        s.calibration_ids = "/runs/ids.json";
        SettingsPanel panel;
        panel.set_settings(s);
        auto &field = child<QLineEdit>(panel, "calibration_text");
        QCOMPARE(field.text(), QStringLiteral("/runs/ids.json"));
        QCOMPARE(field.accessibleName(), QStringLiteral("Token ids"));
        QVERIFY(panel.settings() == s);

        field.clear();
        QCOMPARE(field.accessibleName(), QStringLiteral("Calibration text"));
        QVERIFY(panel.settings().calibration_ids.empty() && panel.settings().calibration_text.empty());
        panel.set_settings(s);
        panel.set_calibration_text(QStringLiteral("/texts/other.txt"));
        QVERIFY(panel.settings().calibration_ids.empty());
        QCOMPARE(panel.settings().calibration_text, std::string("/texts/other.txt"));

        panel.set_settings(s);
        ModelInfo model = example_model();
        model.source = s.model; // the one that they are of
        panel.set_model(model);
        QVERIFY(panel.settings() == s);
        const QString problem = child<QLabel>(panel, "calibration_text_problem").text();
        QVERIFY2(problem.contains(QStringLiteral("ids.json")), qPrintable(problem)); // there is no such file
        panel.set_model(example_model());
        QVERIFY(panel.settings().calibration_ids.empty());
        QCOMPARE(field.text(), QStringLiteral("/texts/hidden.txt"));
    }

    void what_only_a_policy_that_screens_reads_is_grey_with_the_others() {
        SettingsPanel panel;
        const auto &draws = child<QSpinBox>(panel, "draws");
        const auto &age = child<QSpinBox>(panel, "gradient_age");
        QVERIFY(!draws.isEnabled() && !age.isEnabled());
        auto &policy = child<QComboBox>(panel, "policy");
        policy.setCurrentIndex(policy.findData(QStringLiteral("screened")));
        QVERIFY(draws.isEnabled() && age.isEnabled());
        policy.setCurrentIndex(policy.findData(QStringLiteral("published")));
        QVERIFY(!draws.isEnabled() && !age.isEnabled());
    }

    void norms_are_ticked_with_the_policy_that_follows_their_slopes_and_can_be_unticked() {
        SettingsPanel panel;
        auto model = example_model();
        model.invariances[Invariance::norm_scaling] = Exactness::exact;
        panel.set_model(model);
        auto &norms = child<QCheckBox>(panel, "invariance_norm-scaling");
        auto &policy = child<QComboBox>(panel, "policy");
        const auto choose = [&](const char *name) {
            policy.setCurrentIndex(policy.findData(QLatin1String(name)));
            emit policy.activated(policy.currentIndex()); // by a user
        };
        QVERIFY(!norms.isChecked());
        choose("sweep");
        QVERIFY(norms.isChecked() && panel.settings().invariances.norm_scaling);
        choose("published");
        QVERIFY(!norms.isChecked());
        norms.setChecked(true);
        choose("screened");
        QVERIFY(norms.isChecked() && panel.settings().invariances.norm_scaling);
        norms.setChecked(false);
        choose("sweep");
        QVERIFY(!norms.isChecked() && !panel.settings().invariances.norm_scaling);
        SearchSettings without;
        without.policy = "sweep";
        panel.set_settings(without); // as they were saved
        QVERIFY(!norms.isChecked());
    }

    void permutation_is_grey_with_its_reason_where_a_whole_row_shares_a_scale() {
        SettingsPanel panel;
        panel.set_model(example_model());
        const auto &box = child<QCheckBox>(panel, "invariance_permutation");
        QVERIFY(box.isEnabled() && box.isChecked());
        SearchSettings s;
        s.grid.group_size = 0;
        panel.set_settings(s);
        QVERIFY(!box.isEnabled() && !box.isChecked());
        QVERIFY(box.toolTip().contains(QStringLiteral("shares one scale")));
        QVERIFY(!panel.settings().invariances.permutation);
        child<QComboBox>(panel, "group_size").setEditText(QStringLiteral("8"));
        QVERIFY(box.isEnabled() && box.isChecked()); // what was wanted comes back

        s.method = "gptq"; // that rounds columns in their order makes it matter again
        panel.set_settings(s);
        QVERIFY(!box.isEnabled());
        child<QCheckBox>(panel, "option_act-order").click();
        QVERIFY(box.isEnabled() && box.isChecked());
        child<QCheckBox>(panel, "option_in-search").click();
        QVERIFY(!box.isEnabled() && !panel.settings().invariances.permutation);
    }

    void a_whole_row_and_a_typed_group_size_are_understood() {
        SettingsPanel panel;
        panel.set_model(example_model());
        SearchSettings s;
        s.grid.group_size = 0;
        panel.set_settings(s);
        QCOMPARE(panel.settings().grid.group_size, 0);
        auto &combo = child<QComboBox>(panel, "group_size");
        combo.setEditText(QStringLiteral("8"));
        QCOMPARE(panel.settings().grid.group_size, 8);
        QVERIFY(panel.is_valid());
        combo.setEditText(QStringLiteral("many"));
        QVERIFY(!panel.is_valid());
        QCOMPARE(panel.problems().size(), std::size_t{1});
        QCOMPARE(panel.problems().front().field, std::string("group_size"));
    }

    void only_group_sizes_that_divide_every_row_are_offered() {
        SettingsPanel panel;
        ModelInfo model = example_model();
        for (MatrixInfo &matrix : model.matrices)
            matrix.cols = 320;
        panel.set_model(model);
        const auto *items = qobject_cast<QStandardItemModel *>(child<QComboBox>(panel, "group_size").model());
        QVERIFY(items);
        const auto enabled = [&](const QString &text) { return items->findItems(text).front()->isEnabled(); };
        QVERIFY(enabled(QStringLiteral("64")));
        QVERIFY(!enabled(QStringLiteral("128")));
        QVERIFY(!enabled(QStringLiteral("256")));
    }

    void a_problem_is_shown_under_its_field_and_goes_when_solved() {
        SettingsPanel panel;
        panel.set_model(example_model());
        panel.show();
        QVERIFY(panel.is_valid());
        QSignalSpy validity(&panel, &SettingsPanel::valid_changed);
        auto &fraction = child<QLineEdit>(panel, "swap_fraction");
        auto &problem = child<QLabel>(panel, "swap_fraction_problem");
        QVERIFY(problem.isHidden());
        fraction.setText(QStringLiteral("2"));
        QVERIFY(!problem.isHidden());
        QVERIFY(!problem.text().isEmpty());
        QVERIFY(!panel.is_valid());
        fraction.setText(QStringLiteral("0.5"));
        QVERIFY(problem.isHidden());
        QCOMPARE(validity.count(), 2);
        QCOMPARE(validity[0][0].toBool(), false);
        QCOMPARE(validity[1][0].toBool(), true);
    }

    void text_that_is_no_number_is_a_problem_and_not_a_zero() {
        SettingsPanel panel;
        panel.set_model(example_model());
        for (const char *name : {"alpha", "swap_fraction", "scale_std", "rotation_std"}) {
            auto &edit = child<QLineEdit>(panel, name);
            const QString before = edit.text();
            edit.setText(QStringLiteral("abc"));
            QVERIFY2(!panel.is_valid(), name);
            edit.setText(before);
            QVERIFY2(panel.is_valid(), name);
        }
        child<QLineEdit>(panel, "seed").setText(QString());
        QVERIFY(!panel.is_valid());
    }

    void invariances_are_labelled_by_their_exactness_and_impossible_ones_are_off() {
        SettingsPanel panel;
        ModelInfo model = example_model();
        model.invariances[Invariance::scaling] = Exactness::none;
        panel.set_model(model);
        const auto &permutation = child<QCheckBox>(panel, "invariance_permutation");
        const auto &scaling = child<QCheckBox>(panel, "invariance_scaling");
        const auto &rotation = child<QCheckBox>(panel, "invariance_rotation");
        QVERIFY(permutation.text().contains(QStringLiteral("exact")));
        QVERIFY(rotation.text().contains(QStringLiteral("approximate")));
        QVERIFY(!scaling.isEnabled());
        QVERIFY(!scaling.isChecked());
        QVERIFY(scaling.toolTip().contains(QStringLiteral("opt")));
        QVERIFY(!panel.settings().invariances.scaling);
        panel.set_model(example_model()); // a model that can: the wish is remembered
        QVERIFY(panel.settings().invariances.scaling);
    }

    void a_move_that_needs_a_yes_is_off_until_it_is_ticked() {
        SettingsPanel panel;
        ModelInfo model = example_model();
        model.needs_consent.rotation = true;
        panel.set_model(model);
        auto &rotation = child<QCheckBox>(panel, "invariance_rotation");
        QVERIFY(rotation.isEnabled());
        QVERIFY(!rotation.isChecked());
        QVERIFY(rotation.toolTip().contains(QStringLiteral("Off until you tick it")));
        QVERIFY(!panel.settings().approximate);
        QVERIFY(panel.is_valid());
        rotation.click();
        QVERIFY(panel.settings().invariances.rotation);
        QVERIFY(panel.settings().approximate);
        QVERIFY(panel.is_valid());
        SettingsPanel other; // the yes travels with the settings
        other.set_model(model);
        other.set_settings(panel.settings());
        QVERIFY(child<QCheckBox>(other, "invariance_rotation").isChecked());
        panel.set_model(example_model()); // where the move is the published one it needs none
        QVERIFY(!panel.settings().approximate);
    }

    void moves_of_attention_are_offered_beside_those_of_the_ffn_and_are_off() {
        SettingsPanel panel;
        ModelInfo model = example_model();
        model.invariances[Invariance::value_permutation] = Exactness::exact;
        model.invariances[Invariance::key_rotation] = Exactness::none;
        panel.set_model(model);
        QCOMPARE(panel.settings().invariances, InvarianceSet{});
        QVERIFY(!child<QCheckBox>(panel, "invariance_key-rotation").isEnabled());
        auto &values = child<QCheckBox>(panel, "invariance_value-permutation");
        QVERIFY(values.text().contains(QStringLiteral("exact")));
        values.click();
        QVERIFY(panel.settings().invariances.value_permutation);
        QVERIFY(panel.is_valid());
    }

    void while_locked_nothing_can_be_changed_but_everything_read() {
        SettingsPanel panel;
        panel.set_model(example_model());
        panel.set_locked(true);
        QVERIFY(!child<QSpinBox>(panel, "steps").isEnabled());
        QVERIFY(!child<QSpinBox>(panel, "bits").isEnabled());
        QVERIFY(child<QLabel>(panel, "settings_summary").isEnabled());
        panel.set_locked(false);
        QVERIFY(child<QSpinBox>(panel, "bits").isEnabled());
    }

    void the_summary_tells_bits_per_weight_and_memory() {
        SettingsPanel panel;
        panel.set_model(example_model());
        const QString text = child<QLabel>(panel, "settings_summary").text();
        QVERIFY2(text.contains(QLocale().toString(SearchSettings{}.grid.bits_per_weight(256), 'f', 3)),
                 qPrintable(text));
        QVERIFY2(text.contains(QRegularExpression(QStringLiteral("needs about .+B, .+B free"))), qPrintable(text));
    }

    void an_edit_tells_once_and_the_buttons_work() {
        SettingsPanel panel;
        panel.set_model(example_model());
        QSignalSpy changes(&panel, &SettingsPanel::changed);
        child<QSpinBox>(panel, "bits").setValue(4);
        QCOMPARE(changes.count(), 1);
        panel.set_settings(unusual_settings());
        QCOMPARE(changes.count(), 2);
        QSignalSpy browse(&panel, &SettingsPanel::browse_calibration_requested);
        child<QToolButton>(panel, "browse_calibration").click();
        QCOMPARE(browse.count(), 1);
        child<QToolButton>(panel, "dice").click();
        QVERIFY(panel.settings().seed != unusual_settings().seed);
    }

    void every_field_has_a_name_a_tooltip_and_an_accessible_name() {
        SettingsPanel panel;
        panel.set_model(example_model());
        int fields = 0;
        for (const QWidget *widget : panel.findChildren<QWidget *>()) {
            const bool is_field = qobject_cast<const QAbstractSpinBox *>(widget) ||
                                  qobject_cast<const QComboBox *>(widget) || qobject_cast<const QCheckBox *>(widget);
            if (!is_field)
                continue;
            ++fields;
            QVERIFY(!widget->objectName().isEmpty());
            QVERIFY2(!widget->toolTip().isEmpty(), qPrintable(widget->objectName()));
            QVERIFY2(!widget->accessibleName().isEmpty(), qPrintable(widget->objectName()));
        }
        QCOMPARE_GE(fields, 14);
    }

    void the_panel_fits_into_three_hundred_pixels() {
        SettingsPanel panel;
        panel.set_model(example_model());
        QCOMPARE_LE(panel.minimumSizeHint().width(), 300);
    }
};

QTEST_MAIN(SettingsPanelTest)
#include "tst_settings_panel.moc"
