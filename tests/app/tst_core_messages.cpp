// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/core_messages.h"

#include "core/base/error.h"
#include "core/quant/methods.h"
#include "core/search/compare_methods.h"
#include "core/search/run.h"
#include "core/search/sensitivity.h"
#include "tests/app/tiny_demo.h"
#include "tests/support/golden.h"
#include "tests/widgets/example_run.h"

#include <QSet>
#include <QTest>
#include <QTranslator>

using namespace invar;

namespace {

/// All that a window could refuse or be told, and what core says of it.
QStringList reasons_against_settings() {
    const auto model = example_model();
    SearchSettings wrong;
    wrong.method = "wishing";
    wrong.grid = {.bits = 9, .group_size = 7};
    wrong.calibration_text = "/nowhere/a and b.txt";
    wrong.sequences = 0;
    wrong.sequence_length = 1 << 20;
    wrong.device = "banana";
    wrong.threads = wrong.draws = -1;
    wrong.invariances = InvarianceSet::none();
    wrong.swap_fraction = wrong.scale_std = wrong.rotation_std = 2;
    wrong.alpha = wrong.seconds = wrong.memory_limit = wrong.racing_error = wrong.racing_audit = -1;
    wrong.watched_layers = wrong.gradient_age = 0;
    wrong.steps = -1;
    wrong.policy = "wishing";
    QStringList reasons;
    const auto add = [&](const SearchSettings &settings) {
        for (const auto &problem : find_problems(settings, model))
            reasons.append(QString::fromStdString(problem.reason));
    };
    add(wrong);
    for (const char *device : {"meta", "cuda:99"}) {
        wrong.device = device;
        add(wrong);
    }
    for (const char *rules : {"fc7:2", "99:2", "*:2,fc2:4"}) {
        wrong.layer_bits = LayerBits::parse(rules);
        add(wrong);
    }
    SearchSettings signs;
    signs.method = "autoround";
    signs.grid = {.bits = 1, .group_size = 64, .symmetric = true};
    add(signs);
    SearchSettings idle;
    idle.grid.group_size = 0;
    idle.invariances = only(Invariance::permutation);
    add(idle);
    for (const char *rules : {"fc2", "x-1:2", "0-:2", ".fc1:2", "fc2:2,"})
        try {
            (void)LayerBits::parse(rules);
        } catch (const Error &error) {
            reasons.append(QString::fromUtf8(error.what()));
        }
    return reasons;
}

} // namespace

class CoreMessagesTest : public QObject {
    Q_OBJECT
private slots:
    void every_reason_against_settings_is_known() {
        const auto reasons = reasons_against_settings();
        QVERIFY(reasons.size() > 40);
        for (const QString &reason : reasons)
            QVERIFY2(is_core_message(reason), qPrintable(reason));
    }

    void every_stage_of_a_method_and_of_a_measurement_is_known() {
        const test::TemporaryFolder folder;
        const test::TinyDemo demo(folder / "demo");
        QSet<QString> stages;
        const Task task{.stop = {}, .progress = [&stages](double, std::string_view stage) {
                            stages.insert(QString::fromUtf8(stage.data(), static_cast<qsizetype>(stage.size())));
                        }};
        SearchSettings settings;
        settings.grid.group_size = 64;
        settings.sequences = 4;
        settings.sequence_length = 16;
        settings.threads = 1;
        settings.usual_moves = true;
        const std::map<std::string, MethodOptions> quick{{"autoround", {{"iterations", 2}}},
                                                         {"omniquant", {{"epochs", 1}}}};
        (void)compare_methods(settings, quick, folder / "demo" / "heldout.txt", task);
        (void)measure_sensitivity(settings, task);
        settings.method = "gptq";
        (void)quantize(settings, folder / "run", task);
        QVERIFY(stages.size() > 20);
        for (const QString &stage : stages)
            QVERIFY2(is_core_message(stage), qPrintable(stage));
    }

    void what_core_fills_in_stays_as_it_is_in_another_language() {
        QTranslator german;
        if (!german.load(QStringLiteral(":/i18n/invarscope_de.qm")))
            QSKIP("built without translations");
        QCoreApplication::installTranslator(&german);
        QCOMPARE(core_message(std::string("GPTQ, layer 3 of 30, q_proj")),
                 QStringLiteral("GPTQ, Schicht 3 von 30, q_proj"));
        QCOMPARE(core_message(std::string("AWQ, layer 1 of 2, scaling q_proj/k_proj")),
                 QStringLiteral("AWQ, Schicht 1 von 2, Skalieren von q_proj/k_proj"));
        QCOMPARE(core_message(std::string("/home/a and b/must be 1 to 2 is not a file")),
                 QStringLiteral("/home/a and b/must be 1 to 2 ist keine Datei"));
        QCOMPARE(core_message(std::string("100 % of it")), QStringLiteral("100 % of it"));
        QCoreApplication::removeTranslator(&german);
    }
};

QTEST_MAIN(CoreMessagesTest)
#include "tst_core_messages.moc"
