// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/quant/gptq_solver.h"
#include "core/quant/group_quantizer.h"
#include "support/error_of.h"
#include "support/golden.h"
#include "support/tensors.h"

#include <nlohmann/json.hpp>

#include <QTest>

#include <fstream>

using namespace invar;

class TestGroupQuantizer : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void asymmetric_rounding_equals_the_reference_port_bit_for_bit() {
        std::ifstream file(INVAR_GOLDEN_DIR "/grid.json");
        const auto golden = nlohmann::json::parse(file);
        const std::int64_t rows = golden["rows"], cols = golden["cols"];
        QVERIFY(golden["cases"].size() >= 24);
        for (const auto &entry : golden["cases"]) {
            const auto weight = test::float_tensor(entry["weight"], {rows, cols});
            const auto expected = test::float_tensor(entry["quantized"], {rows, cols});
            const Grid grid{.bits = entry["bits"], .group_size = entry["group"]};
            QVERIFY(at::equal(round_to_grid(weight, grid), expected));
            const Grid whole_row{.bits = grid.bits, .group_size = 0};
            if (grid.group_size == cols)
                QVERIFY(at::equal(round_to_grid(weight, whole_row), expected));
        }
    }

    void codes_scales_and_zeros_give_the_rounded_weights_back_data() {
        QTest::addColumn<int>("bits");
        QTest::addColumn<int>("group");
        QTest::addColumn<bool>("symmetric");
        for (int bits = 1; bits <= 8; ++bits)
            for (const int group : {16, 64, 0})
                for (const bool symmetric : {false, true})
                    QTest::addRow("%d bits, group %d, %s", bits, group, symmetric ? "symmetric" : "asymmetric")
                        << bits << group << symmetric;
    }
    void codes_scales_and_zeros_give_the_rounded_weights_back() {
        QFETCH(int, bits);
        QFETCH(int, group);
        QFETCH(bool, symmetric);
        at::manual_seed(1);
        const auto weight = at::randn({5, 64});
        const Grid grid{.bits = bits, .group_size = group, .symmetric = symmetric};
        const auto matrix = quantize_groups(weight, grid);
        QVERIFY(at::equal(dequantize(matrix), round_to_grid(weight, grid)));
        QVERIFY(matrix.codes.max().item<int>() <= (1 << bits) - 1);
        QCOMPARE(matrix.scales.size(1), 64 / grid.group_of(64));
    }

    void scales_are_numbers_of_the_precision_in_which_they_are_stored_data() {
        codes_scales_and_zeros_give_the_rounded_weights_back_data();
    }
    void scales_are_numbers_of_the_precision_in_which_they_are_stored() {
        QFETCH(int, bits);
        QFETCH(int, group);
        QFETCH(bool, symmetric);
        at::manual_seed(7);
        const auto weight = at::randn({24, 64});
        const auto is_half = [](const at::Tensor &scales) {
            return at::equal(scales.to(at::kHalf).to(at::kFloat), scales);
        };
        Grid grid{.bits = bits, .group_size = group, .symmetric = symmetric, .scales = ScalePrecision::float16};
        const auto inputs = at::randn({200, 64});
        const auto hessian = at::matmul(inputs.t(), inputs).to(at::kDouble);
        QVERIFY(is_half(quantize_groups(weight, grid).scales));
        QVERIFY(is_half(solve_gptq(weight, hessian, grid, {}).matrix.scales));
        grid.scales = ScalePrecision::float32;
        QVERIFY(!is_half(quantize_groups(weight, grid).scales));
        QVERIFY(!is_half(solve_gptq(weight, hessian, grid, {}).matrix.scales));
    }

    void more_bits_never_make_the_error_larger() {
        at::manual_seed(2);
        const auto weight = at::randn({16, 128});
        for (const bool symmetric : {false, true}) {
            double previous = 1e9;
            // One symmetric bit is another grid: it may beat two, whose range the largest weight alone decides.
            for (int bits = symmetric ? 2 : 1; bits <= 8; ++bits) {
                const auto rounded = round_to_grid(weight, {.bits = bits, .group_size = 64, .symmetric = symmetric});
                const auto error = (rounded - weight).square().sum().item<double>();
                QVERIFY(error < previous);
                previous = error;
            }
        }
    }

    void moving_rows_moves_their_codes_and_changes_nothing_else() {
        at::manual_seed(3);
        const auto weight = at::randn({8, 32});
        const auto order = at::randperm(8);
        const Grid grid{.bits = 2, .group_size = 16};
        QVERIFY(at::equal(round_to_grid(weight.index_select(0, order), grid),
                          round_to_grid(weight, grid).index_select(0, order)));
    }

    void impossible_grids_are_refused_with_the_reason() {
        const auto weight = at::randn({2, 30});
        VERIFY_ERROR(round_to_grid(weight, {.bits = 2, .group_size = 16}), "16", "30");
        VERIFY_ERROR(round_to_grid(weight, {.bits = 9, .group_size = 0}), "9 bits");
        VERIFY_ERROR(round_to_grid(weight, {.bits = 0, .group_size = 0}), "0 bits");
    }
};

QTEST_APPLESS_MAIN(TestGroupQuantizer)
#include "tst_group_quantizer.moc"
