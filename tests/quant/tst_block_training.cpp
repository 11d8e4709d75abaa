// SPDX-License-Identifier: GPL-3.0-or-later
// What AutoRound and OmniQuant train against.
#include "core/quant/block_training.h"

#include "core/model/language_model.h"
#include "support/golden.h"

#include <ATen/ATen.h>

#include <QTest>

using namespace invar;

class TestBlockTraining : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void the_error_is_the_mean_square_where_all_tokens_are_of_one_size() {
        const auto inputs = states();
        const auto targets = training_.run(layer_, inputs);
        const auto loss = training_.step(trained_layer(), inputs, targets + 0.1);
        QVERIFY(std::abs(loss - 0.01) < 1e-5);
    }

    void an_attention_sink_does_not_drown_the_other_tokens() {
        auto inputs = states();
        inputs.select(1, 0).mul_(1000);
        const auto targets = training_.run(layer_, inputs);
        auto off = at::full_like(targets, 0.1);
        off.select(1, 0).copy_(targets.select(1, 0).abs() * 0.01); // a hundredth, as bfloat16 nearly would
        const auto plain = off.square().mean().item<double>();
        QVERIFY(plain > 0.5);
        const auto loss = training_.step(trained_layer(), inputs, targets + off);
        QVERIFY2(loss > 0.009 && loss < 0.02, qPrintable(QString::number(loss)));
    }

private:
    [[nodiscard]] static at::Tensor states() {
        at::manual_seed(6);
        return at::randn({4, 16, 32});
    }
    [[nodiscard]] BlockTraining::MakeLayer trained_layer() const {
        return [this] {
            auto layer = layer_;
            for (auto &projection : layer.projections)
                projection.weight = projection.weight.detach().clone().requires_grad_();
            return layer;
        };
    }

    std::shared_ptr<const LanguageModel> model_ = LanguageModel::open(test::golden("families/llama-biased"));
    DecoderLayer layer_ = model_->weights().layers.front();
    BlockTraining training_{model_->family(), at::kFloat, at::kCPU, 1};
};

QTEST_APPLESS_MAIN(TestBlockTraining)
#include "tst_block_training.moc"
