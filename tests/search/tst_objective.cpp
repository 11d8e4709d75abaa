// SPDX-License-Identifier: GPL-3.0-or-later
// What the search's loss counts, token by token.
#include "core/model/language_model.h"
#include "core/search/objective.h"
#include "support/golden.h"

#include <ATen/ATen.h>

#include <QTest>

using namespace invar;

namespace {

constexpr std::size_t watched = 0;
constexpr std::int64_t sequences = 4;
constexpr std::int64_t tokens = 16;

/// A model whose token 0, with which every sequence begins, is an attention sink: a thousand times as large.
struct ModelWithSink {
    ModelWithSink() : model(LanguageModel::open(test::golden("families/llama-biased"))), weights(model->weights()) {
        at::manual_seed(5);
        weights.token_embedding = weights.token_embedding.clone();
        weights.token_embedding.select(0, 0).mul_(1000);
        ids = at::randint(1, model->info().vocabulary_size, {sequences, tokens}, at::kLong);
        ids.select(1, 0).zero_();
    }

    [[nodiscard]] at::Tensor states(const at::Tensor &some) const {
        return model->family().run_layer(weights.layers[watched], model->family().embed(weights, some));
    }

    std::shared_ptr<const LanguageModel> model;
    ModelWeights weights;
    at::Tensor ids;
};

/// An objective on a model with a sink, its set cut into at least `looks` pieces.
struct Measured {
    explicit Measured(bool equal_tokens, std::int64_t looks = 1)
        : units(sink.ids, 1, looks),
          objective(
              sink.model->family(), sink.weights, units,
              {.watched = static_cast<int>(sink.weights.layers.size()), .alpha = 1, .equal_tokens = equal_tokens}) {
        objective.set_start({.ce = 1, .mse = 1});
    }

    /// Each token's part, sequence by sequence, where the states are off by `off`: [sequences, tokens, hidden].
    [[nodiscard]] std::vector<double> squared(const at::Tensor &off) const {
        std::vector<double> all;
        std::int64_t first = 0;
        for (std::size_t unit = 0; unit < units.count(); ++unit) {
            const auto &ids = units.ids(unit);
            UnitScore score(sink.weights.layers.size());
            objective.measure_layer(watched, unit, sink.states(ids) + off.narrow(0, first, ids.size(0)), score);
            all.insert(all.end(), score.squared[watched].begin(), score.squared[watched].end());
            first += ids.size(0);
        }
        return all;
    }
    [[nodiscard]] double loss(const at::Tensor &off) const {
        double sum = 0;
        for (const auto part : squared(off))
            sum += part;
        return objective.square_weight() * sum;
    }

    ModelWithSink sink;
    WorkUnits units;
    Objective objective;
};

at::Tensor off_by(double size) {
    return at::full({sequences, tokens, ModelWithSink().model->info().hidden_size}, size);
}

bool close(double a, double b) { return std::abs(a - b) <= 1e-4 * std::abs(b); }

} // namespace

class TestObjective : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void every_token_counts_alike_as_published() {
        const Measured measured(true);
        const auto off = off_by(0.5);
        for (const auto part : measured.squared(off))
            QVERIFY(close(part, 0.25 * static_cast<double>(off.size(-1))));
    }

    void an_attention_sink_counts_by_its_size_and_all_others_in_full() {
        const Measured measured(false);
        const auto off = off_by(0.5);
        const auto parts = measured.squared(off);
        const auto whole = 0.25 * static_cast<double>(off.size(-1));
        for (std::size_t i = 0; i < parts.size(); ++i)
            if (i % tokens == 0)
                QVERIFY2(parts[i] > 0 && parts[i] < 1e-3 * whole, qPrintable(QString::number(parts[i])));
            else
                QVERIFY2(close(parts[i], whole), qPrintable(QString::number(parts[i])));
    }

    void the_slope_is_that_of_what_is_counted_data() {
        QTest::addColumn<bool>("equal_tokens");
        QTest::addRow("as published") << true;
        QTest::addRow("sinks by their size") << false;
    }
    void the_slope_is_that_of_what_is_counted() {
        QFETCH(bool, equal_tokens);
        const Measured measured(equal_tokens);
        const auto off = off_by(0.5);
        const auto direction = at::randn_like(off);
        constexpr double distance = 1e-2;
        const auto slope =
            (measured.loss(off + distance * direction) - measured.loss(off - distance * direction)) / (2 * distance);
        const auto hidden = measured.sink.states(measured.sink.ids) + off;
        QCOMPARE(measured.units.count(), std::size_t{1});
        const auto gradient = measured.objective.squared_gradient(watched, 0, 0, hidden);
        QVERIFY(std::abs((gradient * direction).sum().item<double>() - slope) < 1e-3 * std::abs(slope));
        // Of some sequences as of all.
        const auto last = measured.objective.squared_gradient(watched, 0, 3, hidden.narrow(0, 3, 1));
        QVERIFY(at::allclose(last, gradient.narrow(0, 3, 1)));
    }

    void tokens_count_the_same_however_the_set_is_cut() {
        const Measured whole(false, 1);
        const Measured cut(false, sequences);
        QCOMPARE(whole.units.count(), std::size_t{1});
        QCOMPARE(cut.units.count(), static_cast<std::size_t>(sequences));
        const auto off = off_by(0.5);
        const auto parts = whole.squared(off);
        const auto cut_parts = cut.squared(off);
        for (std::size_t i = 0; i < parts.size(); ++i)
            QVERIFY(close(cut_parts[i], parts[i]));
        QVERIFY(close(cut.objective.target_norm(watched), whole.objective.target_norm(watched)));
    }
};

QTEST_APPLESS_MAIN(TestObjective)
#include "tst_objective.moc"
