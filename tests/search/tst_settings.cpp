// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/language_model.h"
#include "core/quant/methods.h"
#include "core/search/idle_moves.h"
#include "core/search/memory_plan.h"
#include "core/search/settings.h"
#include "search/tiny_search.h"
#include "support/error_of.h"
#include "support/starting_methods.h"

#include <QTest>

using namespace invar;

namespace {

std::vector<std::string> problem_fields(const SearchSettings &settings) {
    static const auto info = LanguageModel::open(test::golden("tiny-opt"))->info();
    std::vector<std::string> fields;
    for (const auto &problem : find_problems(settings, info))
        fields.push_back(problem.field);
    return fields;
}

} // namespace

class TestSettings : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void settings_survive_their_json() {
        SearchSettings settings = test::tiny_settings();
        settings.alpha = 0.1234567890123456789;
        settings.seed = 0xffffffffffffffffULL;
        settings.precision = Precision::bfloat16;
        settings.invariances = {.permutation = true, .scaling = false, .rotation = true};
        settings.calibration_text = "a \"quoted\" name.txt";
        QVERIFY(settings_from_json(to_json(settings)) == settings);
    }

    void moves_that_nobody_chose_are_those_that_need_no_consent() {
        const auto model = LanguageModel::open(test::golden("families/gpt2-plain"))->info();
        auto settings = test::tiny_settings("families/gpt2-plain");
        settings.usual_moves = true;
        QCOMPARE(to_string(settled(settings, model).invariances), std::string("permutation"));
        settings.approximate = true;
        QCOMPARE(to_string(settled(settings, model).invariances), std::string("permutation,scaling,rotation"));
        settings.usual_moves = false;
        settings.invariances = only(Invariance::rotation);
        QCOMPARE(settled(settings, model), settings);
        QVERIFY(find_problems(settings, model).empty());
        settings.approximate = false;
        QCOMPARE(find_problems(settings, model).size(), 1U);
        QCOMPARE(find_problems(settings, model).front().field, std::string("invariances"));
        const auto published = LanguageModel::open(test::golden("tiny-opt"))->info();
        QCOMPARE(to_string(usual_invariances(settings, published)), std::string("permutation,scaling,rotation"));
        settings.policy = "sweep";
        QCOMPARE(to_string(usual_invariances(settings, published)),
                 std::string("permutation,scaling,rotation,norm-scaling"));
    }

    void moves_that_were_usual_under_a_run_s_policy_become_those_of_another_and_chosen_ones_stay() {
        const auto model = LanguageModel::open(test::golden("tiny-opt"))->info();
        auto settings = test::tiny_settings();
        settings.policy = "sweep";
        settings.usual_moves_of = "published";
        settings.invariances = parse_invariances("permutation,scaling,rotation");
        QCOMPARE(to_string(settled(settings, model).invariances),
                 std::string("permutation,scaling,rotation,norm-scaling"));
        QVERIFY(settled(settings, model).usual_moves_of.empty());
        settings.invariances = parse_invariances("permutation,scaling");
        QCOMPARE(to_string(settled(settings, model).invariances), std::string("permutation,scaling"));
        settings.policy = "published";
        settings.usual_moves_of = "sweep";
        settings.invariances = parse_invariances("permutation,scaling,rotation,norm-scaling");
        QCOMPARE(to_string(settled(settings, model).invariances), std::string("permutation,scaling,rotation"));
    }

    void a_new_order_is_left_out_or_refused_where_a_whole_row_shares_a_scale() {
        const auto model = LanguageModel::open(test::golden("tiny-opt"))->info();
        auto settings = test::tiny_settings();
        settings.grid.group_size = 0;
        settings.usual_moves = true;
        QCOMPARE(to_string(settled(settings, model).invariances), std::string("scaling,rotation"));
        settings.usual_moves = false;
        QVERIFY(find_problems(settings, model).empty()); // with others it does no harm
        settings.invariances = only(Invariance::permutation);
        QCOMPARE(find_problems(settings, model).size(), 1U);
        QCOMPARE(find_problems(settings, model).front().field, std::string("invariances"));
        settings.grid.group_size = 4;
        QVERIFY(find_problems(settings, model).empty());
    }

    void a_method_alone_does_not_care_which_moves_a_search_could_make() {
        const auto model = LanguageModel::open(test::golden("families/gpt2-plain"))->info();
        auto settings = test::tiny_settings("families/gpt2-plain");
        settings.usual_moves = true;
        settings.grid.group_size = 0; // whole rows, where the one move that is usual here changes nothing
        settings = settled(settings, model);
        QCOMPARE(find_problems(settings, model).front().field, std::string("invariances"));
        QVERIFY(find_start_problems(settings, model).empty());
        settings.grid.group_size = 7;
        QCOMPARE(find_start_problems(settings, model).front().field, std::string("group_size"));
    }

    void a_new_order_matters_in_whole_rows_only_to_gptq_that_rounds_columns_in_order() {
        auto settings = test::tiny_settings();
        settings.invariances = only(Invariance::permutation);
        for (const std::string words : {"gptq", "gptq:act-order=0", "gptq:act-order=0,in-search=0", "rtn", "awq"}) {
            test::choose_method(settings, words);
            settings.grid.group_size = 0;
            QCOMPARE(idle_moves(settings).permutation, words != "gptq:act-order=0");
            QCOMPARE(problem_fields(settings).empty(), words == "gptq:act-order=0");
            QVERIFY(idle_moves(settings).key_permutation); // of rows alone
            settings.grid.group_size = 16;
            QVERIFY(idle_moves(settings).empty());
        }
    }

    void a_device_that_is_not_there_is_refused_beforehand() {
        auto settings = test::tiny_settings();
        for (const auto *name : {"tpu", "banana", "cuda:99", "meta", ""}) {
            settings.device = name;
            QCOMPARE(problem_fields(settings), std::vector<std::string>{"device"});
        }
    }

    void damaged_json_is_refused_with_the_key() {
        const auto text = to_json({});
        const auto with = [&](const std::string &from, const std::string &to) {
            auto changed = text;
            changed.replace(changed.find(from), from.size(), to);
            return changed;
        };
        VERIFY_ERROR(settings_from_json("nothing"), "JSON");
        VERIFY_ERROR(settings_from_json("{}"), "model", "missing");
        VERIFY_ERROR(settings_from_json(with("\"bits\": 2", "\"bits\": \"two\"")), "bits", "whole number");
        VERIFY_ERROR(settings_from_json(with("\"seed\": 0", "\"seed\": -1")), "seed", "negative");
        VERIFY_ERROR(settings_from_json(with("\"bits\": 2", "\"bits\": 2, \"colour\": 1")), "colour", "unknown");
        VERIFY_ERROR(settings_from_json(with("float32", "float13")), "precision", "float13");
    }

    void the_defaults_of_a_tiny_model_work() { QCOMPARE(problem_fields(test::tiny_settings()).size(), 0U); }

    void settings_that_cannot_work_are_named_data() {
        QTest::addColumn<QString>("field");
        QTest::addColumn<int>("which");
        const char *fields[] = {"method",          "bits",         "group_size",     "invariances", "swap_fraction",
                                "scale_std",       "rotation_std", "sequences",      "alpha",       "sequence_length",
                                "calibration_ids", "steps",        "watched_layers", "threads",     "seconds",
                                "swap_fraction"};
        int which = 0;
        for (const auto *field : fields)
            QTest::addRow("%s %d", field, which) << field << which, ++which;
    }
    void settings_that_cannot_work_are_named() {
        QFETCH(QString, field);
        QFETCH(int, which);
        auto settings = test::tiny_settings();
        const std::vector<std::function<void()>> spoil{
            [&] { settings.method = "magic"; },
            [&] { settings.grid.bits = 9; },
            [&] { settings.grid.group_size = 17; },
            [&] {
                settings.invariances = {false, false, false};
            },
            [&] { settings.swap_fraction = 1e-4; },
            [&] { settings.scale_std = -1; },
            [&] { settings.rotation_std = 7; },
            [&] { settings.sequences = 0; },
            [&] { settings.alpha = -0.1; },
            [&] { settings.sequence_length = 1 << 20; },
            [&] { settings.calibration_ids = "/nowhere.json"; },
            [&] { settings.steps = -1; },
            [&] { settings.watched_layers = 0; },
            [&] { settings.threads = -1; },
            [&] { settings.seconds = -1; },
            [&] { settings.swap_fraction = 1.5; },
        };
        spoil.at(static_cast<std::size_t>(which))();
        QCOMPARE(problem_fields(settings), std::vector{field.toStdString()});
    }

    void a_method_that_learns_ranges_is_refused_one_symmetric_bit_of_any_matrix() {
        auto settings = test::tiny_settings();
        settings.grid.symmetric = true;
        for (const auto &method : starting_methods()) {
            settings.method = method.name;
            const auto expected =
                method.learns_ranges ? std::vector<std::string>{"symmetric"} : std::vector<std::string>{};
            settings.grid.bits = 1;
            settings.layer_bits = {};
            QCOMPARE(problem_fields(settings), expected);
            settings.layer_bits = LayerBits::parse("*:2");
            QVERIFY(problem_fields(settings).empty());
            settings.grid.bits = 2;
            settings.layer_bits = LayerBits::parse("1.fc2:1");
            QCOMPARE(problem_fields(settings), expected);
        }
    }

    void a_longer_budget_is_no_other_run_and_other_bits_are() {
        SearchSettings a;
        auto b = a;
        b.steps = 5;
        b.seconds = 7;
        QVERIFY(differing_fields(a, b).empty());
        b.grid.bits = 3;
        b.alpha = 0.5;
        QCOMPARE(differing_fields(a, b), (std::vector<std::string>{"bits", "alpha"}));
    }

    void the_memory_estimate_grows_with_the_calibration_set() {
        const auto info = LanguageModel::open(test::golden("tiny-opt"))->info();
        auto settings = test::tiny_settings();
        const auto small = plan_memory(settings, info).bytes;
        settings.sequences *= 100;
        QVERIFY(plan_memory(settings, info).bytes > small);
    }

    void the_memory_estimate_counts_what_a_methods_options_make_it_keep_data() {
        QTest::addColumn<QString>("method");
        QTest::addColumn<QString>("without");
        QTest::addColumn<QString>("with");
        QTest::newRow("clipped matrices") << "rtn"
                                          << "clip=0"
                                          << "clip=1";
        QTest::newRow("scaled matrices") << "awq"
                                         << "scale=0"
                                         << "scale=1";
        QTest::newRow("transformed matrices") << "omniquant"
                                              << "transform=0"
                                              << "transform=1";
    }
    void the_memory_estimate_counts_what_a_methods_options_make_it_keep() {
        QFETCH(QString, method);
        QFETCH(QString, without);
        QFETCH(QString, with);
        const auto info = LanguageModel::open(test::golden("tiny-opt"))->info();
        const auto bytes_with = [&](const QString &options) {
            auto settings = test::tiny_settings();
            settings.method = method.toStdString();
            settings.method_options = parse_method_options(options.toStdString());
            return plan_memory(settings, info).bytes;
        };
        QCOMPARE(bytes_with(with) - bytes_with(without), 4 * info.matrix_weights());
    }
};

QTEST_APPLESS_MAIN(TestSettings)
#include "tst_settings.moc"
