// SPDX-License-Identifier: GPL-3.0-or-later
// Norms' gains against the columns of what reads them.
#include "core/model/compute.h"
#include "core/search/norm_walk.h"
#include "core/search/open_model.h"
#include "core/search/policy.h"
#include "core/search/run_state.h"
#include "search/policy_rows.h"
#include "search/tiny_engine.h"
#include "search/tiny_search.h"

#include <QTest>

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>
#include <numeric>

using namespace invar;
using test::close;
using test::make_engine;

namespace {

SearchSettings norm_settings(const char *model = "tiny-opt") {
    auto settings = test::tiny_settings(model);
    settings.invariances = only(Invariance::norm_scaling);
    settings.policy = "sweep";
    return settings;
}

ModelInfo info_of(const SearchSettings &settings) { return LanguageModel::open(settings.model)->info(); }

/// One factor, whose logarithm is best at some place; squares of pieces are so many times as large as the square of
/// their mean.
class Valley final : public Foresight {
public:
    explicit Valley(float best, float disagreement = 1) : best_(best), disagreement_(disagreement) {}
    [[nodiscard]] static LayerShape shape() { return {.norms = 1, .channels = 1}; }
    [[nodiscard]] static Proposal start() {
        return {.layer = -1, .moved = only(Invariance::norm_scaling), .all_states = {LayerState::identity(8)}};
    }
    [[nodiscard]] const std::vector<std::int64_t> &parts() const { return parts_; }

    [[nodiscard]] std::vector<double> predicted_changes(const std::vector<Proposal> &proposals) const override {
        std::vector<double> changes(proposals.size(), 0);
        return changes;
    }
    [[nodiscard]] std::vector<PartChanges> predicted_changes_by_part(const std::vector<Proposal> &proposals,
                                                                     std::int64_t) const override {
        std::vector<PartChanges> changes(proposals.size());
        return changes;
    }
    [[nodiscard]] NormSlopes norm_slopes(const std::vector<LayerState> &states,
                                         const CalibrationPart &part) const override {
        parts_.push_back(part.index);
        const auto slope = std::log(states.front().norms.front().front()) - best_;
        return {.mean = {{{slope}}}, .mean_square = {{{slope * slope * disagreement_}}}};
    }

private:
    float best_, disagreement_;
    mutable std::vector<std::int64_t> parts_;
};

/// The accepted state of one layer with its norms' factors moved at random.
Proposal scaled(const SearchEngine &engine, const ModelInfo &info, int layer, double size, std::int64_t step) {
    StepRandom random(3, step);
    return make_move(random, layer, engine.states()[static_cast<std::size_t>(layer)], only(Invariance::norm_scaling),
                     {0.5, size, 0}, info.layer_shape());
}

double foretold(const SearchEngine &engine, const Proposal &proposal) {
    return engine.predicted_changes({proposal}).front();
}

/// A sweep of norms and permutations that hears what its turns gained.
class Turns {
public:
    [[nodiscard]] bool scale_norms() { return moved().norm_scaling; }
    [[nodiscard]] bool want_gradient() const { return policy_->wants_gradient(); }
    /// Of a loss of 1; nothing or less is rejected.
    void learn(double gain) {
        policy_->learn({.layer = -1, .moved = moved(), .accepted = gain > 0, .loss = 1 - gain, .predicted = -1}, 1);
    }

private:
    static SearchSettings settings() {
        auto settings = norm_settings();
        settings.invariances = parse_invariances("permutation,norm-scaling");
        return settings;
    }
    InvarianceSet moved() { return policy_->propose(accepted_, 1).front().moved; }

    ModelInfo info_ = info_of(settings());
    std::unique_ptr<MovePolicy> policy_ = make_policy(settings(), move_space(info_));
    std::vector<LayerState> accepted_{static_cast<std::size_t>(info_.layers), LayerState::identity(info_.ffn_size)};
};

} // namespace

class TestNormScaling : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void scaled_norms_leave_the_codes_and_take_the_gains_and_the_reference_along() {
        const ComputeScope scope(1);
        const auto settings = norm_settings("families/llama-tied");
        auto engine = make_engine(settings);
        const auto folds = LanguageModel::open(settings.model)->family().norm_folds();
        const auto before = engine.start();
        const auto proposal = scaled(engine, info_of(settings), 1, 0.2, 1);
        engine.accept(engine.evaluate(proposal));
        const auto &after = engine.start();
        for (std::size_t norm = 0; norm < folds.size(); ++norm) {
            const auto factors = at::tensor(proposal.state.norms[norm]);
            const auto gain = [&](const ModelWeights &weights) {
                return weights.layers[1].norms[folds[norm].norm].weight;
            };
            QVERIFY(at::allclose(gain(after.quantized) * factors, gain(before.quantized)));
            QVERIFY(at::equal(gain(after.quantized), gain(after.reference)));
            QVERIFY(!at::equal(gain(after.quantized), gain(before.quantized)));
            for (const auto reader : folds[norm].readers) {
                const auto weight = [&](const ModelWeights &weights) {
                    return weights.layers[1].projections[reader].weight;
                };
                QVERIFY(at::equal(weight(after.quantized), weight(before.quantized)));
                QVERIFY(at::allclose(weight(after.reference), weight(before.reference) * factors));
            }
        }
        QVERIFY(at::equal(after.quantized.layers[0].norms[0].weight, before.quantized.layers[0].norms[0].weight));
    }

    void the_gradient_foretells_what_small_factors_change_data() {
        QTest::addColumn<QString>("model");
        QTest::addColumn<bool>("curvature");
        for (const auto *model : {"tiny-opt", "families/llama-tied"})
            for (const bool curvature : {false, true})
                QTest::addRow("%s%s", model, curvature ? ", with curvature" : "") << model << curvature;
    }
    void the_gradient_foretells_what_small_factors_change() {
        QFETCH(QString, model);
        QFETCH(bool, curvature);
        const ComputeScope scope(1);
        const auto settings = norm_settings(model.toUtf8().constData());
        auto engine = make_engine(settings);
        engine.take_gradient({.curvature = curvature});
        const auto before = engine.loss(engine.terms());
        for (const int layer : {0, 1}) {
            const auto proposal = scaled(engine, info_of(settings), layer, 2e-3, layer);
            const auto measured = engine.loss(engine.evaluate(proposal).terms) - before;
            const auto slope = foretold(engine, proposal);
            const auto by_part = engine.predicted_changes_by_part({proposal}, settings.grid.group_size).front();
            QVERIFY2(std::abs(slope - measured) < 0.1 * std::abs(measured) + 2e-6,
                     qPrintable(QStringLiteral("%1 and %2").arg(slope).arg(measured)));
            QVERIFY(close(by_part.norms.slope, slope, 1e-3));
            QCOMPARE(by_part.norms.curvature > 0, curvature);
        }
    }

    void an_old_gradient_is_seen_from_the_factors_that_were_accepted_since() {
        const ComputeScope scope(1);
        const auto settings = norm_settings();
        const auto info = info_of(settings);
        auto engine = make_engine(settings);
        const auto at_first = engine.states();
        engine.accept(engine.evaluate(scaled(engine, info, 1, 0.3, 1))); // taken under factors too
        const auto taken = engine.states();
        engine.take_gradient();
        const auto middle = scaled(engine, info, 1, 0.3, 2);
        const auto to_middle = foretold(engine, middle);
        Proposal last{.layer = 1, .state = middle.state, .moved = middle.moved};
        for (auto &factors : last.state.norms)
            for (auto &factor : factors)
                factor *= 1.5F;
        const auto to_last = foretold(engine, last);
        QVERIFY(std::abs(to_last) > 1e-4);
        engine.accept(engine.evaluate(middle));
        QVERIFY(close(to_middle + foretold(engine, last), to_last, 1e-3));
        engine.restore(at_first);
        engine.restore(taken);
        QCOMPARE(foretold(engine, middle), to_middle); // to the last bit: a resumed run comes back in this way
    }

    void the_slopes_along_all_factors_are_those_of_the_loss_also_under_factors_that_are_not_accepted_data() {
        QTest::addColumn<QString>("model");
        QTest::addColumn<bool>("reordered");
        for (const auto *model :
             {"tiny-opt", "families/llama-tied", "families/gemma3_text-local", "families/gpt_neox-parallel"})
            for (const bool reordered : {false, true})
                QTest::addRow("%s%s", model, reordered ? ", the stream in another order" : "") << model << reordered;
    }
    void the_slopes_along_all_factors_are_those_of_the_loss_also_under_factors_that_are_not_accepted() {
        QFETCH(QString, model);
        QFETCH(bool, reordered);
        const ComputeScope scope(1);
        const auto settings = norm_settings(model.toUtf8().constData());
        const auto info = info_of(settings);
        auto engine = make_engine(settings);
        if (reordered) {
            std::vector<std::int64_t> order(static_cast<std::size_t>(info.hidden_size));
            std::iota(order.begin(), order.end(), 0);
            std::rotate(order.begin(), order.begin() + 3, order.end()); // not its own inverse
            engine.restore(engine.states(), order);
        }
        auto states = engine.states();
        for (std::size_t layer = 0; layer < states.size(); ++layer)
            states[layer] = scaled(engine, info, static_cast<int>(layer), 0.2, 7).state;
        const auto loss_of = [&](const std::vector<LayerState> &all) {
            return engine.loss(engine.evaluate({.layer = -1, .all_states = all}).terms);
        };
        const auto slopes = engine.norm_slopes(states, {});
        for (std::size_t layer = 0; layer < states.size(); ++layer)
            for (std::size_t norm = 0; norm < states[layer].norms.size(); ++norm) {
                constexpr float step = 0.004F;
                auto uphill = states;
                auto downhill = states;
                double foretold = 0;
                for (std::size_t channel = 0; channel < states[layer].norms[norm].size(); ++channel) {
                    const auto slope = slopes.mean[layer][norm][channel];
                    uphill[layer].norms[norm][channel] *= std::exp(slope > 0 ? step : -step);
                    downhill[layer].norms[norm][channel] *= std::exp(slope > 0 ? -step : step);
                    foretold += 2 * step * std::abs(slope);
                }
                const auto measured = loss_of(uphill) - loss_of(downhill);
                QVERIFY2(close(foretold, measured, 0.03),
                         qPrintable(QStringLiteral("%1 and %2").arg(foretold).arg(measured)));
            }
    }

    void the_parts_of_the_calibration_set_have_its_slopes_together() {
        const ComputeScope scope(2);
        const auto settings = norm_settings();
        const auto engine = make_engine(settings);
        const auto slope = [&](const CalibrationPart &part) {
            return engine.norm_slopes(engine.states(), part).mean[0][0][0];
        };
        const auto both = (slope({0, 2}) + slope({1, 2})) / 2;
        QVERIFY(slope({0, 2}) != slope({1, 2}));
        QVERIFY(close(both, slope({}), 1e-4));
    }

    void a_sweep_of_norms_lowers_the_loss_without_a_gradient_of_matrices_data() {
        QTest::addColumn<int>("sequences");
        QTest::addRow("one step") << 4;
        QTest::addRow("four steps") << 16;
    }
    void a_sweep_of_norms_lowers_the_loss_without_a_gradient_of_matrices() {
        QFETCH(int, sequences);
        const ComputeScope scope(1);
        auto settings = norm_settings("families/llama-tied");
        settings.sequences = sequences;
        settings.sequence_length = 64 / sequences;
        auto engine = make_engine(settings);
        const auto policy = make_policy(settings, move_space(info_of(settings)));
        QVERIFY(!policy->wants_gradient());
        const auto whole = policy->choose(policy->propose(engine.states(), 1), engine, 1);
        QVERIFY(*whole.predicted < 0);
        QVERIFY(engine.loss(engine.evaluate(whole).terms) < engine.loss(engine.terms()));
    }

    void a_walk_sees_all_parts_once_and_turns_round_where_the_valley_is() {
        const Valley valley(0.1F);
        const auto whole =
            walk_norms(valley.start(), valley, Valley::shape(), {.steps = 8, .first_part = 5, .stride = 0.04});
        QCOMPARE(valley.parts(), std::vector<std::int64_t>({5, 6, 7, 0, 1, 2, 3, 4}));
        const auto at = std::log(whole.all_states.front().norms.front().front());
        QVERIFY2(std::abs(at - 0.1F) < 0.05F, qPrintable(QString::number(at)));
        QVERIFY(*whole.predicted < 0);
    }

    void a_walk_moves_less_where_pieces_disagree_and_not_at_all_where_that_is_chance() {
        const Valley sure(10);
        const Valley unsure(10, 4);
        const Valley by_chance(10, 7);
        const auto way = [](const Valley &valley) {
            const auto whole =
                walk_norms(valley.start(), valley, Valley::shape(), {.steps = 4, .stride = 0.04, .chance = 0.4});
            return std::log(whole.all_states.front().norms.front().front());
        };
        QVERIFY(close(way(sure), 0.04 * (1 + 0.75 + 0.5 + 0.25), 1e-3));
        QVERIFY(close(way(unsure), way(sure) * (0.5 - 0.4) / 0.6, 0.01));
        QCOMPARE(way(by_chance), 0);
    }

    void a_sweep_strides_farther_after_what_was_accepted_and_less_far_after_what_was_not() {
        const auto settings = norm_settings();
        const auto stride_after = [&](bool accepted) {
            const auto policy = make_policy(settings, {1, Valley::shape()});
            policy->learn({.layer = -1,
                           .moved = settings.invariances,
                           .accepted = accepted,
                           .loss = accepted ? 0.5 : 1.5,
                           .predicted = -1},
                          1);
            const Valley valley(10);
            const auto whole = policy->choose({valley.start()}, valley, 2);
            return std::log(whole.all_states.front().norms.front().front());
        };
        QVERIFY(stride_after(true) > 2 * stride_after(false));
    }

    void norms_and_draws_go_on_while_they_gain_more_for_their_work_and_only_draws_take_a_gradient() {
        Turns turns;
        QVERIFY(turns.scale_norms() && !turns.want_gradient());
        turns.learn(0.1);
        QVERIFY(turns.scale_norms() && !turns.want_gradient());
        turns.learn(0.005);
        QVERIFY(!turns.scale_norms() && turns.want_gradient());
        turns.learn(-1);
        QVERIFY(!turns.scale_norms() && !turns.want_gradient()); // by the gradient that is there they cost little
        turns.learn(-1);
        turns.learn(-1);
        QVERIFY(turns.scale_norms());
        turns.learn(-1);
        QVERIFY(!turns.scale_norms() && !turns.want_gradient()); // nothing has moved since it was taken
        turns.learn(0.05);
        QVERIFY(!turns.scale_norms());
        turns.learn(-1);
        QVERIFY(!turns.scale_norms() && turns.want_gradient());
    }

    void where_neither_gains_both_are_still_tried() {
        Turns turns;
        int of_norms = 0;
        for (int step = 1; step <= 40; ++step) {
            of_norms += turns.scale_norms() ? 1 : 0;
            turns.learn(-1);
        }
        QVERIFY2(of_norms >= 10 && of_norms <= 30, qPrintable(QString::number(of_norms)));
    }

    void every_policy_can_scale_norms_and_a_run_opens_as_the_search_left_it_data() { test::add_policy_rows(); }
    void every_policy_can_scale_norms_and_a_run_opens_as_the_search_left_it() {
        QFETCH(QString, policy);
        const test::TemporaryFolder folder;
        auto settings = norm_settings("families/llama-tied");
        settings.policy = policy.toStdString();
        settings.draws = 8;
        RunControl control;
        test::Listener listener;
        const auto summary = search(settings, folder / "run", control, listener);
        QVERIFY(summary.accepted > 0);
        const auto states = read_run_position(folder / "run").states;
        QVERIFY(std::ranges::any_of(states, [](const LayerState &state) { return !state.norms.empty(); }));
        const ComputeScope scope(1);
        auto engine = make_engine(settings);
        engine.restore(states);
        QVERIFY(close(engine.terms().ce, summary.ce, 1e-6));
        const auto opened = open_run_models(folder / "run").current;
        for (std::size_t layer = 0; layer < states.size(); ++layer)
            for (std::size_t norm = 0; norm < opened->weights().layers[layer].norms.size(); ++norm) {
                const auto &weight = engine.start().quantized.layers[layer].norms[norm].weight;
                if (weight.defined())
                    QVERIFY(at::equal(opened->weights().layers[layer].norms[norm].weight, weight));
            }
    }

    void moves_of_norms_are_refused_where_a_model_has_none_to_scale() {
        const auto settings = norm_settings("tiny-opt-350m"); // its norms come after the sum
        const auto info = info_of(settings);
        QCOMPARE(info.invariances.at(Invariance::norm_scaling), Exactness::none);
        QVERIFY(!find_problems(settings, info).empty());
    }
};

QTEST_GUILESS_MAIN(TestNormScaling)
#include "tst_norm_scaling.moc"
