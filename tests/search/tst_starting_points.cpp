// SPDX-License-Identifier: GPL-3.0-or-later
// Searches on top of every registered starting method.
#include "core/base/files.h"
#include "core/evaluate/perplexity.h"
#include "core/quant/method.h"
#include "core/search/open_model.h"
#include "core/search/run.h"
#include "core/search/run_folder.h"
#include "core/search/training_csv.h"
#include "search/tiny_search.h"
#include "support/error_of.h"
#include "support/starting_methods.h"

#include <ATen/ATen.h>

#include <QTest>

#include <set>

using namespace invar;

namespace {

void add_methods() {
    test::add_starting_methods();
    QTest::addRow("gptq, to nearest in the search") << "gptq:in-search=0";
    QTest::addRow("gptq, columns in order") << "gptq:act-order=0";
}

SearchSettings settings_for(const QString &method, const char *model) {
    auto settings = test::tiny_settings(model);
    test::choose_method(settings, method.toStdString());
    settings.method_options.merge(test::quick_options(*find_starting_method(settings.method), 3));
    settings.policy = "screened";
    settings.draws = 4;
    settings.steps = 40;
    return settings;
}

/// Different values in the group that has most of them.
int most_values_of_a_group(const at::Tensor &weight, std::int64_t group) {
    int most = 0;
    const auto groups = weight.reshape({-1, group}).contiguous();
    for (std::int64_t row = 0; row < groups.size(0); ++row) {
        const auto *const first = groups.const_data_ptr<float>() + row * group;
        most = std::max(most, static_cast<int>(std::set<float>(first, first + group).size()));
    }
    return most;
}

constexpr std::size_t layers = 3; ///< of tiny-opt
constexpr std::array methods_that_train{"omniquant", "autoround"};

} // namespace

class TestStartingPoints : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void a_search_lowers_the_objective_from_every_start_and_resumes_bit_for_bit_data() { add_methods(); }
    void a_search_lowers_the_objective_from_every_start_and_resumes_bit_for_bit() {
        QFETCH(QString, method);
        for (const char *model : {"tiny-opt", "families/llama-biased"}) {
            const test::TemporaryFolder folder;
            auto settings = settings_for(method, model);
            settings.invariances.rotation = std::string_view(model) == "tiny-opt";
            test::Listener listener;
            RunControl control;
            const auto whole = search(settings, folder / "whole", control, listener);
            QVERIFY(whole.accepted > 0);
            QVERIFY(whole.loss < 1 + settings.alpha);
            settings.steps = 15;
            search(settings, folder / "parts", control, listener);
            const auto parts = resume(folder / "parts", 40, 0, control, listener);
            QCOMPARE(test::rows_without_time(folder / "parts"), test::rows_without_time(folder / "whole"));
            QCOMPARE(parts.loss, whole.loss);
        }
    }

    void a_search_works_on_top_of_every_start_in_every_family_data() {
        QTest::addColumn<QString>("model");
        for (const auto *model :
             {"tiny-opt-350m", "families/gemma3_text-local", "families/gpt2-plain", "families/gpt_neox-parallel",
              "families/mistral-window", "families/phi3-longrope", "families/qwen2-plain", "families/qwen3-plain"})
            QTest::newRow(model) << model;
    }
    void a_search_works_on_top_of_every_start_in_every_family() {
        QFETCH(QString, model);
        const auto name = model.toStdString();
        const auto info = LanguageModel::open(test::golden(name.c_str()))->info();
        for (const auto &method : starting_methods()) {
            const test::TemporaryFolder folder;
            auto settings = settings_for(QString::fromStdString(method.name), name.c_str());
            settings.approximate = true;
            settings.usual_moves = true;
            settings = settled(settings, info);
            test::Listener listener;
            RunControl control;
            const auto run = search(settings, folder / "run", control, listener);
            QVERIFY2(run.accepted > 0 && run.loss < 1 + settings.alpha, method.name.c_str());
            const auto opened = open_run_models(folder / "run");
            const std::vector<std::int32_t> ids = {5, 9, 30, 41, 7, 60};
            QVERIFY2(last_logits(*opened.current, ids, {}) != last_logits(*opened.at_start, ids, {}),
                     method.name.c_str());
        }
    }

    void bits_of_layers_hold_from_every_start_through_search_and_resume_data() { add_methods(); }
    void bits_of_layers_hold_from_every_start_through_search_and_resume() {
        QFETCH(QString, method);
        const test::TemporaryFolder folder;
        auto settings = settings_for(method, "tiny-opt");
        settings.layer_bits = LayerBits::parse("0.fc1:4,fc2:3,2.v_proj:1");
        test::Listener listener;
        RunControl control;
        const auto whole = search(settings, folder / "whole", control, listener);
        settings.steps = 15;
        search(settings, folder / "parts", control, listener);
        QCOMPARE(resume(folder / "parts", 40, 0, control, listener).loss, whole.loss);
        QVERIFY(whole.accepted > 0);
        const auto model = open_model((folder / "parts").string());
        const auto &names = model->info().projections;
        for (std::size_t layer = 0; layer < layers; ++layer)
            for (std::size_t i = 0; i < names.size(); ++i) {
                const auto bits = settings.layer_bits.bits_of(static_cast<int>(layer), names[i]);
                const auto most = most_values_of_a_group(model->weights().layers[layer].projections[i].weight,
                                                         settings.grid.group_size);
                const auto levels = 1 << bits.value_or(settings.grid.bits);
                const auto half = std::min<std::int64_t>(levels, settings.grid.group_size) / 2; // fewer bits give less
                QVERIFY2(most <= levels && most > half, names[i].c_str());
            }
    }

    void a_run_opens_as_its_start_and_as_what_the_search_made_of_it_data() { add_methods(); }
    void a_run_opens_as_its_start_and_as_what_the_search_made_of_it() {
        QFETCH(QString, method);
        const test::TemporaryFolder folder;
        test::Listener listener;
        RunControl control;
        const auto settings = settings_for(method, "tiny-opt");
        quantize(settings, folder / "start", {});
        search(settings, folder / "run", control, listener);
        const std::vector<std::int32_t> ids = {5, 9, 30, 41, 7, 60};
        const auto start = open_model((folder / "start").string());
        const auto models = open_run_models(folder / "run");
        const auto at_start = last_logits(*models.at_start, ids, {});
        QCOMPARE(at_start, last_logits(*start, ids, {}));
        QVERIFY(last_logits(*models.current, ids, {}) != at_start);
        QVERIFY(last_logits(*models.full_precision, ids, {}) != at_start);
    }

    void a_stop_in_the_middle_of_a_method_leaves_nothing_data() { add_methods(); }
    void a_stop_in_the_middle_of_a_method_leaves_nothing() {
        QFETCH(QString, method);
        const test::TemporaryFolder folder;
        std::stop_source stop;
        bool cancelled = false;
        try {
            quantize(settings_for(method, "tiny-opt"), folder / "run",
                     {.stop = stop.get_token(), .progress = [&](double fraction, std::string_view stage) {
                          if (fraction > 0 && stage.find("layer") != std::string_view::npos)
                              stop.request_stop();
                      }});
        } catch (const Cancelled &) {
            cancelled = true;
        }
        QVERIFY(cancelled);
        QVERIFY(std::filesystem::is_empty(folder.path()));
    }

    void a_stop_while_the_start_is_measured_leaves_nothing() {
        const test::TemporaryFolder folder;
        std::stop_source stop;
        QVERIFY_THROWS_EXCEPTION(
            Cancelled, (void)quantize(test::tiny_settings(), folder / "run",
                                      {.stop = stop.get_token(), .progress = [&](double, std::string_view stage) {
                                           if (stage == "measuring the quantized model")
                                               stop.request_stop();
                                       }}));
        QVERIFY(std::filesystem::is_empty(folder.path()));
    }

    void a_method_alone_is_applied_where_no_usual_move_would_matter() {
        const test::TemporaryFolder folder;
        auto settings = test::tiny_settings("families/gpt2-plain");
        settings.grid.group_size = 0;
        settings.usual_moves = true;
        (void)quantize(settings, folder / "run", {});
        QVERIFY(is_run_folder(folder / "run"));
    }

    void a_method_that_trains_tells_its_curve_layer_by_layer_and_keeps_it_data() { add_methods(); }
    void a_method_that_trains_tells_its_curve_layer_by_layer_and_keeps_it() {
        QFETCH(QString, method);
        const test::TemporaryFolder folder;
        auto settings = settings_for(method, "tiny-opt");
        settings.steps = 3;
        test::Listener listener;
        RunControl control;
        search(settings, folder / "run", control, listener);
        const auto file = folder / "run" / "training.csv";
        const auto &told = listener.training;
        const bool trains = std::ranges::find(methods_that_train, settings.method) != methods_that_train.end();
        QCOMPARE(!told.empty(), trains);
        QCOMPARE(std::filesystem::exists(file), trains);
        QCOMPARE(read_run_record(folder / "run").training, told); // to the last bit
        QCOMPARE(listener.started.front().training, told);
        QVERIFY(std::ranges::is_sorted(told, {}, [](const TrainingPoint &p) { return std::pair(p.layer, p.step); }));
        for (const auto &point : told) {
            QCOMPARE(point.layers, static_cast<int>(layers));
            QVERIFY(point.step > 0 && point.step <= point.steps);
            QVERIFY(point.loss > 0);
        }
        if (trains) {
            QCOMPARE(told.size(), layers * 3); // iterations or epochs
            QCOMPARE(told.back().step, told.back().steps);
            QVERIFY(read_text_file(file).starts_with("layer,step,loss\n0,"));
        }
        // Going on trains nothing anew, but whoever listens hears of it.
        test::Listener later;
        resume(folder / "run", 6, 0, control, later);
        QVERIFY(later.training.empty());
        QCOMPARE(later.started.front().training, told);
    }

    void a_run_without_its_training_can_be_opened_and_resumed() {
        const test::TemporaryFolder folder;
        quantize(settings_for(QStringLiteral("autoround"), "tiny-opt"), folder / "run", {});
        QVERIFY(!read_run_record(folder / "run").training.empty());
        std::filesystem::remove(folder / "run" / "training.csv"); // as in runs of earlier versions
        QVERIFY(read_run_record(folder / "run").training.empty());
        RunControl control;
        test::Listener listener;
        QCOMPARE(resume(folder / "run", 5, 0, control, listener).steps, 5);
        QVERIFY(listener.started.front().training.empty());
    }

    void a_search_on_a_run_goes_as_if_the_method_had_run_again_data() { add_methods(); }
    void a_search_on_a_run_goes_as_if_the_method_had_run_again() {
        QFETCH(QString, method);
        const test::TemporaryFolder folder;
        test::Listener listener;
        RunControl control;
        auto settings = settings_for(method, "tiny-opt");
        const auto whole = search(settings, folder / "whole", control, listener);
        quantize(settings, folder / "start", {});
        const auto model = settings.model;
        settings.model = (folder / "start").string();
        test::Listener later;
        const auto taken = search(settings, folder / "taken", control, later);
        QVERIFY(later.training.empty());
        QCOMPARE(later.started.front().training, listener.training);
        QCOMPARE(test::rows_without_time(folder / "taken"), test::rows_without_time(folder / "whole"));
        QCOMPARE(taken.loss, whole.loss);
        std::filesystem::remove_all(folder / "start"); // it stands by itself
        QCOMPARE(read_run_record(folder / "taken").settings.model, model);
        QCOMPARE(resume(folder / "taken", 45, 0, control, listener).steps, 45);
    }

    void a_search_on_a_run_may_read_another_text_but_not_begin_elsewhere() {
        const test::TemporaryFolder folder;
        test::Listener listener;
        RunControl control;
        auto settings = settings_for(QStringLiteral("gptq"), "tiny-opt");
        const auto model = folder.copy_of(test::golden("tiny-opt"));
        settings.model = model.string();
        quantize(settings, folder / "start", {});
        settings.model = (folder / "start").string();
        settings.sequences = 2;
        settings.steps = 5;
        settings.alpha = 0;
        QCOMPARE(search(settings, folder / "other text", control, listener).steps, 5);
        auto other = settings;
        other.grid.bits = 3;
        VERIFY_ERROR(search(other, folder / "run", control, listener), "bits", "start");
        other = settings;
        other.method = "rtn";
        VERIFY_ERROR(search(other, folder / "run", control, listener), "method", "start");
        VERIFY_ERROR(quantize(settings, folder / "run", {}), "is a run");
        test::change_a_weight(model);
        VERIFY_ERROR(search(settings, folder / "run", control, listener), "taken over", "weights");
        QVERIFY(!std::filesystem::exists(folder / "run"));
    }

    void a_damaged_training_is_refused_by_row_data() {
        QTest::addColumn<QByteArray>("rows");
        QTest::addRow("no number") << QByteArray("0,1,0.5\n0,x,0.4\n");
        QTest::addRow("cut off") << QByteArray("0,1,0.5\n0,2,0.4");
        QTest::addRow("no such layer") << QByteArray("0,1,0.5\n2,1,0.4\n");
        QTest::addRow("backwards") << QByteArray("0,1,0.5\n0,1,0.4\n");
    }
    void a_damaged_training_is_refused_by_row() {
        QFETCH(QByteArray, rows);
        const test::TemporaryFolder folder;
        QVERIFY(test::write_bytes(folder / "training.csv", "layer,step,loss\n" + rows));
        VERIFY_ERROR(read_training(folder.path(), 2), "training.csv", "row 2");
    }

    void a_damaged_start_is_refused_by_name() {
        const test::TemporaryFolder folder;
        quantize(settings_for(QStringLiteral("gptq"), "tiny-opt"), folder / "run", {});
        const auto file = folder / "run" / "start.safetensors";
        auto bytes = test::read_bytes(file);
        QVERIFY(bytes.size() > 1000);
        QVERIFY(test::write_bytes(file, bytes.first(bytes.size() / 2)));
        VERIFY_ERROR(open_model((folder / "run").string()), "start.safetensors");
        // What GPTQ kept for the search under another name, as earlier versions did: to round to nearest instead would
        // be another run.
        auto renamed = bytes;
        QVERIFY(renamed.replace("layers.1.gptq.ffn_input.", "layers.1.gptq.ffn_other.") != bytes);
        QVERIFY(test::write_bytes(file, renamed));
        VERIFY_ERROR(open_model((folder / "run").string()), "start.safetensors", "gptq.ffn_");
        renamed = bytes;
        for (const char *layer : {"0", "1"})
            for (const char *factor : {"attention_input", "attention_output", "ffn_input", "ffn_output"}) {
                const auto name = QByteArray("layers.") + layer + ".gptq." + factor;
                renamed.replace(name, QByteArray(name).replace("gptq", "gptx"));
            }
        QVERIFY(test::write_bytes(file, renamed));
        VERIFY_ERROR(open_model((folder / "run").string()), "start.safetensors", "gptx", "begin the run anew");
        std::filesystem::remove(file);
        VERIFY_ERROR(open_model((folder / "run").string()), "start.safetensors", "missing");
        RunControl control;
        test::Listener listener;
        VERIFY_ERROR(resume(folder / "run", 10, 0, control, listener), "start.safetensors", "missing");
    }
};

QTEST_APPLESS_MAIN(TestStartingPoints)
#include "tst_starting_points.moc"
