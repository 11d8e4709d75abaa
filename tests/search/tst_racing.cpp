// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/search/racing.h"

#include "core/model/compute.h"
#include "core/search/calibration.h"
#include "core/search/engine.h"
#include "search/published_moves.h"
#include "search/tiny_search.h"
#include "support/error_of.h"

#include <QTest>

#include <cmath>
#include <random>

using namespace invar;

namespace {

SearchSettings racing_settings(double error = 0.2) {
    auto settings = test::tiny_settings();
    settings.sequences = 16; // room for several looks
    settings.sequence_length = 4;
    settings.racing_error = error;
    settings.steps = 200;
    return settings;
}

test::Listener run(const SearchSettings &settings, const test::TemporaryFolder &folder) {
    test::Listener listener;
    RunControl control;
    (void)search(settings, folder / "run", control, listener);
    return listener;
}

} // namespace

class TestRacing : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void quantiles_are_those_of_the_normal_distribution() {
        QVERIFY(std::abs(upper_quantile(0.5)) < 1e-12);
        QVERIFY(std::abs(upper_quantile(0.158655253931457) - 1) < 1e-9);
        QVERIFY(std::abs(upper_quantile(0.05) - 1.644853626951473) < 1e-9);
        QVERIFY(std::abs(upper_quantile(0.001) - 3.090232306167813) < 1e-9);
    }

    void a_candidate_that_is_ahead_is_never_dropped() {
        RaceState race;
        for (int i = 0; i < 50; ++i) {
            race.add(-1e-6);
            QVERIFY(!is_hopeless(race, 1000, {.error = 0.5}));
        }
    }

    void a_candidate_far_behind_is_dropped_once_there_are_blocks_enough() {
        RaceState race;
        race.add(1.0);
        race.add(1.1);
        race.add(0.9);
        QVERIFY(!is_hopeless(race, 100, {.error = 0.01}));
        race.add(1.0);
        QVERIFY(is_hopeless(race, 100, {.error = 0.01}));
        QVERIFY(!is_hopeless(race, 4, {.error = 0.01})); // all of it has been seen
    }

    void ties_are_dropped_at_the_chosen_rate() {
        std::mt19937 random(5);
        for (const double error : {0.05, 0.2}) {
            int dropped = 0;
            constexpr int trials = 4000;
            for (int trial = 0; trial < trials; ++trial) {
                std::normal_distribution<double> normal;
                RaceState race;
                for (int block = 0; block < 40; ++block)
                    race.add(normal(random));
                dropped += is_hopeless(race, 1 << 30, {.error = error}) ? 1 : 0;
            }
            const auto rate = static_cast<double>(dropped) / trials;
            QVERIFY2(std::abs(rate - error) < 0.35 * error, qPrintable(QString::number(rate)));
        }
    }

    void stopping_at_the_bound_changes_no_decision() {
        const ComputeScope scope(1);
        auto settings = racing_settings(0);
        const auto model = LanguageModel::open(settings.model);
        SearchEngine engine(model, settings, load_calibration(settings, *model), {});
        auto best = engine.loss(engine.terms());
        int stopped = 0;
        for (std::int64_t step = 1; step <= 80; ++step) {
            settings.scale_std = step % 4 == 0 ? 1.0 : 0.05; // some candidates are beyond all hope
            auto proposal = test::propose_published(settings, engine.states(), step);
            // A candidate must beat this; a low one, so that the bound has work to do.
            const auto to_beat = step % 2 == 0 ? best * 0.5 : best;
            const auto whole = engine.evaluate(proposal.layer, proposal.state);
            const auto bounded = engine.evaluate(proposal.layer, proposal.state, {.to_beat = to_beat});
            if (bounded.complete()) {
                QCOMPARE(bounded.terms.ce, whole.terms.ce);
                QCOMPARE(bounded.terms.mse, whole.terms.mse);
            } else {
                ++stopped;
                QVERIFY(engine.loss(whole.terms) > to_beat);
            }
        }
        QVERIFY(stopped > 0);
    }

    void an_incomplete_candidate_cannot_be_accepted() {
        const ComputeScope scope(1);
        const auto settings = racing_settings();
        const auto model = LanguageModel::open(settings.model);
        SearchEngine engine(model, settings, load_calibration(settings, *model), {});
        auto proposal = test::propose_published(settings, engine.states(), 1);
        auto candidate = engine.evaluate(proposal.layer, proposal.state, {.to_beat = 1e-9});
        QVERIFY(!candidate.complete());
        QVERIFY_EXCEPTION_THROWN(engine.accept(std::move(candidate)), std::logic_error);
    }

    void with_racing_the_loss_never_rises_and_work_is_saved() {
        const test::TemporaryFolder folder;
        const auto heard = run(racing_settings(), folder);
        auto best = 1.1 + 1e-12;
        int dropped = 0;
        for (const auto &record : heard.steps) {
            QVERIFY(record.best_loss <= best);
            QVERIFY(!record.accepted || record.share == 1);
            best = record.best_loss;
            dropped += record.race == RaceOutcome::dropped ? 1 : 0;
            QCOMPARE(record.share < 1, record.race == RaceOutcome::dropped);
        }
        QVERIFY(dropped > 20);
        const auto &statistics = heard.finished.front().statistics;
        QVERIFY(statistics.evaluated < 0.9 * static_cast<double>(heard.steps.size()));
        QCOMPARE(statistics.dropped - statistics.audited, std::int64_t{dropped});
    }

    void auditing_every_drop_decides_as_without_racing() {
        const test::TemporaryFolder folder;
        auto settings = racing_settings();
        settings.racing_audit = 1;
        const auto audited = run(settings, folder);
        const test::TemporaryFolder other;
        settings.racing_error = 0;
        const auto plain = run(settings, other);
        QCOMPARE(audited.steps.size(), plain.steps.size());
        int wrong = 0;
        for (std::size_t i = 0; i < plain.steps.size(); ++i) {
            QCOMPARE(audited.steps[i].accepted, plain.steps[i].accepted);
            // A race cuts the calibration set into other pieces, whose float32 products round otherwise on some
            // processors.
            QVERIFY(std::abs(audited.steps[i].best_loss - plain.steps[i].best_loss) < 1e-6);
            wrong += audited.steps[i].race == RaceOutcome::audited_wrong ? 1 : 0;
            QCOMPARE(audited.steps[i].race == RaceOutcome::audited_wrong,
                     audited.steps[i].accepted && audited.steps[i].race != RaceOutcome::none);
        }
        QCOMPARE(audited.finished.front().statistics.wrongly_dropped, std::int64_t{wrong});
    }
};

QTEST_APPLESS_MAIN(TestRacing)
#include "tst_racing.moc"
