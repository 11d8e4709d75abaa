// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/quant/trained_rounding.h"

#include "core/quant/rounding_target.h"

#include <ATen/ATen.h>
#include <torch/csrc/autograd/autograd.h>
#include <torch/csrc/autograd/variable.h>

#include <QTest>

using namespace invar;

namespace {

constexpr std::int64_t rows = 6, columns = 48, group = 16;

at::Tensor straight_through(const at::Tensor &values) { return values + (values.round() - values).detach(); }

/// The same by LibTorch's operations.
at::Tensor rounded_by_operations(const at::Tensor &weight, const RoundingParameters &parameters, const Grid &grid) {
    const auto top = static_cast<double>((1 << grid.bits) - 1);
    const auto groups = weight.view({rows, columns / group, group});
    const auto offsets = parameters.offsets.view(groups.sizes());
    const auto high_factor = parameters.high_factors.unsqueeze(2);
    at::Tensor scale;
    at::Tensor zero;
    if (grid.symmetric) {
        const auto middle = static_cast<double>(1 << (grid.bits - 1));
        scale = groups.abs().amax(2, true) * high_factor / (middle - 1);
        zero = at::full_like(scale, middle);
    } else {
        const auto low = groups.amin(2, true) * parameters.low_factors.unsqueeze(2);
        const auto high = groups.amax(2, true) * high_factor;
        scale = (high - low) / top;
        zero = -straight_through(low / scale);
    }
    const auto raised = straight_through(groups / scale + offsets) + zero;
    return ((raised.clamp(grid.symmetric ? 1.0 : 0.0, top) - zero) * scale).view(weight.sizes());
}

} // namespace

class TestTrainedRounding : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void values_and_gradients_equal_those_of_libtorchs_operations_data() {
        QTest::addColumn<int>("bits");
        QTest::addColumn<bool>("symmetric");
        for (const int bits : {2, 3, 4, 8})
            for (const bool symmetric : {false, true})
                QTest::addRow("%d bits%s", bits, symmetric ? ", symmetric" : "") << bits << symmetric;
    }
    void values_and_gradients_equal_those_of_libtorchs_operations() {
        QFETCH(int, bits);
        QFETCH(bool, symmetric);
        at::manual_seed(3);
        const Grid grid{.bits = bits, .group_size = group, .symmetric = symmetric};
        const auto weight = at::randn({rows, columns}).requires_grad_();
        const RoundingParameters parameters{
            .offsets = at::rand({rows, columns}).sub_(0.5).requires_grad_(),
            .low_factors = at::rand({rows, columns / group}).mul_(0.4).add_(0.6).requires_grad_(),
            .high_factors = at::rand({rows, columns / group}).mul_(0.4).add_(0.6).requires_grad_()};
        const auto slopes = at::randn({rows, columns});
        std::vector<at::Tensor> inputs{weight, parameters.offsets, parameters.high_factors};
        if (!symmetric)
            inputs.push_back(parameters.low_factors);
        const auto ours = round_trained(weight, parameters, grid);
        const auto theirs = rounded_by_operations(weight, parameters, grid);
        QVERIFY((ours - theirs).abs().max().item<double>() < 1e-5);
        const auto our_gradients = torch::autograd::grad({ours}, inputs, {slopes});
        // What a GPU gets does the loops' arithmetic: sums of groups alone may round otherwise.
        const auto by_tensors = round_trained_by_tensors(weight, parameters, grid);
        QVERIFY(at::equal(by_tensors, ours));
        const auto tensor_gradients = torch::autograd::grad({by_tensors}, inputs, {slopes});
        const auto their_gradients = torch::autograd::grad({theirs}, inputs, {slopes});
        for (std::size_t i = 0; i < inputs.size(); ++i) {
            const auto difference = (our_gradients[i] - their_gradients[i]).abs().max().item<double>();
            QVERIFY2(difference < 1e-3 * their_gradients[i].abs().max().item<double>(),
                     qPrintable(QStringLiteral("input %1: %2").arg(i).arg(difference)));
            QVERIFY((tensor_gradients[i] - our_gradients[i]).abs().max().item<double>() <
                    1e-5 * our_gradients[i].abs().max().item<double>());
        }
    }

    void before_training_it_rounds_to_nearest() {
        at::manual_seed(4);
        const auto weight = at::randn({rows, columns});
        for (const int bits : {2, 4}) {
            const Grid grid{.bits = bits, .group_size = group};
            QVERIFY(at::equal(round_trained(weight, untrained(weight, grid, true), grid), round_to_grid(weight, grid)));
        }
    }

    void codes_and_clamped_weights_say_the_same_as_the_values() {
        at::manual_seed(5);
        const auto weight = at::randn({rows, columns});
        for (const bool symmetric : {false, true}) {
            const Grid grid{.bits = 3, .group_size = group, .symmetric = symmetric};
            const RoundingParameters parameters{.offsets = {},
                                                .low_factors = at::full({rows, columns / group}, 0.7),
                                                .high_factors = at::full({rows, columns / group}, 0.8)};
            const auto values = round_trained(weight, parameters, grid);
            QVERIFY(at::equal(dequantize(quantize_trained(weight, parameters, grid)), values));
            QVERIFY(at::equal(dequantize(quantize_trained_by_tensors(weight, parameters, grid)), values));
            const auto clamped = clamp_to_range(weight, parameters, grid);
            QVERIFY((round_to_grid(clamped, grid) - values).abs().max().item<double>() < 1e-5);
        }
    }
};

QTEST_APPLESS_MAIN(TestTrainedRounding)
#include "tst_trained_rounding.moc"
