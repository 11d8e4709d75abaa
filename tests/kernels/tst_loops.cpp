// SPDX-License-Identifier: GPL-3.0-or-later
// The CPU's loops against LibTorch's operations: bit for bit where nothing is summed, closely where something is.
#include "core/invariance/ffn_weights.h"
#include "core/kernels/attention_loops.h"
#include "core/kernels/loss_loops.h"
#include "core/model/attention.h"
#include "core/quant/group_quantizer.h"

#include <ATen/ATen.h>

#include <QTest>

#include <algorithm>
#include <random>

using namespace invar;

namespace {

/// Mostly small weights, with what quantizers stumble over: constant groups, zeros of both signs, outliers, halves.
at::Tensor awkward_weights(std::int64_t rows, std::int64_t columns) {
    at::manual_seed(7);
    auto weights = at::randn({rows, columns}) * 0.05;
    weights.select(0, 0).fill_(0.25);
    weights.select(0, 1).zero_();
    weights.select(0, 2).mul_(-0.0F);
    weights.select(0, 3).mul_(1e4);
    weights.select(0, 4).copy_(at::arange(columns).to(at::kFloat) * 0.5 - 8);
    weights.select(0, 5).abs_();
    weights.select(0, 6).abs_().neg_();
    return weights;
}

NeuronState random_state(std::int64_t neurons, bool rotates) {
    std::mt19937 random(11);
    auto state = NeuronState::identity(neurons);
    std::ranges::shuffle(state.order, random);
    std::normal_distribution<float> normal;
    for (auto &scale : state.scale)
        scale = std::exp(0.1F * normal(random));
    if (rotates)
        for (auto &angle : state.rotation)
            angle = 0.01F * normal(random);
    return state;
}

template <typename T> const T *raw(const at::Tensor &tensor) { return static_cast<const T *>(tensor.const_data_ptr()); }

double largest_difference(const at::Tensor &a, const at::Tensor &b) {
    return (a.to(at::kDouble) - b.to(at::kDouble)).abs().max().item<double>();
}

} // namespace

class TestLoops : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void rounding_equals_libtorch_bit_for_bit_data() {
        QTest::addColumn<int>("bits");
        QTest::addColumn<int>("group");
        QTest::addColumn<bool>("symmetric");
        for (int bits = 1; bits <= 8; ++bits)
            for (const int group : {16, 20, 40, 160, 0})
                for (const bool symmetric : {false, true})
                    if (bits > 1 || !symmetric) // one symmetric bit sums a mean
                        QTest::addRow("%d bits, groups of %d, %s", bits, group, symmetric ? "symmetric" : "asymmetric")
                            << bits << group << symmetric;
    }
    void rounding_equals_libtorch_bit_for_bit() {
        QFETCH(int, bits);
        QFETCH(int, group);
        QFETCH(bool, symmetric);
        const Grid grid{.bits = bits, .group_size = group, .symmetric = symmetric};
        const auto weights = awkward_weights(24, 480);
        QVERIFY(at::equal(round_to_grid(weights, grid), round_to_grid_by_tensors(weights, grid)));
        QVERIFY(at::equal(dequantize(quantize_groups(weights, grid)), round_to_grid_by_tensors(weights, grid)));
    }

    void one_symmetric_bit_is_plus_or_minus_the_mean_magnitude() {
        const Grid grid{.bits = 1, .group_size = 40, .symmetric = true};
        const auto weights = awkward_weights(24, 480);
        const auto expected = round_to_grid_by_tensors(weights, grid);
        const auto difference = (round_to_grid(weights, grid) - expected).abs();
        QVERIFY((difference <= expected.abs() * 1e-6).all().item<bool>());
    }

    void transforming_neurons_equals_libtorch_bit_for_bit_data() {
        QTest::addColumn<bool>("rotates");
        QTest::newRow("permuted and scaled") << false;
        QTest::newRow("rotated as well") << true;
    }
    void transforming_neurons_equals_libtorch_bit_for_bit() {
        QFETCH(bool, rotates);
        const auto map = NeuronMap::of(random_state(24, rotates));
        const auto first = awkward_weights(24, 37);
        QVERIFY(at::equal(transform_rows(first, map), transform_rows_by_tensors(first, map)));
        const auto bias = first.select(1, 0).contiguous();
        QVERIFY(at::equal(transform_rows(bias, map), transform_rows_by_tensors(bias, map)));
        const auto last = awkward_weights(37, 24);
        const FfnWeights ffn{.inputs = {{first, bias, {}}}, .output = {last, {}, {}}};
        const auto moved = apply(map, ffn, {.inputs = {0}, .scaled_input = 0, .output = 1});
        QVERIFY(at::equal(moved.output.weight, transform_columns_by_tensors(last, map)));
    }

    void a_brain_float_is_stored_as_libtorch_stores_it() {
        const auto values = at::cat({at::randn({5000}), at::randn({5000}) * 1e-38, at::randn({5000}) * 1e30,
                                     at::arange(-300, 300).to(at::kFloat) * 0.00390625 + 1});
        const auto expected = values.to(at::kBFloat16);
        for (std::int64_t i = 0; i < values.numel(); ++i) {
            Bfloat16 stored;
            store(raw<float>(values)[i], stored);
            QCOMPARE(stored.bits, raw<Bfloat16>(expected)[i].bits);
            QCOMPARE(to_float(stored), expected[i].item<float>());
        }
    }

    void squared_differences_equal_libtorch_s_and_are_clamped() {
        for (const std::int64_t columns : {1, 15, 16, 48, 50, 131}) {
            const auto a = at::randn({9, columns}) * 60;
            const auto b = at::randn({9, columns}) * 60;
            std::vector<double> sums(9);
            squared_differences(raw<float>(a), raw<float>(b), 9, columns, sums.data());
            const auto expected = (a - b).clamp(-100, 100).to(at::kDouble).square().sum(1);
            for (std::int64_t row = 0; row < 9; ++row)
                QVERIFY(std::abs(sums[static_cast<std::size_t>(row)] / expected[row].item<double>() - 1) < 1e-6);
        }
    }

    void log_sum_exp_by_pieces_equals_libtorch_s_data() {
        QTest::addColumn<int>("vocabulary");
        QTest::addColumn<int>("piece");
        for (const int vocabulary : {1, 17, 64, 1000, 5003})
            for (const int piece : {1000, 2048, 5003})
                QTest::addRow("%d logits, %d at a time", vocabulary, piece) << vocabulary << piece;
    }
    void log_sum_exp_by_pieces_equals_libtorch_s() {
        QFETCH(int, vocabulary);
        QFETCH(int, piece);
        constexpr std::int64_t tokens = 5;
        auto logits = at::randn({tokens, vocabulary}) * 8;
        logits.select(0, 1).sub_(1e4);   // far from zero
        logits.select(0, 2).mul_(100);   // one logit has it all
        logits.select(0, 3).fill_(-3.0); // none stands out
        for (const auto type : {at::kFloat, at::kBFloat16}) {
            const auto typed = logits.to(type);
            std::vector<RunningLogSumExp> states(tokens);
            for (int first = 0; first < vocabulary; first += piece) {
                const auto some = typed.slice(1, first, std::min(first + piece, vocabulary)).contiguous();
                const auto columns = some.size(1);
                if (type == at::kFloat)
                    add_logits(raw<float>(some), tokens, columns, columns, states.data());
                else
                    add_logits(raw<Bfloat16>(some), tokens, columns, columns, states.data());
            }
            const auto expected = typed.to(at::kDouble).logsumexp({1});
            for (std::int64_t token = 0; token < tokens; ++token) {
                const auto found = log_sum_exp(states[static_cast<std::size_t>(token)]);
                QVERIFY(std::abs(found - expected[token].item<double>()) <
                        2e-6 * std::max(1.0, std::abs(expected[token].item<double>())));
            }
        }
    }

    void attention_equals_libtorch_s_data() {
        QTest::addColumn<int>("tokens");
        QTest::addColumn<int>("heads");
        QTest::addColumn<int>("size");
        for (const int tokens : {1, 2, 7, 64, 65, 131})
            for (const int size : {16, 48, 64})
                QTest::addRow("%d tokens, heads of %d", tokens, size) << tokens << 3 << size;
        QTest::newRow("heads that the loops leave to LibTorch") << 33 << 2 << 20;
    }
    void attention_equals_libtorch_s() {
        QFETCH(int, tokens);
        QFETCH(int, heads);
        QFETCH(int, size);
        const std::int64_t width = std::int64_t{heads} * size;
        // Slices of one projection, as the stacked q, k and v are.
        const auto stacked = at::randn({2, tokens, 3 * width}) * 2;
        const auto part = [&](const at::Tensor &all, std::int64_t index) {
            return all.narrow(-1, index * width, width);
        };
        const auto exact = stacked.to(at::kDouble);
        const auto expected =
            causal_attention_by_tensors(part(exact, 0), part(exact, 1), part(exact, 2), {heads, heads});
        const auto found = causal_attention(part(stacked, 0), part(stacked, 1), part(stacked, 2), {heads, heads});
        QVERIFY(found.is_contiguous());
        // Scores reach 100, where float32 numbers are 8e-6 apart; LibTorch without AVX-512 comes to 1.05e-5.
        const auto off = largest_difference(found, expected);
        QVERIFY2(off < 3e-5, qPrintable(QString::number(off)));
        const auto half = stacked.to(at::kBFloat16);
        const auto rough = causal_attention(part(half, 0), part(half, 1), part(half, 2), {heads, heads});
        QVERIFY(largest_difference(rough, expected) < 0.05 * expected.abs().max().item<double>());
    }

    void a_token_attends_to_no_later_one() {
        const auto q = at::randn({1, 70, 32});
        auto k = at::randn({1, 70, 32});
        auto v = at::randn({1, 70, 32});
        const auto before = causal_attention(q, k, v, {2, 2});
        k.select(1, 50).add_(3);
        v.select(1, 50).add_(3);
        const auto after = causal_attention(q, k, v, {2, 2});
        QVERIFY(at::equal(before.slice(1, 0, 50), after.slice(1, 0, 50)));
        QVERIFY(!at::equal(before.slice(1, 50), after.slice(1, 50)));
    }
};

QTEST_APPLESS_MAIN(TestLoops)
#include "tst_loops.moc"
