// SPDX-License-Identifier: GPL-3.0-or-later
// GPTQ on FFNs that moved: the Hessian moves with the neurons.
#include "core/search/gptq_ffn.h"

#include "core/quant/gptq_solver.h"
#include "core/search/policy.h"
#include "search/random_ffn.h"

#include <ATen/ATen.h>

#include <QTest>

using namespace invar;

namespace {

using test::neurons;
using test::width;

at::Tensor hessian_of(std::int64_t inputs, int seed) {
    at::manual_seed(seed);
    const auto sizes = at::rand({inputs}, at::kDouble) * 3 + 0.1;
    const auto mixing = at::randn({inputs, inputs}, at::kDouble) * 0.2 + at::eye(inputs, at::kDouble);
    const auto read = at::randn({4 * inputs, inputs}, at::kDouble).mm(mixing) * sizes;
    return read.t().mm(read) * 2;
}

LayerFactors factors_of(bool by_importance) {
    const GptqSettings settings{.act_order = by_importance};
    return {.attention_input = {},
            .attention_output = {},
            .ffn_input = gptq_factor(hessian_of(width, 1), settings),
            .ffn_output = gptq_factor(hessian_of(neurons, 2), settings)};
}

SearchSettings moving(bool rotate) {
    SearchSettings settings;
    settings.swap_fraction = 0.3;
    settings.scale_std = 0.2;
    settings.rotation_std = 0.3;
    settings.invariances.rotation = rotate;
    return settings;
}

NeuronState moved_state(bool rotate, int steps) {
    const auto policy = make_policy(moving(rotate), {.layers = 1, .shape = {}});
    std::vector<LayerState> state{LayerState::identity(neurons)};
    for (int step = 1; step <= steps; ++step)
        state[0] = policy->propose(state, step).front().state;
    return state[0].ffn;
}

/// W -> W T of a map, as a matrix.
at::Tensor matrix_of(const NeuronMap &map) { return transform_columns(at::eye(map.neurons()), map).to(at::kDouble); }

/// H^-1 as a factor has it, with the inputs where they stand.
at::Tensor inverse_of(const GptqFactor &factor) {
    const auto upper = factor.upper.to(at::kDouble);
    const auto back = factor.order.argsort();
    return upper.t().mm(upper).index_select(0, back).index_select(1, back);
}

double difference(const at::Tensor &a, const at::Tensor &b) { return ((a - b).norm() / b.norm()).item<double>(); }

void add_kinds() {
    QTest::addColumn<bool>("by_importance");
    QTest::addColumn<bool>("rotate");
    for (const bool by_importance : {false, true})
        for (const bool rotate : {false, true})
            QTest::addRow("%s%s", by_importance ? "by importance" : "in order", rotate ? ", rotated" : "")
                << by_importance << rotate;
}

} // namespace

class TestGptqFfn : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void the_factor_of_moved_neurons_is_that_of_their_moved_hessian_data() { add_kinds(); }
    void the_factor_of_moved_neurons_is_that_of_their_moved_hessian() {
        QFETCH(bool, by_importance);
        QFETCH(bool, rotate);
        const auto factor = factors_of(by_importance).ffn_output;
        const auto map = NeuronMap::of(moved_state(rotate, 4));
        const auto after = moved(factor, map);
        const auto turn = matrix_of(map);
        QVERIFY(difference(inverse_of(after), turn.t().mm(inverse_of(factor)).mm(turn)) < 1e-5);
        QVERIFY(at::equal(after.upper, after.upper.triu()));
        QVERIFY(after.upper.diagonal().min().item<double>() > 0);
        if (!by_importance)
            QVERIFY(at::equal(after.order, at::arange(neurons)));
        for (std::int64_t turn_now = 0; by_importance && turn_now < neurons;
             ++turn_now) { // each neuron in its old turn
            const auto place = after.order[turn_now].item<std::int64_t>();
            QCOMPARE(map.source[static_cast<std::size_t>(place)],
                     static_cast<std::int32_t>(factor.order[turn_now].item<std::int64_t>()));
        }
    }

    void it_equals_gptq_from_scratch_on_the_moved_weights_and_their_hessian_data() { add_kinds(); }
    void it_equals_gptq_from_scratch_on_the_moved_weights_and_their_hessian() {
        QFETCH(bool, by_importance);
        QFETCH(bool, rotate);
        const auto ffn = test::random_ffn(true);
        const auto layout = test::layout_of(ffn);
        const auto map = NeuronMap::of(moved_state(rotate, 4));
        const Grid grid{.bits = 2, .group_size = 16};
        const auto factors = factors_of(by_importance);
        const auto ours = round_by_gptq(factors, ffn, map, {grid, {}}, layout);

        const auto transformed = apply(map, ffn, layout);
        const auto turn = matrix_of(map);
        const auto hessian = at::linalg_inv(turn.t().mm(inverse_of(factors.ffn_output)).mm(turn));
        auto expected = gptq_factor(hessian, {.damping = 1e-12});
        if (by_importance) { // the turns that neurons had; from scratch they would follow their new sizes
            const auto order = moved(factors.ffn_output, map).order;
            expected = gptq_factor(hessian.index_select(0, order).index_select(1, order), {.damping = 1e-12});
            expected.order = order;
            expected.static_groups = true;
        }
        const auto theirs = round_by_gptq(transformed.output.weight, expected, grid);
        const auto error = [&](const at::Tensor &rounded) {
            const auto off = (rounded - transformed.output.weight).to(at::kDouble);
            return off.mm(hessian).mul(off).sum().item<double>();
        };
        QVERIFY2(std::abs(error(ours.output.weight) / error(theirs) - 1) < 1e-3,
                 qPrintable(QString::number(error(ours.output.weight) / error(theirs))));
        QVERIFY(error(ours.output.weight) < 0.8 * error(round_to_grid(transformed.output.weight, grid)));
        // The rows of an input see no other Hessian than before.
        for (std::size_t i = 0; i < ours.inputs.size(); ++i)
            QVERIFY(
                at::equal(ours.inputs[i].weight, round_by_gptq(transformed.inputs[i].weight, factors.ffn_input, grid)));
    }

    void rows_that_only_moved_are_not_solved_again_and_all_come_out_the_same_to_the_last_bit_data() {
        QTest::addColumn<bool>("by_importance");
        QTest::addColumn<bool>("gated");
        QTest::addColumn<bool>("bfloat16");
        for (const bool by_importance : {false, true})
            for (const bool gated : {false, true})
                for (const bool half : {false, true})
                    QTest::addRow("%s, %s, %s", by_importance ? "by importance" : "in order", gated ? "gated" : "plain",
                                  half ? "bfloat16" : "float32")
                        << by_importance << gated << half;
    }
    void rows_that_only_moved_are_not_solved_again_and_all_come_out_the_same_to_the_last_bit() {
        QFETCH(bool, by_importance);
        QFETCH(bool, gated);
        QFETCH(bool, bfloat16);
        const auto type = bfloat16 ? at::kBFloat16 : at::kFloat;
        const auto base = test::random_ffn(gated);
        const auto layout = test::layout_of(base);
        const Grid grid{.bits = 3, .group_size = 16, .scales = ScalePrecision::float16};
        const LayerGrids grids(grid, {});
        const auto factors = factors_of(by_importance);
        auto settings = moving(true);
        settings.policy = "single"; // moves of one kind leave neurons that only move, or only turn
        const auto policy = make_policy(settings, {.layers = 1, .shape = {}});
        std::vector<LayerState> state{LayerState::identity(neurons)};
        auto map = NeuronMap::of(state[0].ffn);
        auto quantized = round_by_gptq(factors, base, map, grids, layout).to(type);
        for (std::int64_t step = 1; step <= 12; ++step) {
            state[0] = policy->propose(state, step).front().state;
            const auto next = NeuronMap::of(state[0].ffn);
            quantized = round_by_gptq(factors, base, quantized, map, next, grids, layout);
            map = next;
            QVERIFY(test::same(quantized, round_by_gptq(factors, base, map, grids, layout).to(type)));
        }
    }

    void a_row_comes_out_the_same_whatever_rows_are_beside_it() {
        const auto factor = factors_of(true).ffn_output;
        at::manual_seed(4);
        const auto weight = at::randn({71, neurons});
        const Grid grid{.bits = 2, .group_size = 32};
        const auto all = round_by_gptq(weight, factor, grid);
        const auto some = at::tensor({70, 3, 31, 32, 12});
        QVERIFY(at::equal(round_by_gptq(weight.index_select(0, some), factor, grid), all.index_select(0, some)));
    }
};

QTEST_APPLESS_MAIN(TestGptqFfn)
#include "tst_gptq_ffn.moc"
