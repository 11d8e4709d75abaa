// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/search/ffn_update.h"

#include "core/search/effective_weights.h"
#include "search/published_moves.h"
#include "search/random_ffn.h"

#include <ATen/ATen.h>

#include <QTest>

#include <algorithm>

using namespace invar;
using test::neurons;

class TestFfnUpdate : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void updating_touched_groups_equals_requantizing_everything_data() {
        QTest::addColumn<int>("group");
        QTest::addColumn<bool>("bfloat16");
        QTest::addColumn<bool>("gated");
        QTest::addColumn<double>("swap_fraction");
        for (const int group : {8, 48, 0})
            for (const bool half : {false, true})
                for (const bool gated : {false, true})
                    for (const double share : {0.02, 0.5})
                        QTest::addRow("groups of %d, %s, %s, %g", group, half ? "bfloat16" : "float32",
                                      gated ? "gated" : "plain", share)
                            << group << half << gated << share;
    }
    void updating_touched_groups_equals_requantizing_everything() {
        QFETCH(int, group);
        QFETCH(bool, bfloat16);
        QFETCH(bool, gated);
        QFETCH(double, swap_fraction);
        const auto base = test::random_ffn(gated);
        const auto layout = test::layout_of(base);
        const auto type = bfloat16 ? at::kBFloat16 : at::kFloat;
        const Grid grid{
            .bits = 2, .group_size = group, .scales = gated ? ScalePrecision::float16 : ScalePrecision::float32};
        std::vector<Grid> own(base.inputs.size() + 1, grid); // each matrix has its own bits
        for (std::size_t i = 0; i < own.size(); ++i)
            own[i].bits = 2 + static_cast<int>(i);
        const LayerGrids grids(grid, own);
        SearchSettings settings;
        settings.swap_fraction = swap_fraction;
        settings.rotation_std = 1e-2;
        settings.policy = "single"; // moves of one kind leave neurons that only move, or only turn
        const auto policy = make_policy(settings, {.layers = 1, .shape = {}});

        std::vector<LayerState> accepted{LayerState::identity(neurons)};
        auto map = NeuronMap::of(accepted[0].ffn);
        auto quantized = requantize(grids, layout, apply(map, base, layout)).to(type);
        for (std::int64_t step = 1; step <= 30; ++step) {
            accepted[0] = policy->propose(accepted, step).front().state;
            const auto next = NeuronMap::of(accepted[0].ffn);
            quantized = update({base, quantized, map}, next, {grids, layout});
            map = next;
            QVERIFY(test::same(quantized, requantize(grids, layout, apply(accepted[0].ffn, base, layout)).to(type)));
        }
    }

    void a_neuron_that_only_moves_is_not_reshaped() {
        auto state = NeuronState::identity(neurons);
        const auto before = NeuronMap::of(state);
        std::swap(state.order[3], state.order[70]);
        const auto change = change_between(before, NeuronMap::of(state));
        QVERIFY(change.reshaped.empty());
        QCOMPARE(change.moved.size(), std::size_t{2});
        QCOMPARE(change.moved[0].to, 3);
        QCOMPARE(change.moved[0].from, 70);
        QCOMPARE(change.touched_groups(neurons, 8), (std::vector<std::int32_t>{0, 8}));
    }

    void a_scaled_or_turned_neuron_is_reshaped_and_its_pair_with_it() {
        auto state = NeuronState::identity(neurons);
        const auto before = NeuronMap::of(state);
        state.scale[5] = 1.5F;
        state.rotation[10] = 0.1F; // neurons 20 and 21
        const auto change = change_between(before, NeuronMap::of(state));
        QVERIFY(change.moved.empty());
        QCOMPARE(change.reshaped, (std::vector<std::int32_t>{5, 20, 21}));
    }
};

QTEST_APPLESS_MAIN(TestFfnUpdate)
#include "tst_ffn_update.moc"
