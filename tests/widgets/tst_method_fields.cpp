// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/export/exporters.h"
#include "core/search/policies.h"
#include "widgets/core_texts.h"
#include "widgets/example_run.h"
#include "widgets/marking_translator.h"
#include "widgets/named_child.h"
#include "widgets/number_edit.h"
#include "widgets/settings_panel.h"

#include <QCheckBox>
#include <QComboBox>
#include <QLabel>
#include <QSignalSpy>
#include <QSpinBox>
#include <QTest>

#include <algorithm>

using namespace invar;

namespace {

template <typename Child> Child &field(const QWidget &panel, const std::string &option) {
    return child<Child>(panel, QLatin1String("option_") + QString::fromStdString(option));
}

void choose_method(const QWidget &panel, const std::string &name) {
    auto &combo = child<QComboBox>(panel, QStringLiteral("method"));
    combo.setCurrentIndex(combo.findData(QString::fromStdString(name)));
}

/// A value that the option may have and that is not its standard.
double other_value(const MethodOption &option) {
    if (option.kind == MethodOption::Kind::flag)
        return 1 - option.standard;
    return option.standard == option.least ? option.most : option.least;
}

MethodOptions other_values(const MethodInfo &method) {
    MethodOptions options;
    for (const auto &option : method.options)
        options[option.name] = other_value(option);
    return options;
}

} // namespace

class MethodFieldsTest : public QObject {
    Q_OBJECT
private slots:
    void every_method_has_a_field_for_each_option_with_its_standard_and_range() {
        SettingsPanel panel;
        panel.set_model(example_model());
        int options = 0;
        for (const MethodInfo &method : starting_methods()) {
            choose_method(panel, method.name);
            for (const MethodOption &option : method.options) {
                ++options;
                const auto &widget = field<QWidget>(panel, option.name);
                QCOMPARE(widget.accessibleName(), QString::fromStdString(option.title));
                QVERIFY(widget.toolTip().contains(QString::fromStdString(option.description).toHtmlEscaped()));
                if (option.kind == MethodOption::Kind::flag)
                    QCOMPARE(field<QCheckBox>(panel, option.name).isChecked(), option.standard != 0);
                if (option.kind == MethodOption::Kind::real)
                    QCOMPARE(field<NumberEdit>(panel, option.name).value(), option.standard);
                if (option.kind == MethodOption::Kind::whole) {
                    const auto &spin = field<QSpinBox>(panel, option.name);
                    QCOMPARE(spin.value(), static_cast<int>(option.standard));
                    QCOMPARE(spin.minimum(), static_cast<int>(option.least));
                    QCOMPARE(spin.maximum(), static_cast<int>(option.most));
                }
            }
            QVERIFY(panel.settings().method_options.empty());
            QVERIFY(panel.is_valid());
        }
        QVERIFY(options > 5);
    }

    void only_the_chosen_methods_fields_and_description_are_there() {
        SettingsPanel panel;
        for (const MethodInfo &method : starting_methods()) {
            choose_method(panel, method.name);
            const auto fields = panel.findChildren<QWidget *>(QRegularExpression(QStringLiteral("^option_")));
            QCOMPARE(static_cast<std::size_t>(fields.size()), method.options.size());
            QCOMPARE(child<QLabel>(panel, QStringLiteral("method_description")).text(),
                     QString::fromStdString(method.description));
        }
    }

    void options_that_are_set_are_shown_and_got_back_for_every_method() {
        for (const MethodInfo &method : starting_methods()) {
            SettingsPanel panel;
            panel.set_model(example_model());
            SearchSettings settings;
            settings.method = method.name;
            settings.method_options = other_values(method);
            panel.set_settings(settings);
            QCOMPARE(to_string(panel.settings().method_options), to_string(settings.method_options));
            QVERIFY(panel.settings() == settings);
            QVERIFY(panel.is_valid());
        }
    }

    void an_option_that_is_edited_is_chosen_until_it_is_its_standard_again() {
        SettingsPanel panel;
        panel.set_model(example_model());
        choose_method(panel, "gptq");
        QSignalSpy changes(&panel, &SettingsPanel::changed);
        auto &damping = field<NumberEdit>(panel, "damping");
        damping.set_value(0.25);
        QCOMPARE(changes.count(), 1);
        field<QCheckBox>(panel, "act-order").click();
        QCOMPARE(panel.settings().method_options, (MethodOptions{{"damping", 0.25}, {"act-order", 0}}));
        damping.set_value(0.01);
        field<QCheckBox>(panel, "act-order").click();
        QVERIFY(panel.settings().method_options.empty());
    }

    void each_methods_options_are_remembered_while_others_are_looked_at() {
        SettingsPanel panel;
        choose_method(panel, "gptq");
        field<NumberEdit>(panel, "damping").set_value(0.5);
        choose_method(panel, "autoround");
        QVERIFY(panel.settings().method_options.empty());
        field<QSpinBox>(panel, "iterations").setValue(7);
        choose_method(panel, "gptq");
        QCOMPARE(panel.settings().method_options, (MethodOptions{{"damping", 0.5}}));
        choose_method(panel, "autoround");
        QCOMPARE(panel.settings().method_options, (MethodOptions{{"iterations", 7}}));
        panel.set_settings(SearchSettings{}); // anew
        choose_method(panel, "gptq");
        QVERIFY(panel.settings().method_options.empty());
    }

    void a_value_out_of_range_is_a_problem_beside_the_options() {
        SettingsPanel panel;
        panel.set_model(example_model());
        choose_method(panel, "gptq");
        auto &damping = field<NumberEdit>(panel, "damping");
        const auto &problem = child<QLabel>(panel, QStringLiteral("method_options_problem"));
        for (const char *wrong : {"7", "none"}) {
            damping.setText(QLatin1String(wrong));
            QVERIFY2(!panel.is_valid(), wrong);
            QVERIFY(!problem.isHidden());
            QVERIFY(problem.text().contains(QStringLiteral("damping"), Qt::CaseInsensitive));
        }
        damping.setText(QStringLiteral("1e-3"));
        QVERIFY(panel.is_valid());
        QVERIFY(problem.isHidden());
    }

    void an_option_that_the_method_lacks_is_a_problem_until_it_is_unticked() {
        SettingsPanel panel;
        panel.set_model(example_model());
        SearchSettings settings;
        settings.method_options = {{"iterations", 3}};
        panel.set_settings(settings);
        QVERIFY(panel.settings() == settings);
        QVERIFY(!panel.is_valid());
        field<QCheckBox>(panel, "iterations").click();
        QVERIFY(panel.settings().method_options.empty());
        QVERIFY(panel.is_valid());
    }

    void while_locked_options_cannot_be_changed() {
        SettingsPanel panel;
        choose_method(panel, "gptq");
        panel.set_locked(true);
        QVERIFY(!field<NumberEdit>(panel, "damping").isEnabled());
        SearchSettings settings;
        settings.method = "autoround";
        panel.set_settings(settings); // fields made while locked
        QVERIFY(!field<QSpinBox>(panel, "iterations").isEnabled());
        panel.set_locked(false);
        QVERIFY(field<QSpinBox>(panel, "iterations").isEnabled());
    }

    void the_panel_stays_narrow_with_every_method() {
        SettingsPanel panel;
        panel.set_model(example_model());
        for (const MethodInfo &method : starting_methods()) {
            choose_method(panel, method.name);
            QVERIFY2(panel.minimumSizeHint().width() <= 300, method.name.c_str());
        }
    }

    void every_title_and_description_of_core_is_listed_for_translation() {
        const auto is_listed = [](const std::string &text) {
            return std::ranges::find(core_texts(), text) != core_texts().end();
        };
        std::vector<std::string> shown;
        for (const MethodInfo &method : starting_methods()) {
            shown.insert(shown.end(), {method.title, method.description});
            for (const MethodOption &option : method.options)
                shown.insert(shown.end(), {option.title, option.description});
            for (const MethodVariant &variant : method.variants)
                shown.insert(shown.end(), {variant.title, variant.description});
        }
        for (const PolicyInfo &policy : move_policies())
            shown.insert(shown.end(), {policy.title, policy.description});
        for (const ExportFormatInfo &format : export_formats())
            shown.insert(shown.end(), {format.title, format.description});
        for (const std::string &text : shown)
            QVERIFY2(is_listed(text), text.c_str());
        for (const char *text : core_texts())
            QVERIFY2(std::ranges::find(shown, text) != shown.end(), text);
    }

    void everything_that_the_fields_show_is_translated() {
        const MarkingTranslator translator;
        SettingsPanel panel;
        const auto is_marked = [](const QString &text) { return text.contains(MarkingTranslator::mark); };
        for (const MethodInfo &method : starting_methods()) {
            choose_method(panel, method.name);
            QVERIFY(is_marked(child<QComboBox>(panel, QStringLiteral("method")).currentText()));
            QVERIFY(is_marked(child<QLabel>(panel, QStringLiteral("method_description")).text()));
            for (const MethodOption &option : method.options) {
                const auto &widget = field<QWidget>(panel, option.name);
                QVERIFY(is_marked(widget.accessibleName()));
                QCOMPARE(widget.toolTip().count(MarkingTranslator::mark), 2); // what it is, and its values
            }
        }
        QVERIFY(is_marked(child<QComboBox>(panel, QStringLiteral("policy")).currentText()));
    }
};

QTEST_MAIN(MethodFieldsTest)
#include "tst_method_fields.moc"
