// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/search/engine.h"

#include "core/model/compute.h"
#include "core/search/deferred_score.h"
#include "core/search/effective_weights.h"
#include "search/published_moves.h"
#include "search/tiny_engine.h"
#include "search/tiny_search.h"
#include "support/error_of.h"

#include <ATen/ATen.h>

#include <QTest>

#include <cmath>

using namespace invar;
using test::close;
using test::make_engine;

class TestEngine : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void watched_layers_are_the_published_ones() {
        QCOMPARE(watched_layers(10, 6), (std::vector{0, 1, 2, 3, 4, 5}));
        for (int layers = 1; layers < 40; ++layers)
            for (int watched = 1; watched <= 10; ++watched) {
                const int count = std::min(watched, layers);
                std::vector<int> expected; // as the port's Python says it
                for (int i = count - 1; i >= 0; --i)
                    expected.push_back(layers - 1 -
                                       static_cast<int>(std::ceil(static_cast<double>(i) * layers / count)));
                QCOMPARE(watched_layers(watched, layers), expected);
            }
    }

    void the_start_scores_one_plus_alpha() {
        const ComputeScope scope(1);
        const auto settings = test::tiny_settings();
        const auto engine = make_engine(settings);
        QVERIFY(close(engine.loss(engine.terms()), 1 + settings.alpha, 1e-12));
        QVERIFY(engine.start_terms().mse > 0);
        QVERIFY(std::isfinite(engine.full_precision_ce()));
    }

    void the_cache_gives_what_a_forward_pass_from_scratch_gives_data() {
        QTest::addColumn<QString>("model");
        for (const auto *model : {"tiny-opt", "tiny-opt-350m", "tiny-opt-sharded"})
            QTest::addRow("%s", model) << model;
    }
    void the_cache_gives_what_a_forward_pass_from_scratch_gives() {
        QFETCH(QString, model);
        const ComputeScope scope(1);
        const auto settings = test::tiny_settings(model.toUtf8().constData());
        auto engine = make_engine(settings);
        auto best = engine.loss(engine.terms());
        int accepted = 0;
        for (std::int64_t step = 1; step <= 60; ++step) {
            auto proposal = test::propose_published(settings, engine.states(), step);
            auto candidate = engine.evaluate(proposal.layer, std::move(proposal.state));
            // Every third candidate is taken whatever it scores, so that good and bad moves mix.
            if (engine.loss(candidate.terms) < best || step % 3 == 0) {
                best = engine.loss(candidate.terms);
                engine.accept(std::move(candidate));
                ++accepted;
            }
            const auto scratch = engine.evaluate_from_scratch();
            QVERIFY(close(engine.terms().ce, scratch.ce, 1e-6));
            QVERIFY(close(engine.terms().mse, scratch.mse, 1e-6));
        }
        QVERIFY(accepted >= 20);
    }

    void evaluating_a_candidate_leaves_the_accepted_model_alone() {
        const ComputeScope scope(1);
        const auto settings = test::tiny_settings();
        const auto engine = make_engine(settings);
        const auto before = engine.terms();
        for (std::int64_t step = 1; step <= 5; ++step) {
            auto proposal = test::propose_published(settings, engine.states(), step);
            QVERIFY(engine.evaluate(proposal.layer, std::move(proposal.state)).terms.ce > 0);
        }
        QCOMPARE(engine.evaluate_from_scratch().ce, before.ce);
    }

    void a_stop_ends_what_evaluates_and_foretells_and_leaves_the_accepted_model_alone() {
        const ComputeScope scope(1);
        auto settings = test::tiny_settings();
        settings.invariances = parse_invariances("permutation,norm-scaling");
        auto engine = make_engine(settings);
        engine.take_gradient();
        const Proposal same{.layer = 0, .state = engine.states().front()};
        const auto terms = engine.evaluate(same).terms;
        std::stop_source source;
        engine.stop_with(source.get_token());
        QCOMPARE(engine.evaluate(same).terms.ce, terms.ce);
        source.request_stop();
        QVERIFY_THROWS_EXCEPTION(Cancelled, (void)engine.evaluate(same));
        QVERIFY_THROWS_EXCEPTION(Cancelled, (void)engine.predicted_changes({same}));
        QVERIFY_THROWS_EXCEPTION(Cancelled, (void)engine.norm_slopes(engine.states(), {}));
        QVERIFY_THROWS_EXCEPTION(Cancelled, engine.take_gradient());
        engine.stop_with({});
        QCOMPARE(engine.evaluate(same).terms.ce, terms.ce);
        QCOMPARE(engine.evaluate_from_scratch().ce, terms.ce);
    }

    void restoring_states_gives_the_same_bits_as_having_accepted_them() {
        const ComputeScope scope(1);
        const auto settings = test::tiny_settings();
        auto engine = make_engine(settings);
        for (std::int64_t step = 1; step <= 20; ++step) {
            auto proposal = test::propose_published(settings, engine.states(), step);
            engine.accept(engine.evaluate(proposal.layer, std::move(proposal.state)));
        }
        auto other = make_engine(settings);
        other.restore(engine.states());
        QCOMPARE(other.terms().ce, engine.terms().ce);
        QCOMPARE(other.terms().mse, engine.terms().mse);
    }

    void a_sparser_cache_gives_the_same_bits_data() {
        QTest::addColumn<QString>("model");
        QTest::addColumn<int>("precision");
        for (const auto *model : {"tiny-opt", "tiny-opt-350m"})
            for (const auto precision : {Precision::float32, Precision::bfloat16})
                QTest::addRow("%s, %s", model, std::string(name_of(precision)).c_str())
                    << model << static_cast<int>(precision);
    }
    void a_sparser_cache_gives_the_same_bits() {
        QFETCH(QString, model);
        QFETCH(int, precision);
        const ComputeScope scope(1);
        auto settings = test::tiny_settings(model.toUtf8().constData());
        settings.precision = static_cast<Precision>(precision);
        auto dense = make_engine(settings);
        settings.memory_limit = 1e-6; // nothing fits: as sparse as can be
        auto sparse = make_engine(settings);
        QCOMPARE(dense.cache_stride(), 1);
        QVERIFY(sparse.cache_stride() > 1);
        for (std::int64_t step = 1; step <= 20; ++step) {
            const auto proposal = test::propose_published(settings, dense.states(), step);
            auto one = dense.evaluate(proposal.layer, proposal.state);
            auto other = sparse.evaluate(proposal.layer, proposal.state);
            QCOMPARE(other.terms.ce, one.terms.ce);
            QCOMPARE(other.terms.mse, one.terms.mse);
            if (step % 2 == 0) {
                dense.accept(std::move(one));
                sparse.accept(std::move(other));
            }
        }
        QCOMPARE(sparse.evaluate_from_scratch().ce, dense.terms().ce);
    }

    void the_calibration_set_in_units_on_many_threads_scores_the_same() {
        auto settings = test::tiny_settings();
        std::vector<double> losses;
        for (const int threads : {1, 2, 4}) {
            const ComputeScope scope(threads);
            settings.threads = threads;
            auto engine = make_engine(settings);
            auto proposal = test::propose_published(settings, engine.states(), 1);
            losses.push_back(engine.evaluate(proposal.layer, proposal.state).terms.ce);
            QVERIFY(close(losses.back(), losses.front(), 1e-6));
        }
    }

    void the_cache_holds_in_bfloat16_too() {
        const ComputeScope scope(2);
        auto settings = test::tiny_settings();
        settings.precision = Precision::bfloat16;
        settings.threads = 2;
        auto engine = make_engine(settings);
        for (std::int64_t step = 1; step <= 12; ++step) {
            auto proposal = test::propose_published(settings, engine.states(), step);
            engine.accept(engine.evaluate(proposal.layer, std::move(proposal.state)));
            QCOMPARE(engine.evaluate_from_scratch().ce, engine.terms().ce);
            QCOMPARE(engine.evaluate_from_scratch().mse, engine.terms().mse);
        }
    }

    void sums_that_come_back_at_once_equal_those_measured_in_place() {
        // What a device does with one synchronization a step, tried on the CPU.
        DeferredScore deferred({1, 4}, 6, 5, at::kCPU);
        for (int pass = 0; pass < 2; ++pass) {
            const auto hidden = at::randn({2, 3, 20}) * 80;
            const auto target = at::randn({2, 3, 20}) * 80;
            const auto losses = at::rand({5});
            const auto weights = pass == 0 ? at::Tensor() : at::rand({6}, at::kDouble);
            deferred.add_layer(4, hidden, target, weights);
            deferred.add_losses(losses);
            UnitScore score(6);
            deferred.settle(score);
            auto expected = (hidden - target).clamp(-100, 100).square().sum({-1}, false, at::kDouble).view({-1});
            if (weights.defined())
                expected = expected * weights;
            QVERIFY(score.squared[1].empty());
            QCOMPARE(score.squared[4].size(), std::size_t{6});
            for (std::int64_t token = 0; token < 6; ++token)
                QVERIFY(close(score.squared[4][static_cast<std::size_t>(token)], expected[token].item<double>(), 1e-6));
            QVERIFY(close(score.squared_sum[4], expected.sum().item<double>(), 1e-6));
            QVERIFY(close(score.loss_sum, losses.sum(at::kDouble).item<double>(), 1e-12));
        }
    }

    void errors_after_a_move_equal_the_errors_measured_anew() {
        const ComputeScope scope(1);
        const auto settings = test::tiny_settings();
        auto engine = make_engine(settings);
        auto proposal = test::propose_published(settings, engine.states(), 1);
        auto candidate = engine.evaluate(proposal.layer, std::move(proposal.state));
        const auto changed = engine.errors_after(candidate);
        engine.accept(std::move(candidate));
        const auto all = engine.errors();
        QVERIFY(changed.size() >= 3);
        for (const auto &error : changed) {
            const auto found = std::ranges::find_if(all, [&](const MatrixError &other) {
                return other.layer == error.layer && other.projection == error.projection;
            });
            QVERIFY(found != all.end());
            QVERIFY(close(error.relative, found->relative, 1e-6));
        }
    }

    void rotations_drift_in_full_precision_and_the_other_moves_do_not() {
        const ComputeScope scope(1);
        auto settings = test::tiny_settings();
        settings.invariances.rotation = false;
        auto still = make_engine(settings);
        auto proposal = test::propose_published(settings, still.states(), 1);
        still.accept(still.evaluate(proposal.layer, std::move(proposal.state)));
        QCOMPARE(still.drift(), 0.0);
        settings.invariances.rotation = true;
        auto turned = make_engine(settings);
        proposal = test::propose_published(settings, turned.states(), 1);
        turned.accept(turned.evaluate(proposal.layer, std::move(proposal.state)));
        QVERIFY(turned.drift() > 0);
        QVERIFY(turned.drift() < 1e-2);
    }

    void scaling_drifts_where_the_activation_is_not_homogeneous() {
        const ComputeScope scope(1);
        auto settings = test::tiny_settings("families/gpt2-plain");
        settings.invariances = only(Invariance::scaling);
        auto scaled = make_engine(settings);
        auto proposal = test::propose_published(settings, scaled.states(), 1);
        scaled.accept(scaled.evaluate(proposal.layer, std::move(proposal.state)));
        QVERIFY(scaled.drift() > 0);
        QVERIFY(scaled.drift() < 0.1);
    }

    void a_calibration_set_that_is_too_short_or_foreign_is_refused() {
        auto settings = test::tiny_settings();
        const auto model = LanguageModel::open(settings.model);
        settings.sequences = 1000;
        VERIFY_ERROR(load_calibration(settings, *model), "ids.json", "too few");
        const test::TemporaryFolder folder;
        settings = test::tiny_settings();
        settings.calibration_ids = (folder / "bad.json").string();
        QVERIFY(test::write_bytes(settings.calibration_ids, "[1, 2, \"three\"]"));
        VERIFY_ERROR(load_calibration(settings, *model), "bad.json", "token ids");
        QByteArray ids("[99999");
        for (int i = 0; i < 100; ++i)
            ids += ", 5";
        QVERIFY(test::write_bytes(settings.calibration_ids, ids + "]"));
        VERIFY_ERROR(load_calibration(settings, *model), "99999", "vocabulary");
    }
};

QTEST_APPLESS_MAIN(TestEngine)
#include "tst_engine.moc"
