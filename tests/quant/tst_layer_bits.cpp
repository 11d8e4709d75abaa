// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/quant/grid_plan.h"
#include "support/error_of.h"

#include <QTest>

using namespace invar;

namespace {

ModelInfo small_model() {
    ModelInfo model;
    model.layers = 4;
    model.projections = {"q_proj", "fc1", "fc2"};
    for (int layer = 0; layer < model.layers; ++layer)
        for (const auto &projection : model.projections)
            model.matrices.push_back({.name = {}, .layer = layer, .projection = projection, .rows = 64, .cols = 128});
    return model;
}

std::vector<std::vector<int>> table_of(const LayerBits &bits, int usual) {
    const auto model = small_model();
    std::vector<std::vector<int>> table;
    for (int layer = 0; layer < model.layers; ++layer) {
        auto &row = table.emplace_back();
        for (const auto &projection : model.projections)
            row.push_back(bits.bits_of(layer, projection).value_or(usual));
    }
    return table;
}

} // namespace

class TestLayerBits : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void the_first_rule_that_fits_counts() {
        const auto bits = LayerBits::parse("0-1:4,fc2:3,*:2");
        QCOMPARE(bits.bits_of(0, "fc2"), 4);
        QCOMPARE(bits.bits_of(2, "fc2"), 3);
        QCOMPARE(bits.bits_of(2, "fc1"), 2);
        QCOMPARE(to_string(bits), std::string("0-1:4,fc2:3,*:2"));
        QVERIFY(!LayerBits::parse("3.fc1:8").bits_of(3, "fc2"));
        QCOMPARE(LayerBits::parse("1-2.fc1:8").bits_of(2, "fc1"), 8);
        QVERIFY(LayerBits::parse("").empty());
    }

    void nonsense_is_refused_by_its_part_data() {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("words");
        const auto add = [](const char *text, const char *words) { QTest::newRow(text) << text << words; };
        add("4", "MATRICES:BITS");
        add("fc1:", "MATRICES:BITS");
        add("fc1:9", "1 to 8");
        add("fc1:0", "1 to 8");
        add("fc1:2.5", "MATRICES:BITS");
        add("3-1:4", "3-1");
        add("0-:4", "0-");
        add("3.:4", "names no matrices");
        add(":4", "names no matrices");
        add("fc1:3,", "comma");
        add("fc1:3,,fc2:4", "MATRICES:BITS");
    }
    void nonsense_is_refused_by_its_part() {
        QFETCH(QString, text);
        QFETCH(QString, words);
        VERIFY_ERROR(LayerBits::parse(text.toStdString()), words);
    }

    void rules_for_what_a_model_does_not_have_are_named() {
        const auto model = small_model();
        QVERIFY(LayerBits::parse("0-2:4,fc2:2,*:3").problem_for(model).empty());
        QVERIFY(LayerBits::parse("fc3:2").problem_for(model).find("q_proj, fc1, fc2") != std::string::npos);
        QVERIFY(LayerBits::parse("2-4:2").problem_for(model).find("layer 4") != std::string::npos);
    }

    void a_rule_that_never_counts_is_named_data() {
        QTest::addColumn<QString>("rules");
        QTest::addColumn<QString>("idle");
        QTest::newRow("after one of everything") << "*:2,fc2:4"
                                                 << "fc2:4";
        QTest::newRow("twice") << "fc2:3,1:4,fc2:5"
                               << "fc2:5";
        QTest::newRow("after several that fit it together") << "q_proj:3,fc1:4,fc2:5,2:8"
                                                            << "2:8";
    }
    void a_rule_that_never_counts_is_named() {
        QFETCH(QString, rules);
        QFETCH(QString, idle);
        const auto problem = LayerBits::parse(rules.toStdString()).problem_for(small_model());
        QVERIFY2(problem.find("the rule " + idle.toStdString() + " never counts") != std::string::npos,
                 problem.c_str());
    }

    void a_table_becomes_rules_that_give_it_again_data() {
        QTest::addColumn<QString>("rules");
        QTest::addColumn<int>("most");
        QTest::newRow("one grid") << "" << 0;
        QTest::newRow("first layer") << "0:4" << 3;
        QTest::newRow("a projection") << "fc2:3" << 1;
        QTest::newRow("both") << "0-1:4,fc2:3" << 5;
        QTest::newRow("all") << "*:5" << 1;
        QTest::newRow("single matrices") << "3.fc1:8,0.fc2:1,2-3.q_proj:3" << 3;
    }
    void a_table_becomes_rules_that_give_it_again() {
        QFETCH(QString, rules);
        QFETCH(int, most);
        const auto model = small_model();
        const auto table = table_of(LayerBits::parse(rules.toStdString()), 2);
        const auto made = LayerBits::of_table(table, model.projections, 2);
        QCOMPARE(table_of(made, 2), table);
        QCOMPARE(table_of(LayerBits::parse(to_string(made)), 2), table);
        const auto text = to_string(made);
        const auto count = text.empty() ? 0 : std::ranges::count(text, ',') + 1;
        QVERIFY2(count <= most, text.c_str());
    }

    void bits_per_weight_count_every_matrix_with_its_own_bits() {
        const auto model = small_model();
        Grid usual{.bits = 2, .group_size = 64, .scales = ScalePrecision::float32};
        QCOMPARE(GridPlan(usual).bits_per_weight(model), 2 + 34.0 / 64);
        usual.scales = ScalePrecision::float16;
        QCOMPARE(GridPlan(usual).bits_per_weight(model), 2 + 18.0 / 64);
        const GridPlan plan(usual, LayerBits::parse("fc2:4"), model);
        QCOMPARE(plan.bits_per_weight(model), (2 * (2 + 18.0 / 64) + 4 + 20.0 / 64) / 3);
        QCOMPARE(plan.layer(1)[2].bits, 4);
        QCOMPARE(plan.at(3, 1).bits, 2);
        QCOMPARE(GridPlan(usual).layer(7)[1].bits, 2);
    }
};

QTEST_APPLESS_MAIN(TestLayerBits)
#include "tst_layer_bits.moc"
