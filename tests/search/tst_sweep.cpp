// SPDX-License-Identifier: GPL-3.0-or-later
// The policy "sweep", and moves of all layers at once.
#include "core/model/compute.h"
#include "core/search/open_model.h"
#include "core/search/policy.h"
#include "search/tiny_engine.h"
#include "search/tiny_search.h"

#include <QTest>

#include <cmath>

using namespace invar;
using test::close;
using test::make_engine;

namespace {

/// Some layers moved as published, the others as they are.
Proposal move_of_layers(const SearchEngine &engine, const SearchSettings &settings, const ModelInfo &model,
                        std::int64_t step, const std::vector<int> &layers) {
    Proposal whole{.layer = -1, .moved = settings.invariances, .all_states = engine.states()};
    StepRandom random(settings.seed, step);
    for (const auto layer : layers) {
        auto &state = whole.all_states[static_cast<std::size_t>(layer)];
        state = make_move(random, layer, state, settings.invariances, move_sizes(settings), model.layer_shape()).state;
    }
    return whole;
}

/// Foretells that a changed neuron is good, and how much the loss curves, in each layer as much as it is told.
class Optimist final : public Foresight {
public:
    explicit Optimist(std::vector<double> curvature) : curvature_(std::move(curvature)) {}
    [[nodiscard]] std::vector<double> predicted_changes(const std::vector<Proposal> &proposals) const override {
        std::vector<double> changes(proposals.size(), -1);
        return changes;
    }
    [[nodiscard]] std::vector<PartChanges> predicted_changes_by_part(const std::vector<Proposal> &proposals,
                                                                     std::int64_t group) const override {
        std::vector<PartChanges> changes;
        for (const auto &proposal : proposals) {
            auto &change = changes.emplace_back();
            change.ffn.resize(static_cast<std::size_t>(proposal.state.ffn.neurons() / group));
            const auto curvature = curvature_[static_cast<std::size_t>(proposal.layer)];
            for (std::size_t i = 0; i < proposal.state.ffn.order.size(); ++i)
                if (proposal.state.ffn.order[i] != static_cast<std::int64_t>(i))
                    change.ffn[i / static_cast<std::size_t>(group)] += LossChange{.slope = -1, .curvature = curvature};
        }
        return changes;
    }
    [[nodiscard]] NormSlopes norm_slopes(const std::vector<LayerState> &states,
                                         const CalibrationPart &part) const override {
        (void)states, (void)part;
        return {};
    }

private:
    std::vector<double> curvature_;
};

SearchSettings small_sweep() {
    SearchSettings settings;
    settings.policy = "sweep";
    settings.grid.group_size = 8;
    settings.swap_fraction = 0.25;
    return settings;
}

std::vector<int> touched_neurons(const Proposal &moved) {
    std::vector<int> touched;
    for (const auto &state : moved.all_states) {
        auto &count = touched.emplace_back(0);
        for (std::size_t i = 0; i < state.ffn.order.size(); ++i)
            count += state.ffn.order[i] != static_cast<std::int64_t>(i) ? 1 : 0;
    }
    return touched;
}

std::vector<int> touched_by(const MovePolicy &policy, std::vector<double> curvature, std::int64_t step) {
    const std::vector<LayerState> accepted(curvature.size(), LayerState::identity(64));
    return touched_neurons(
        policy.choose({{.layer = -1, .all_states = accepted}}, Optimist(std::move(curvature)), step));
}

} // namespace

class TestSweep : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void a_move_of_several_layers_is_scored_as_from_scratch_data() {
        QTest::addColumn<QString>("model");
        QTest::addColumn<QString>("moves");
        QTest::addColumn<double>("memory_limit");
        QTest::addRow("neurons") << "tiny-opt"
                                 << "permutation,scaling,rotation" << 0.0;
        QTest::addRow("norms after") << "tiny-opt-350m"
                                     << "permutation,scaling" << 0.0;
        QTest::addRow("attention") << "tiny-opt"
                                   << "permutation,value-permutation,key-scaling" << 0.0;
        QTest::addRow("norms' gains") << "tiny-opt"
                                      << "norm-scaling" << 0.0;
        QTest::addRow("all of them") << "families/llama-tied"
                                     << "permutation,value-rotation,norm-scaling" << 0.0;
        QTest::addRow("sparse cache") << "tiny-opt"
                                      << "permutation,value-permutation" << 1e-6;
    }
    void a_move_of_several_layers_is_scored_as_from_scratch() {
        QFETCH(QString, model);
        QFETCH(QString, moves);
        QFETCH(double, memory_limit);
        const ComputeScope scope(1);
        auto settings = test::tiny_settings(model.toUtf8().constData());
        settings.invariances = parse_invariances(moves.toStdString());
        settings.memory_limit = memory_limit;
        auto engine = make_engine(settings);
        const auto info = LanguageModel::open(settings.model)->info();
        const auto last = info.layers - 1;
        const std::vector<std::vector<int>> choices{{0, last}, {last}, {0}, {}};
        for (std::int64_t step = 1; step <= 12; ++step) {
            const auto &layers = choices[static_cast<std::size_t>(step) % choices.size()];
            const auto proposal = move_of_layers(engine, settings, info, step, layers);
            auto candidate = engine.evaluate(proposal);
            QCOMPARE(candidate.layers.size(), std::max<std::size_t>(1, layers.size()));
            const auto terms = candidate.terms;
            const auto changed = engine.errors_after(candidate);
            engine.accept(std::move(candidate));
            QVERIFY(engine.states() == proposal.all_states);
            const auto scratch = engine.evaluate_from_scratch();
            QVERIFY(close(terms.ce, scratch.ce, 1e-6) && close(terms.mse, scratch.mse, 1e-6));
            const auto all = engine.errors();
            for (const auto &error : changed) {
                const auto found = std::ranges::find_if(all, [&](const MatrixError &other) {
                    return other.layer == error.layer && other.projection == error.projection;
                });
                QVERIFY(found != all.end() && close(error.relative, found->relative, 1e-6));
            }
        }
    }

    void a_move_of_all_layers_can_be_given_up_half_way() {
        const ComputeScope scope(1);
        const auto settings = test::tiny_settings();
        const auto engine = make_engine(settings);
        const auto info = LanguageModel::open(settings.model)->info();
        const auto candidate = engine.evaluate(move_of_layers(engine, settings, info, 1, {0, 1}), {.to_beat = 1e-9});
        QVERIFY(!candidate.complete());
        QVERIFY(candidate.share > 0 && std::isfinite(candidate.terms.ce));
    }

    void a_sweep_moves_every_layer_and_foretells_their_sum() {
        const ComputeScope scope(1);
        auto settings = test::tiny_settings();
        settings.policy = "sweep";
        const auto model = LanguageModel::open(settings.model);
        SearchEngine engine(model, settings, load_calibration(settings, *model), {});
        const auto policy = make_policy(settings, move_space(model->info()));
        engine.take_gradient(policy->gradient_needs(), 1);
        const auto whole = policy->choose(policy->propose(engine.states(), 1), engine, 1);
        QCOMPARE(whole.layer, -1);
        double sum = 0;
        for (std::size_t layer = 0; layer < whole.all_states.size(); ++layer) {
            check(whole.all_states[layer], model->info().layer_shape());
            QVERIFY(whole.all_states[layer] != engine.states()[layer]);
            const auto changes = engine.predicted_changes_by_part(
                {{.layer = static_cast<int>(layer), .state = whole.all_states[layer]}}, settings.grid.group_size);
            for (const auto &change : changes.front().ffn)
                sum += change.slope + change.curvature;
        }
        QVERIFY(sum < 0);
        QVERIFY2(close(*whole.predicted, sum, 1e-4),
                 qPrintable(QStringLiteral("%1 and %2").arg(*whole.predicted).arg(sum)));
    }

    void a_sweep_leaves_alone_what_the_curvature_makes_dear() {
        const auto policy = make_policy(small_sweep(), {.layers = 3, .shape = {}});
        const auto touched = touched_by(*policy, {0.5, 2, 0}, 1);
        QVERIFY(touched[0] > 0);
        QCOMPARE(touched[1], 0);
        QVERIFY(touched[2] > 0);
    }

    void a_sweep_grows_more_careful_when_less_came_true_than_was_foretold_and_bolder_when_all_did() {
        const auto dares = [](double kept_promise, double curvature) {
            const auto policy = make_policy(small_sweep(), {.layers = 1, .shape = {}});
            for (int step = 1; step <= 3; ++step)
                policy->learn({.layer = -1, .accepted = kept_promise > 0, .loss = 1 - kept_promise, .predicted = -1},
                              1);
            return touched_by(*policy, {curvature}, 7).front() > 0;
        };
        QVERIFY(dares(0.9, 7) && !dares(0.4, 7) && dares(0.4, 0.9)); // three times half as careful, or as before
        QVERIFY(dares(2, 50) && dares(2, 60));                       // as bold as it gets
        QVERIFY(!dares(0.1, 0.2) && dares(0.1, 0.1));
        QVERIFY(!dares(-0.5, 0.02) && dares(-0.5, 0.01));
        QVERIFY(!dares(-5, 0.001) && dares(-5, 0.0001));
        QVERIFY(!dares(std::nan(""), 0.01));
    }

    void a_sweep_that_was_too_careful_to_move_grows_bolder() {
        const auto policy = make_policy(small_sweep(), {.layers = 1, .shape = {}});
        QCOMPARE(touched_by(*policy, {1.5}, 1).front(), 0);
        policy->learn({.layer = -1, .loss = 1, .predicted = 0}, 1);
        QVERIFY(touched_by(*policy, {1.5}, 1).front() > 0);
    }

    void the_curvature_counts_changes_by_their_squares_whichever_way_it_is_computed_data() {
        QTest::addColumn<QString>("moves");
        QTest::addColumn<bool>("bfloat16");
        for (const auto *moves : {"permutation,scaling", "permutation,scaling,value-scaling,key-scaling"})
            for (const bool half : {false, true})
                QTest::addRow("%s%s", moves, half ? ", bfloat16" : "") << moves << half;
    }
    void the_curvature_counts_changes_by_their_squares_whichever_way_it_is_computed() {
        QFETCH(QString, moves);
        QFETCH(bool, bfloat16);
        const ComputeScope scope(1);
        auto settings = test::tiny_settings();
        settings.invariances = parse_invariances(moves.toStdString());
        settings.precision = bfloat16 ? Precision::bfloat16 : Precision::float32;
        auto engine = make_engine(settings);
        const auto info = LanguageModel::open(settings.model)->info();
        const auto moved = move_of_layers(engine, settings, info, 1, {1});
        const Proposal one{.layer = 1, .state = moved.all_states[1]};
        const Proposal still{.layer = 1, .state = engine.states()[1]};
        engine.take_gradient({.curvature = true});
        const auto changes = engine.predicted_changes_by_part({still, one}, settings.grid.group_size);
        double slope = changes[1].attention.slope;
        double curvature = 0;
        for (std::size_t group = 0; group < changes[0].ffn.size(); ++group) {
            QVERIFY(std::abs(changes[0].ffn[group].slope) < 1e-9); // nothing moved: nothing changes
            QVERIFY(changes[0].ffn[group].curvature < 1e-9);
            QVERIFY(changes[1].ffn[group].curvature >= 0);
            slope += changes[1].ffn[group].slope;
            curvature += changes[1].ffn[group].curvature;
        }
        QVERIFY(curvature > 0);
        QCOMPARE(changes[1].attention.curvature > 0, settings.invariances.moves_attention());
        engine.take_gradient();
        const auto plain = engine.predicted_changes({one}).front();
        QVERIFY2(close(slope, plain, 1e-3), qPrintable(QStringLiteral("%1 and %2").arg(slope).arg(plain)));
    }

    void the_foretold_curvature_is_that_of_the_squared_gradients_of_the_pieces() {
        const ComputeScope scope(1);
        auto settings = test::tiny_settings();
        settings.alpha = 0;
        auto engine = make_engine(settings);
        const auto info = LanguageModel::open(settings.model)->info();
        const auto moved = move_of_layers(engine, settings, info, 1, {0});
        const Proposal one{.layer = 0, .state = moved.all_states[0]};
        const auto at_once = [&](const GradientNeeds &needs, std::int64_t turn) {
            engine.take_gradient(needs, turn);
            const auto changes = engine.predicted_changes_by_part({one}, settings.grid.group_size).front();
            LossChange sum;
            for (const auto &change : changes.ffn)
                sum += change;
            return sum;
        };
        const auto whole = at_once({.curvature = true}, 0);
        LossChange mean;
        for (std::int64_t turn = 0; turn < 4; ++turn) {
            const auto part = at_once({.share = 0.25, .curvature = true}, turn);
            mean += {.slope = part.slope / 4, .curvature = part.curvature / 4};
        }
        QVERIFY(close(mean.slope, whole.slope, 1e-4));
        QVERIFY(close(mean.curvature, whole.curvature, 1e-4)); // a sum over pieces, scaled as if they were all
    }

    void a_sweep_asks_for_the_gradient_anew_once_it_has_moved_enough_layers_or_been_misled_by_an_old_one() {
        auto settings = small_sweep();
        settings.gradient_age = 7;
        const auto policy = make_policy(settings, {.layers = 3, .shape = {}});
        const auto learn = [&](bool accepted) {
            policy->learn({.layer = -1, .accepted = accepted, .loss = accepted ? 0.5 : 1.5, .predicted = -1}, 1);
        };
        QVERIFY(policy->wants_gradient());
        learn(false); // by a fresh gradient: the move was too large
        QVERIFY(!policy->wants_gradient());
        learn(true);
        QVERIFY(!policy->wants_gradient());
        learn(false); // by an old one
        QVERIFY(policy->wants_gradient());
        QVERIFY(touched_by(*policy, {0.2, 0.2, 0.2}, 9)[0] > 0); // not blamed on the last move's size
        for (int layers = 0; layers < 7; layers += 3)
            learn(true);
        QVERIFY(policy->wants_gradient());
    }

    void a_part_that_deceived_a_sweep_is_not_trusted_again_and_does_not_make_it_more_careful() {
        auto settings = small_sweep();
        settings.sequences = 128;
        const auto policy = make_policy(settings, {.layers = 1, .shape = {}});
        const StepRecord failed{.layer = -1, .loss = 2, .predicted = -1};
        QCOMPARE(policy->gradient_needs().share, 0.25);
        policy->learn({.layer = -1, .accepted = true, .loss = 0.5, .predicted = -1}, 1);
        QCOMPARE(policy->gradient_needs().share, 0.25);
        policy->learn(failed, 1); // the gradient may have been too old
        QVERIFY(policy->wants_gradient());
        QCOMPARE(policy->gradient_needs().share, 0.25);
        policy->learn(failed, 1);
        QVERIFY(policy->wants_gradient());
        QCOMPARE(policy->gradient_needs().share, 1.0);
        QVERIFY(touched_by(*policy, {0.9}, 1).front() > 0);
        policy->learn(failed, 1); // too bold, then
        QVERIFY(!policy->wants_gradient());
        QCOMPARE(touched_by(*policy, {0.9}, 1).front(), 0);
    }

    void a_sweep_gains_more_than_composed_moves_of_single_layers_in_as_many_steps() {
        const test::TemporaryFolder folder;
        SearchSettings settings;
        settings.grid = {.bits = 2, .group_size = 64};
        settings.sequences = 4;
        settings.threads = 1;
        settings.steps = 8;
        const auto composed = test::gain_of(settings, folder, "composed");
        const auto sweep = test::gain_of(settings, folder, "sweep");
        QVERIFY2(sweep > 2 * composed, qPrintable(QStringLiteral("%1 and %2").arg(composed).arg(sweep)));
    }

    void the_parts_that_have_their_turns_make_up_the_whole_gradient() {
        const ComputeScope scope(1);
        const auto settings = test::tiny_settings();
        auto engine = make_engine(settings);
        const auto info = LanguageModel::open(settings.model)->info();
        const auto whole = move_of_layers(engine, settings, info, 1, {0, 1});
        const auto change_by = [&](double share, std::int64_t turn) {
            engine.take_gradient({.share = share}, turn);
            return engine.predicted_changes({{.layer = 1, .state = whole.all_states[1]}}).front();
        };
        const auto all = change_by(1, 0);
        double mean = 0;
        std::vector<double> parts;
        for (std::int64_t turn = 8; turn < 12; ++turn) {
            parts.push_back(change_by(0.25, turn));
            mean += parts.back() / 4;
        }
        QVERIFY2(close(mean, all, 1e-4), qPrintable(QStringLiteral("%1 and %2").arg(mean).arg(all)));
        QVERIFY(parts[0] != parts[1]);
        QCOMPARE(change_by(0.25, 4), parts[0]);
        QVERIFY(std::isfinite(change_by(1e-9, 3))); // at least one piece
    }

    void a_move_of_all_layers_counts_in_each_and_one_of_the_stream_in_none() {
        MoveStatistics statistics;
        statistics.per_layer.resize(3);
        StepRecord record{.layer = -1, .moved = only(Invariance::permutation), .accepted = true, .loss = 0.9};
        statistics.count(record, 1);
        record.moved = only(Invariance::residual_permutation);
        statistics.count(record, 1);
        QCOMPARE(statistics.total.accepted, std::int64_t{2});
        for (const auto &counts : statistics.per_layer) {
            QCOMPARE(counts.accepted, std::int64_t{1});
            QVERIFY(close(counts.gain, 0.1, 1e-9));
        }
    }
};

QTEST_APPLESS_MAIN(TestSweep)
#include "tst_sweep.moc"
