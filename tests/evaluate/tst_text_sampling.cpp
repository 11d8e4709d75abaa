// SPDX-License-Identifier: GPL-3.0-or-later
// Texts that are drawn: by temperature, top-k and top-p.
#include "core/evaluate/perplexity.h"
#include "evaluate/preview_case.h"

#include <QTest>

#include <cmath>
#include <map>
#include <set>

using namespace invar;
using namespace invar::test;

class TestTextSampling : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void the_same_seed_gives_the_same_text_and_another_one_another() {
        const Tiny tiny;
        const Models models{tiny.open()};
        const auto text = [&](std::uint64_t seed) {
            return ids_of(preview_texts(models, sampled("the fox", seed, 30)).texts[0]);
        };
        QCOMPARE(text(7), text(7));
        QVERIFY(text(7) != text(8));
    }

    void of_one_token_alone_the_likeliest_is_sampled() {
        const Tiny tiny;
        const Models models{tiny.open()};
        auto settings = sampled("the fox", 3, 30);
        settings.top_k = 1;
        const auto expected = ids_of(preview_texts(models, greedy("the fox", 30)).texts[0]);
        QCOMPARE(ids_of(preview_texts(models, settings).texts[0]), expected);
        settings.top_k = 0;
        settings.temperature = 1e-300; // as cold
        QCOMPARE(ids_of(preview_texts(models, settings).texts[0]), expected);
    }

    void tokens_are_sampled_as_often_as_they_are_likely() {
        const Tiny tiny;
        const Models models{tiny.open()};
        constexpr int draws = 1500;
        std::map<std::int32_t, int> counts;
        std::map<std::int32_t, double> likely;
        for (int seed = 0; seed < draws; ++seed) {
            const auto token = preview_texts(models, sampled("the fox", static_cast<std::uint64_t>(seed), 1)).texts[0];
            ++counts[token.tokens[0].id];
            likely[token.tokens[0].id] = token.tokens[0].probability;
        }
        QVERIFY(counts.size() > 3);
        for (const auto &[id, count] : counts) {
            const auto expected = draws * likely[id];
            QVERIFY2(std::abs(count - expected) < 4.5 * std::sqrt(expected) + 1,
                     qPrintable(QStringLiteral("token %1: %2, expected %3").arg(id).arg(count).arg(expected)));
        }
    }

    void of_the_k_likeliest_no_other_token_comes() {
        const Tiny tiny;
        const Models models{tiny.open()};
        const auto &tokenizer = models.front()->tokenizer();
        auto logits = last_logits(*models.front(), tokenizer.encode("the fox", true), {});
        std::set<std::int32_t> likeliest;
        for (int i = 0; i < 3; ++i) {
            likeliest.insert(argmax(logits));
            logits[static_cast<std::size_t>(argmax(logits))] = -INFINITY;
        }
        std::set<std::int32_t> seen;
        for (std::uint64_t seed = 0; seed < 200; ++seed) {
            auto settings = sampled("the fox", seed, 1);
            settings.temperature = 5;
            settings.top_k = 3;
            seen.insert(preview_texts(models, settings).texts[0].tokens[0].id);
        }
        QVERIFY(seen == likeliest);
    }

    void of_top_p_no_token_outside_the_nucleus_comes() {
        const Tiny tiny;
        const Models models{tiny.open()};
        constexpr double temperature = 3;
        auto rest = last_logits(*models.front(), models.front()->tokenizer().encode("the fox", true), {});
        double all = 0;
        for (const auto logit : rest)
            all += std::exp(logit / temperature);
        for (const double top_p : {0.3, 0.6}) {
            auto logits = rest;
            std::set<std::int32_t> nucleus;
            for (double held = 0; held < top_p * all;) {
                const auto next = argmax(logits);
                nucleus.insert(next);
                held += std::exp(logits[static_cast<std::size_t>(next)] / temperature);
                logits[static_cast<std::size_t>(next)] = -INFINITY;
            }
            QVERIFY(nucleus.size() > 2 && nucleus.size() < logits.size());
            std::set<std::int32_t> seen;
            for (std::uint64_t seed = 0; seed < 600; ++seed) {
                auto settings = sampled("the fox", seed, 1);
                settings.temperature = temperature;
                settings.top_p = top_p;
                seen.insert(preview_texts(models, settings).texts[0].tokens[0].id);
            }
            QVERIFY(seen == nucleus);
        }
        auto settings = sampled("the fox", 3, 30);
        settings.top_p = 1e-9; // even then there is one to draw
        QCOMPARE(ids_of(preview_texts(models, settings).texts[0]),
                 ids_of(preview_texts(models, greedy("the fox", 30)).texts[0]));
    }
};

QTEST_APPLESS_MAIN(TestTextSampling)
#include "tst_text_sampling.moc"
