// SPDX-License-Identifier: GPL-3.0-or-later
// The policy "screened" and the gradient that it asks.
#include "core/model/compute.h"
#include "core/quant/group_quantizer.h"
#include "core/search/calibration.h"
#include "core/search/engine.h"
#include "core/search/open_model.h"
#include "core/search/policy.h"
#include "search/tiny_search.h"

#include <ATen/ATen.h>

#include <QTest>

#include <cmath>
#include <map>

using namespace invar;

namespace {

constexpr std::array tiny_models{"tiny-opt", "tiny-opt-350m"};

/// A quantized model under moved states, and all that its loss and gradient need.
struct MovedModel {
    explicit MovedModel(const SearchSettings &settings)
        : model(LanguageModel::open(settings.model)), layout(model->family().ffn()),
          units(load_calibration(settings, *model), 1, 2), weights(model->weights()),
          objective(
              model->family(), weights, units,
              {.watched = settings.watched_layers, .alpha = settings.alpha, .equal_tokens = settings.equal_tokens}) {
        for (std::size_t layer = 0; layer < weights.layers.size(); ++layer) {
            StepRandom random(7, static_cast<std::int64_t>(layer));
            const auto moved = make_move(random, 0, LayerState::identity(model->info().ffn_size), {}, {0.5, 0.2, 0.1});
            maps.push_back(NeuronMap::of(moved.state.ffn));
            auto ffn = apply(maps.back(), take_ffn(weights.layers[layer], layout), layout);
            for (auto &input : ffn.inputs)
                input.weight = round_to_grid(input.weight, settings.grid);
            ffn.output.weight = round_to_grid(ffn.output.weight, settings.grid);
            weights.layers[layer] = with_ffn(weights.layers[layer], layout, ffn);
        }
        objective.set_start(terms());
    }

    [[nodiscard]] ObjectiveTerms terms() const {
        const auto &family = model->family();
        double losses = 0;
        std::vector<double> squared(weights.layers.size(), 0);
        for (std::size_t unit = 0; unit < units.count(); ++unit) {
            UnitScore score(weights.layers.size());
            auto hidden = family.embed(weights, units.ids(unit));
            for (std::size_t layer = 0; layer < weights.layers.size(); ++layer) {
                hidden = family.run_layer(weights.layers[layer], hidden);
                objective.measure_layer(layer, unit, hidden, score);
                squared[layer] += score.squared_sum[layer];
            }
            objective.measure_head(weights, unit, hidden, score);
            losses += score.loss_sum;
        }
        return objective.terms(losses, squared);
    }
    [[nodiscard]] LossGradient gradient() const {
        return {{model->family(), weights, maps, still, as_it_is, unscaled}, units, objective};
    }

    const std::vector<AttentionMaps> still; ///< attention does not move
    const ResidualOrder as_it_is;
    const std::vector<NormScales> unscaled;
    std::shared_ptr<const LanguageModel> model;
    FfnLayout layout;
    WorkUnits units;
    ModelWeights weights;
    std::vector<NeuronMap> maps;
    Objective objective;
};

SearchSettings demo_settings(Precision precision) {
    SearchSettings settings;
    settings.grid = {.bits = 2, .group_size = 64};
    settings.sequences = 4;
    settings.precision = precision;
    settings.threads = 1;
    return settings;
}

/// Each tensor of an FFN that a move can change.
std::vector<at::Tensor *> changing(FfnWeights &ffn) {
    std::vector<at::Tensor *> tensors{&ffn.output.weight};
    for (auto &input : ffn.inputs) {
        tensors.push_back(&input.weight);
        if (input.bias.defined())
            tensors.push_back(&input.bias);
    }
    return tensors;
}

} // namespace

class TestForesight : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void the_gradient_is_the_losss_slope_in_every_ffn_data() {
        QTest::addColumn<QString>("model");
        for (const auto *model : tiny_models)
            QTest::addRow("%s", model) << model;
    }
    void the_gradient_is_the_losss_slope_in_every_ffn() {
        QFETCH(QString, model);
        const ComputeScope scope(1);
        at::manual_seed(3);
        MovedModel moved(test::tiny_settings(model.toUtf8().constData()));
        const auto gradient = moved.gradient();
        // Summed over layers and directions: a ReLU's kinks make a single difference quotient a little wrong.
        std::map<std::size_t, std::pair<double, double>> squares; // [tensor]: of the error and of the slope
        for (int round = 0; round < 4; ++round)
            for (std::size_t layer = 0; layer < moved.weights.layers.size(); ++layer) {
                auto direction = take_ffn(moved.weights.layers[layer], moved.layout);
                const auto tensors = changing(direction);
                for (std::size_t i = 0; i < tensors.size(); ++i) {
                    for (auto *tensor : tensors)
                        *tensor = at::zeros_like(*tensor);
                    *tensors[i] = at::randn_like(*tensors[i]);
                    const auto original = moved.weights.layers[layer];
                    const auto loss_at = [&](double distance) {
                        auto ffn = take_ffn(original, moved.layout);
                        auto *shifted = changing(ffn)[i];
                        *shifted = *shifted + distance * *tensors[i];
                        moved.weights.layers[layer] = with_ffn(original, moved.layout, ffn);
                        return moved.objective.loss(moved.terms());
                    };
                    constexpr double distance = 3e-4;
                    const auto slope = (loss_at(distance) - loss_at(-distance)) / (2 * distance);
                    moved.weights.layers[layer] = original;
                    const auto error = slope - gradient.product(layer, moved.maps[layer], direction);
                    squares[i].first += error * error;
                    squares[i].second += slope * slope;
                }
            }
        for (const auto &[i, sums] : squares)
            QVERIFY2(sums.first < 0.01 * sums.second,
                     qPrintable(QStringLiteral("tensor %1: %2 of %3").arg(i).arg(sums.first).arg(sums.second)));
    }

    void the_loops_give_the_product_that_tensors_give() {
        const ComputeScope scope(1);
        const MovedModel moved(test::tiny_settings());
        const auto gradient = moved.gradient();
        for (const auto type : {at::kFloat, at::kBFloat16})
            for (std::size_t layer = 0; layer < moved.weights.layers.size(); ++layer) {
                const auto ffn = take_ffn(moved.weights.layers[layer], moved.layout).to(type);
                const auto by_loops = gradient.product(layer, moved.maps[layer], ffn);
                const auto by_tensors = gradient.product_by_tensors(layer, moved.maps[layer], ffn);
                QVERIFY(std::abs(by_loops - by_tensors) < 1e-5 * (1 + std::abs(by_tensors)));
            }
    }

    void the_products_of_groups_add_up_to_that_of_the_whole() {
        const ComputeScope scope(1);
        const MovedModel moved(test::tiny_settings());
        const auto gradient = moved.gradient();
        const auto group = moved.maps.front().neurons() / 4;
        for (const auto type : {at::kFloat, at::kBFloat16})
            for (std::size_t layer = 0; layer < moved.weights.layers.size(); ++layer) {
                const auto ffn = take_ffn(moved.weights.layers[layer], moved.layout).to(type);
                const auto whole = gradient.product(layer, moved.maps[layer], ffn);
                const auto by_loops = gradient.products_by_group(layer, moved.maps[layer], ffn, group);
                const auto by_tensors = gradient.products_by_tensors(layer, moved.maps[layer], ffn, group);
                QCOMPARE(by_loops.size(), std::size_t{4});
                QCOMPARE(by_tensors.size(), std::size_t{4});
                double sum = 0;
                for (std::size_t i = 0; i < by_loops.size(); ++i) {
                    QVERIFY(std::abs(by_loops[i] - by_tensors[i]) < 1e-5 * (1 + std::abs(by_tensors[i])));
                    sum += by_loops[i];
                }
                QVERIFY(std::abs(sum - whole) < 1e-5 * (1 + std::abs(whole)));
            }
    }

    void what_is_foretold_of_a_composed_move_is_the_sum_of_its_pieces_data() {
        QTest::addColumn<QString>("moves");
        for (const auto *moves : {"permutation", "scaling", "permutation,scaling,rotation",
                                  "permutation,scaling,value-scaling", "value-permutation,key-scaling"})
            QTest::addRow("%s", moves) << moves;
    }
    void what_is_foretold_of_a_composed_move_is_the_sum_of_its_pieces() {
        QFETCH(QString, moves);
        const ComputeScope scope(1);
        auto settings = demo_settings(Precision::float32);
        settings.sequences = 2;
        settings.policy = "composed";
        settings.invariances = parse_invariances(moves.toStdString());
        const auto model = open_model("demo");
        SearchEngine engine(model, settings, load_calibration(settings, *model), {});
        const auto policy = make_policy(settings, move_space(model->info()));
        engine.take_gradient();
        for (std::int64_t step = 1; step <= 3; ++step) {
            const auto proposals = policy->propose(engine.states(), step);
            const auto composed = policy->choose(proposals, engine, step);
            check(composed.state, model->info().layer_shape()); // still neurons of one FFN
            QVERIFY(composed.predicted.has_value());
            const auto whole = engine.predicted_changes({composed}).front();
            QVERIFY2(whole < 0 && std::abs(*composed.predicted - whole) < 1e-4 * std::abs(whole) + 1e-9,
                     qPrintable(QStringLiteral("%1 and %2").arg(*composed.predicted).arg(whole)));
            for (const auto change : engine.predicted_changes(proposals))
                QVERIFY(whole <= change); // better than any single draw
        }
    }

    void moves_rank_by_the_gradient_as_by_their_evaluation_data() {
        QTest::addColumn<int>("precision");
        QTest::addColumn<QString>("moves");
        QTest::addRow("float32") << static_cast<int>(Precision::float32) << "permutation,scaling,rotation";
        QTest::addRow("bfloat16") << static_cast<int>(Precision::bfloat16) << "permutation,scaling,rotation";
        QTest::addRow("values") << static_cast<int>(Precision::float32) << "value-permutation,value-scaling";
        QTest::addRow("keys") << static_cast<int>(Precision::float32) << "key-rotation";
    }
    void moves_rank_by_the_gradient_as_by_their_evaluation() {
        QFETCH(int, precision);
        QFETCH(QString, moves);
        const ComputeScope scope(1);
        auto settings = demo_settings(static_cast<Precision>(precision));
        settings.invariances = parse_invariances(moves.toStdString());
        if (settings.invariances.key_rotation)
            settings.rotation_std = 0.01;
        const auto model = open_model("demo");
        SearchEngine engine(model, settings, load_calibration(settings, *model), {});
        engine.take_gradient();
        for (const int layer : {2, 6, 10}) {
            std::vector<Proposal> proposals;
            StepRandom random(5, layer);
            for (int draw = 0; draw < 24; ++draw)
                proposals.push_back(make_move(random, layer, engine.states()[static_cast<std::size_t>(layer)],
                                              settings.invariances, move_sizes(settings), model->info().layer_shape()));
            const auto changes = engine.predicted_changes(proposals);
            Correlation foresight;
            for (std::size_t i = 0; i < proposals.size(); ++i)
                foresight.add(changes[i],
                              engine.loss(engine.evaluate(layer, proposals[i].state).terms) - (1 + settings.alpha));
            QVERIFY2(foresight.value() > 0.9, qPrintable(QString::number(foresight.value())));
        }
    }

    void a_screened_search_gains_more_than_twice_as_much_in_as_many_steps() {
        const test::TemporaryFolder folder;
        auto settings = demo_settings(Precision::float32);
        settings.steps = 30;
        const auto published = test::gain_of(settings, folder, "published");
        const auto screened = test::gain_of(settings, folder, "screened");
        QVERIFY2(published > 0 && screened > 2 * published,
                 qPrintable(QStringLiteral("%1 and %2").arg(published).arg(screened)));
    }

    void a_composed_search_gains_more_than_a_screened_one_in_as_many_steps() {
        const test::TemporaryFolder folder;
        auto settings = demo_settings(Precision::float32);
        settings.steps = 20;
        const auto screened = test::gain_of(settings, folder, "screened");
        const auto composed = test::gain_of(settings, folder, "composed");
        QVERIFY2(composed > 1.5 * screened, qPrintable(QStringLiteral("%1 and %2").arg(screened).arg(composed)));
    }

    void a_composed_move_goes_farther_where_the_gradient_kept_its_promise() {
        SearchSettings settings;
        settings.policy = "composed";
        settings.grid.group_size = 8;
        settings.swap_fraction = 0.25;
        /// Foretells that every change is good, so that all that is drawn is taken.
        class Optimist final : public Foresight {
        public:
            [[nodiscard]] std::vector<double> predicted_changes(const std::vector<Proposal> &proposals) const override {
                std::vector<double> changes(proposals.size(), -1);
                return changes;
            }
            [[nodiscard]] std::vector<PartChanges> predicted_changes_by_part(const std::vector<Proposal> &proposals,
                                                                             std::int64_t group) const override {
                std::vector<PartChanges> changes(proposals.size());
                for (std::size_t i = 0; i < proposals.size(); ++i)
                    changes[i].ffn.assign(static_cast<std::size_t>(proposals[i].state.ffn.neurons() / group),
                                          LossChange{.slope = i == 0 ? 0.0 : -1.0});
                return changes;
            }
            [[nodiscard]] NormSlopes norm_slopes(const std::vector<LayerState> &states,
                                                 const CalibrationPart &part) const override {
                (void)states, (void)part;
                return {};
            }
        };
        const auto touched_after = [&](double kept_promise) {
            const auto policy = make_policy(settings, {.layers = 1, .shape = {}});
            for (int step = 1; step <= 12; ++step)
                policy->learn({.accepted = kept_promise > 0, .loss = 1 - kept_promise, .predicted = -1}, 1);
            const std::vector<LayerState> accepted(1, LayerState::identity(64));
            const auto moved = policy->choose(policy->propose(accepted, 13), Optimist(), 13);
            int touched = 0;
            for (std::size_t i = 0; i < 64; ++i)
                touched += moved.state.ffn.order[i] != accepted[0].ffn.order[i];
            return touched;
        };
        QVERIFY(touched_after(0.9) > 2 * touched_after(0.1));
        QVERIFY(touched_after(-1) > 0); // however often it failed
    }

    void a_gradient_is_taken_first_and_again_when_enough_was_accepted() {
        SearchSettings settings;
        settings.policy = "screened";
        settings.gradient_age = 2;
        const auto policy = make_policy(settings, {.layers = 1, .shape = {}});
        const auto learn = [&](bool accepted) { policy->learn({.accepted = accepted}, 1); };
        QVERIFY(policy->wants_gradient());
        learn(false);
        learn(true);
        for (int rejected = 0; rejected < 100; ++rejected)
            learn(false);
        QVERIFY(!policy->wants_gradient());
        learn(true);
        QVERIFY(policy->wants_gradient());
        learn(true);
        QVERIFY(!policy->wants_gradient());
    }

    void a_policy_that_screens_draws_all_moves_of_a_step_in_one_layer() {
        SearchSettings settings;
        settings.policy = "screened";
        settings.draws = 5;
        const std::vector<LayerState> accepted(3, LayerState::identity(8));
        const auto proposals = make_policy(settings, {.layers = 3, .shape = {}})->propose(accepted, 1);
        QCOMPARE(proposals.size(), std::size_t{5});
        for (const auto &proposal : proposals)
            QCOMPARE(proposal.layer, proposals.front().layer);
        QVERIFY(proposals[0].state.ffn.order != proposals[1].state.ffn.order);
    }

    void changes_cannot_be_foretold_before_the_gradient_was_taken() {
        const ComputeScope scope(1);
        const auto settings = test::tiny_settings();
        const auto model = LanguageModel::open(settings.model);
        const SearchEngine engine(model, settings, load_calibration(settings, *model), {});
        QVERIFY_THROWS_EXCEPTION(std::logic_error, (void)engine.predicted_changes({}));
    }
};

QTEST_APPLESS_MAIN(TestForesight)
#include "tst_foresight.moc"
