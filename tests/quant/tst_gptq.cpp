// SPDX-License-Identifier: GPL-3.0-or-later
// GPTQ against the authors' own code (tests/golden/make_gptq.py).
#include "core/quant/gptq_solver.h"

#include "core/checkpoint/safetensors.h"
#include "core/model/tensor_loader.h"
#include "core/quant/rounding_target.h"
#include "support/error_of.h"
#include "support/recorded_methods.h"
#include "support/tensors.h"

#include <ATen/ATen.h>

#include <QTest>

using namespace invar;

namespace {

struct Golden {
    nlohmann::json json = test::recorded_methods("gptq.json");
    std::map<std::string, StoredTensor> tensors = read_safetensors(test::golden("methods/gptq.safetensors")).tensors;

    [[nodiscard]] at::Tensor at(const std::string &name) const { return float_tensor_from(tensors.at(name)); }
    [[nodiscard]] at::Tensor hessian() const {
        const auto inputs = at("inputs").to(at::kDouble);
        return at::mm(inputs.t(), inputs) * 2;
    }
};

double output_error(const at::Tensor &quantized, const at::Tensor &weight, const at::Tensor &inputs) {
    return at::mm(inputs, (quantized - weight).t()).square().sum(at::kDouble).item<double>();
}

} // namespace

class TestGptq : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void rounding_equals_the_authors_code_data() {
        QTest::addColumn<int>("index");
        const Golden golden;
        int index = 0;
        for (const auto &entry : golden.json["cases"]) {
            if (!entry["symmetric"].get<bool>()) // their symmetric grid has another scale than ours
                QTest::addRow("%s", entry["name"].get<std::string>().c_str()) << index;
            ++index;
        }
    }
    void rounding_equals_the_authors_code() {
        QFETCH(int, index);
        const Golden golden;
        const auto entry = golden.json["cases"][static_cast<std::size_t>(index)];
        const auto weight = golden.at("weight");
        const auto inputs = golden.at("inputs");
        const auto expected = golden.at(entry["name"]);
        const auto group = entry["groupsize"].get<std::int64_t>();
        const Grid grid{.bits = entry["bits"], .group_size = group < 0 ? 0 : group};
        const auto result = solve_gptq(
            weight, golden.hessian(), grid,
            {.damping = golden.json["percdamp"], .act_order = entry["actorder"], .block = entry["blocksize"]});
        const auto quantized = dequantize(result.matrix);
        // A tie of float32 may fall the other way, and what follows in its row with it.
        const auto rows_that_differ = (quantized - expected).abs().amax(1).gt(1e-3).sum().item<int>();
        QVERIFY2(rows_that_differ <= 1, qPrintable(QString::number(rows_that_differ)));
        const auto ours = output_error(quantized, weight, inputs);
        const auto theirs = output_error(expected, weight, inputs);
        QVERIFY2(std::abs(ours / theirs - 1) < 1e-3, qPrintable(QString::number(ours / theirs)));
        QCOMPARE(result.damping, golden.json["percdamp"].get<double>());
    }

    void its_targets_round_to_nearest_to_what_it_chose_data() {
        QTest::addColumn<int>("bits");
        QTest::addColumn<bool>("symmetric");
        for (const int bits : {2, 3, 4})
            for (const bool symmetric : {false, true})
                QTest::addRow("%d bits%s", bits, symmetric ? ", symmetric" : "") << bits << symmetric;
    }
    void its_targets_round_to_nearest_to_what_it_chose() {
        QFETCH(int, bits);
        QFETCH(bool, symmetric);
        const Golden golden;
        const Grid grid{.bits = bits, .group_size = 32, .symmetric = symmetric};
        const auto result =
            solve_gptq(golden.at("weight"), golden.hessian(), grid, {.keep_ends = true, .act_order = true});
        const auto base = rounding_target(result.targets, result.matrix, grid);
        const auto expected = dequantize(result.matrix);
        const auto rounded = round_to_grid(base, grid);
        // Groups that use both ends of their grid come back to the last digit.
        const auto codes = result.matrix.codes.view({48, 3, 32}).to(at::kFloat);
        const auto [low, high] = codes.aminmax(2);
        const auto lowest = symmetric ? 1 : 0;
        const auto complete = symmetric ? low.eq(lowest).logical_or(high.eq((1 << bits) - 1))
                                        : low.eq(lowest).logical_and(high.eq((1 << bits) - 1));
        QVERIFY(complete.to(at::kFloat).mean().item<double>() > 0.99);
        const auto difference = (rounded - expected).abs().view({48, 3, 32}).amax(2);
        QVERIFY(difference.masked_select(complete).max().item<double>() < 1e-5);
        // The others come near: all in all it is as good as what was chosen, and better than to nearest.
        const auto weight = golden.at("weight");
        const auto inputs = golden.at("inputs");
        const auto error = output_error(rounded, weight, inputs);
        QVERIFY2(error < 1.01 * output_error(expected, weight, inputs),
                 qPrintable(QString::number(error / output_error(expected, weight, inputs))));
        QVERIFY(error < 0.95 * output_error(round_to_grid(weight, grid), weight, inputs));
    }

    void columns_that_nothing_is_read_through_become_zero() {
        const Golden golden;
        const auto dead = golden.json["dead"].get<std::int64_t>();
        const auto result = solve_gptq(golden.at("weight"), golden.hessian(), {.bits = 4, .group_size = 32}, {});
        QVERIFY(dequantize(result.matrix).select(1, dead).abs().max().item<double>() < 0.2);
        QCOMPARE(result.targets.select(1, dead).abs().max().item<double>(), 0.0);
    }

    void a_hessian_that_is_not_positive_is_damped_more_or_refused() {
        const auto weight = at::randn({4, 32});
        const Grid grid{.bits = 3, .group_size = 16};
        auto hessian = at::eye(32, at::kDouble);
        hessian[0][1] = hessian[1][0] = 1.05; // one eigenvalue is -0.05
        QVERIFY(solve_gptq(weight, hessian, grid, {.damping = 0.01}).damping > 0.05);
        VERIFY_ERROR(solve_gptq(weight, -hessian, grid, {}), "cannot be inverted");
    }
};

QTEST_APPLESS_MAIN(TestGptq)
#include "tst_gptq.moc"
