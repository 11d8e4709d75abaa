// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/files.h"
#include "core/evaluate/perplexity.h"
#include "core/evaluate/text_preview.h"
#include "core/search/open_model.h"
#include "core/search/run.h"
#include "core/text/text_stream.h"
#include "core/text/utf8.h"
#include "evaluate/preview_case.h"
#include "search/tiny_search.h"
#include "support/error_of.h"

#include <nlohmann/json.hpp>

#include <QTest>

#include <algorithm>
#include <array>
#include <cmath>

using namespace invar;
using namespace invar::test;

class TestTextPreview : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void the_demo_goes_on_as_transformers_generates() {
        const auto golden_texts = nlohmann::json::parse(read_text_file(golden("preview.json")));
        const Models models{open_model("demo")};
        QVERIFY(golden_texts["demo"].size() >= 3);
        for (const auto &recorded : golden_texts["demo"]) {
            const auto preview = preview_texts(models, greedy(recorded["prompt"], golden_texts["tokens"]));
            QCOMPARE(preview.prompt_ids, recorded["prompt_ids"].get<Ids>());
            QCOMPARE(ids_of(preview.texts.front()), recorded["ids"].get<Ids>());
            QCOMPARE(preview.texts.front().text, recorded["text"].get<std::string>());
        }
    }

    void a_greedy_token_is_the_argmax_of_recorded_logits() {
        const Tiny tiny;
        const Models models{tiny.open()};
        const auto recorded = nlohmann::json::parse(read_text_file(golden("tiny-opt-logits.json")))["tiny-opt"];
        for (std::size_t i = 0; i < recorded["sequences"].size(); ++i) {
            const auto prompt = recorded["sequences"][i].get<Ids>();
            const auto preview = preview_texts(models, greedy(models.front()->tokenizer().decode(prompt), 1));
            QCOMPARE(preview.prompt_ids, prompt);
            const auto logits = recorded["logits"][i].get<std::vector<float>>();
            const auto &token = preview.texts.front().tokens.at(0);
            QCOMPARE(token.id, argmax(logits));
            double sum = 0;
            for (const auto logit : logits)
                sum += std::exp(logit - logits[static_cast<std::size_t>(token.id)]);
            QVERIFY(std::abs(token.probability * sum - 1) < 1e-3);
        }
    }

    void equal_models_never_differ() {
        const Tiny tiny;
        const Models models{tiny.open(), tiny.open(), tiny.open()};
        for (const auto &settings : {greedy("the fox"), sampled("the fox", 5, 40)}) {
            const auto preview = preview_texts(models, settings);
            QCOMPARE(preview.texts.size(), std::size_t{3});
            for (const auto &text : preview.texts) {
                QVERIFY(!text.first_difference);
                QCOMPARE(ids_of(text), ids_of(preview.texts.front()));
                for (const auto &token : text.tokens)
                    for (const auto &probability : token.by_model)
                        QCOMPARE(probability.value(), token.probability);
            }
        }
    }

    void a_quantized_model_differs_where_its_ids_first_do() {
        const Tiny tiny;
        auto settings = tiny_settings();
        settings.model = tiny.path.string();
        const auto run = tiny.folder / "run";
        quantize(settings, run, {});
        const auto opened = open_run_models(run);
        const auto preview =
            preview_texts(Models{opened.full_precision, opened.at_start, opened.current}, greedy("the fox", 20));
        QVERIFY(!preview.texts[0].first_difference);
        const auto full = ids_of(preview.texts[0]);
        const auto now = ids_of(preview.texts[2]);
        QCOMPARE(ids_of(preview.texts[1]), now); // nothing was searched yet
        const auto place = preview.texts[2].first_difference.value();
        QVERIFY(std::equal(full.begin(), full.begin() + static_cast<std::ptrdiff_t>(place), now.begin()));
        QVERIFY(full.at(place) != now.at(place));
        // Where they part, each model was asked the same and says how likely the other's token is; later, no more.
        const auto &token = preview.texts[2].tokens[place];
        QVERIFY(token.by_model.at(0).value() < preview.texts[0].tokens[place].probability);
        QCOMPARE(token.by_model.at(2).value(), token.probability);
        QVERIFY(!preview.texts[2].tokens.at(place + 1).by_model.at(0));
    }

    void a_run_is_opened_at_all_states_as_it_is_at_each() {
        const TemporaryFolder folder;
        RunControl control;
        Listener listener;
        search(tiny_settings(), folder / "run", control, listener);
        const auto run = (folder / "run").string();
        const auto opened = open_run_models(run);
        const Ids ids{2, 5, 9, 33};
        const auto logits = [&](const std::shared_ptr<const LanguageModel> &model) {
            return last_logits(*model, ids, {});
        };
        QCOMPARE(logits(opened.full_precision), logits(open_model(run, {}, RunState::full_precision)));
        QCOMPARE(logits(opened.at_start), logits(open_model(run, {}, RunState::at_start)));
        QCOMPARE(logits(opened.current), logits(open_model(run, {}, RunState::current)));
        QVERIFY(logits(opened.current) != logits(opened.at_start));
    }

    void pieces_join_into_the_text_even_inside_a_character() {
        const auto tokenizer = Tokenizer::load(golden("tokenizer-json"));
        const std::string text = "na\u00efve \u4f60\u597d \U0001F600\U0001F44D\U0001F3FD \u00df end";
        const auto ids = tokenizer->encode(text, false);
        TextStream stream(*tokenizer, {});
        std::string all;
        bool held_back = false;
        for (std::size_t i = 0; i < ids.size(); ++i) {
            const auto piece = stream.add(ids[i], i + 1 == ids.size());
            QVERIFY(utf8::find_invalid(piece) == std::string::npos);
            QVERIFY(piece.find("\uFFFD") == std::string::npos);
            held_back = held_back || piece.empty();
            all += piece;
        }
        QVERIFY(held_back); // otherwise no character was cut, and this shows nothing
        QCOMPARE(all, text);

        // A text that ends inside a character shows what is missing, once.
        const auto smile = tokenizer->encode("\U0001F600", false);
        QVERIFY(smile.size() > 1);
        TextStream cut(*tokenizer, {});
        QCOMPARE(cut.add(smile.front(), true), std::string("\uFFFD"));
    }

    void pieces_join_into_the_text_whatever_bytes_a_model_writes() {
        // Sixteen letters; all other tokens are single bytes that mostly do not make up characters.
        const Tiny tiny;
        nlohmann::json vocabulary;
        for (int i = 0; i < 96; ++i) {
            std::string token;
            utf8::append(token, i < 16 ? static_cast<char32_t>('a' + i) : static_cast<char32_t>(0xB0 + i - 16));
            vocabulary[token] = i;
        }
        write_file_atomically(tiny.path / "vocab.json", vocabulary.dump());
        const Models models{tiny.open()};
        const auto &tokenizer = models.front()->tokenizer();
        for (std::uint64_t seed = 0; seed < 20; ++seed) {
            const auto preview = preview_texts(models, sampled("abc", seed, 50));
            const auto &text = preview.texts.front();
            auto whole = preview.prompt_ids;
            for (const auto id : ids_of(text))
                whole.push_back(id);
            QCOMPARE("abc" + joined(text), tokenizer.decode(whole));
            QCOMPARE(joined(text), text.text);
        }
    }

    void a_text_ends_at_the_models_end_token() {
        const Tiny tiny;
        tiny.set_end_token(nullptr);
        const auto endless = preview_texts(Models{tiny.open()}, greedy("the fox", 20)).texts[0];
        QCOMPARE(endless.tokens.size(), std::size_t{20});
        QVERIFY(endless.end == PreviewEnd::tokens_done);
        const auto end = endless.tokens[6].id;
        const auto ids = ids_of(endless);
        const auto expected = static_cast<std::size_t>(std::ranges::find(ids, end) - ids.begin()) + 1;

        const auto check = [&] {
            const auto text = preview_texts(Models{tiny.open()}, greedy("the fox", 20)).texts[0];
            QVERIFY(text.end == PreviewEnd::end_token);
            QCOMPARE(text.tokens.size(), expected); // the end token is the last
            QCOMPARE(text.tokens.back().id, end);
        };
        tiny.set_end_token(end);
        check();
        tiny.set_end_token(nlohmann::json::array({95, end}));
        check();
        tiny.set_end_token(nullptr);
        tiny.set_end_token(end, "generation_config.json"); // has the last word
        check();
    }

    void a_text_ends_where_the_context_is_full() {
        const Tiny tiny;
        tiny.set_end_token(nullptr);
        const Models models{tiny.open()};
        const std::string prompt(60, 'x');
        const auto text = preview_texts(models, greedy(prompt, 30)).texts[0];
        QVERIFY(text.end == PreviewEnd::context_full);
        QCOMPARE(text.tokens.size(), std::size_t{5}); // after 64 tokens the model can still be asked for one
        auto ids = models.front()->tokenizer().encode(prompt, true);
        for (const auto &token : text.tokens) {
            QCOMPARE(token.id, argmax(last_logits(*models.front(), ids, {})));
            ids.push_back(token.id);
        }
        QCOMPARE(preview_texts(models, greedy(std::string(64, 'x'))).texts[0].tokens.size(), std::size_t{1});
    }

    void the_observer_hears_every_token_in_step() {
        const Tiny tiny;
        tiny.set_end_token(nullptr);
        const Models models{tiny.open(), tiny.open()};
        std::vector<std::size_t> turns;
        std::array<std::string, 2> heard;
        double last_fraction = 0;
        Task task;
        task.progress = [&](double fraction, std::string_view) { last_fraction = fraction; };
        const auto preview =
            preview_texts(models, greedy("the fox", 6), task, [&](std::size_t model, const PreviewToken &token) {
                turns.push_back(model);
                heard.at(model) += token.text;
            });
        QCOMPARE(turns, (std::vector<std::size_t>{0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1}));
        QCOMPARE(heard[0], preview.texts[0].text);
        QCOMPARE(heard[1], preview.texts[1].text);
        QCOMPARE(last_fraction, 1.0);
    }

    void cancelling_stops_it() {
        const Tiny tiny;
        tiny.set_end_token(nullptr);
        std::stop_source stop;
        int heard = 0;
        const auto write = [&] {
            static_cast<void>(preview_texts(Models{tiny.open()}, greedy("the fox", 50), {stop.get_token(), {}},
                                            [&](std::size_t, const PreviewToken &) {
                                                if (++heard == 3)
                                                    stop.request_stop();
                                            }));
        };
        QVERIFY_THROWS_EXCEPTION(Cancelled, write());
        QCOMPARE(heard, 3);
    }

    void what_cannot_work_is_refused_with_one_line() {
        const Tiny tiny;
        const Models models{tiny.open()};
        const auto preview = [&](const TextPreviewSettings &settings) { return preview_texts(models, settings); };
        VERIFY_ERROR(preview(greedy("")), "the prompt is empty");
        VERIFY_ERROR(preview(greedy(std::string(65, 'x'))), "65", "context of 64");
        VERIFY_ERROR(preview(greedy("broken \xff")), "prompt", "UTF-8", "byte 7");
        VERIFY_ERROR(preview(greedy("x", 0)), "0 tokens");
        auto settings = sampled("x", 0);
        settings.temperature = -0.5;
        VERIFY_ERROR(preview(settings), "temperature", "-0.5");
        settings = sampled("x", 0);
        settings.top_k = -1;
        VERIFY_ERROR(preview(settings), "top-k", "-1");
        for (const double top_p : {0.0, -0.1, 1.5, std::nan("")}) {
            settings = sampled("x", 0);
            settings.top_p = top_p;
            VERIFY_ERROR(preview(settings), "top-p must be above 0");
        }
        settings = greedy("x");
        settings.top_p = 0.9;
        VERIFY_ERROR(preview(settings), "temperature above 0");
        settings = greedy("x");
        settings.device = "abacus";
        VERIFY_ERROR(preview(settings), "abacus");
        const Models without_tokenizer{LanguageModel::open(golden("tiny-opt"))};
        VERIFY_ERROR(preview_texts(without_tokenizer, greedy("x")), "tiny-opt", "no tokenizer");
        tiny.set_end_token("</s>", "generation_config.json");
        VERIFY_ERROR(preview(greedy("x")), "generation_config.json", "eos_token_id");
        write_file_atomically(tiny.path / "generation_config.json", "{");
        VERIFY_ERROR(preview(greedy("x")), "generation_config.json", "JSON");
    }
};

QTEST_APPLESS_MAIN(TestTextPreview)
#include "tst_text_preview.moc"
