// SPDX-License-Identifier: GPL-3.0-or-later
// What holds for every registered starting method, on tiny checkpoints of every family.
#include "core/quant/method.h"

#include "core/model/compute.h"
#include "core/model/language_model.h"
#include "core/quant/gptq_solver.h"
#include "core/quant/group_quantizer.h"
#include "quant/tiny_calibration.h"
#include "support/error_of.h"
#include "support/golden.h"
#include "support/starting_methods.h"
#include "support/tensors.h"

#include <ATen/ATen.h>

#include <QTest>

using namespace invar;
using test::calibration;
using test::grid;

namespace {

MethodOptions quick_options(const MethodInfo &method) { return test::quick_options(method, 4); }

at::Tensor hidden_states(const ModelFamily &family, const ModelWeights &weights, const at::Tensor &ids) {
    auto hidden = family.embed(weights, ids);
    for (const auto &layer : weights.layers)
        hidden = family.run_layer(layer, hidden);
    return hidden;
}

/// Sum over matrices of squared differences.
double distance(const ModelWeights &a, const ModelWeights &b) {
    double sum = 0;
    for (std::size_t layer = 0; layer < a.layers.size(); ++layer)
        for (std::size_t i = 0; i < a.layers[layer].projections.size(); ++i)
            sum += (a.layers[layer].projections[i].weight - b.layers[layer].projections[i].weight)
                       .square()
                       .sum(at::kDouble)
                       .item<double>();
    return sum;
}

StartingPoint made_by(const LanguageModel &model, const QString &method, const MethodOptions &options,
                      const Task &task = {}) {
    const auto ids = calibration();
    return make_starting_method(method.toStdString())
        ->quantize({.family = model.family(),
                    .weights = model.weights(),
                    .calibration = ids,
                    .grids = grid,
                    .options = options},
                   task);
}

void add_cases() {
    QTest::addColumn<QString>("method");
    QTest::addColumn<QString>("folder");
    for (const auto &method : starting_methods()) {
        const auto add = [&](const std::string &folder, const std::string &name) {
            QTest::addRow("%s of %s", method.name.c_str(), name.c_str())
                << QString::fromStdString(method.name) << test::shown(test::golden(folder.c_str()));
        };
        add("tiny-opt", "opt");
        add("tiny-opt-350m", "opt-350m");
        for (const char *name : {"llama-biased", "mistral-window", "qwen2-plain", "qwen3-plain", "gemma3_text-local",
                                 "phi3-window", "gpt_neox-parallel", "gpt2-plain"})
            add(std::string("families/") + name, name);
    }
}

} // namespace

class TestMethods : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void the_base_rounds_to_the_quantized_model_and_the_reference_keeps_the_function_data() { add_cases(); }
    void the_base_rounds_to_the_quantized_model_and_the_reference_keeps_the_function() {
        QFETCH(QString, method);
        QFETCH(QString, folder);
        const ComputeScope scope(1);
        const auto model = LanguageModel::open(folder.toStdString());
        const auto ids = calibration();
        const auto maker = make_starting_method(method.toStdString());
        const MethodInput input{.family = model->family(),
                                .weights = model->weights(),
                                .calibration = ids,
                                .grids = grid,
                                .options = quick_options(maker->info())};
        double last = 0;
        std::vector<double> fractions;
        const auto start = maker->quantize(input, {.stop = {}, .progress = [&](double fraction, std::string_view text) {
                                                       QVERIFY(!text.empty());
                                                       fractions.push_back(fraction);
                                                       last = fraction;
                                                   }});
        QVERIFY(std::ranges::is_sorted(fractions));
        QVERIFY(!fractions.empty() && fractions.front() >= 0 && last <= 1);
        for (std::size_t layer = 0; layer < start.base.layers.size(); ++layer) {
            const auto &quantized = start.quantized.layers[layer];
            for (std::size_t i = 0; i < quantized.projections.size(); ++i) {
                const auto &base = start.base.layers[layer].projections[i].weight;
                const auto *const factor = factor_of(start.factors_of(layer), i, model->family());
                QVERIFY(at::equal(factor ? round_by_gptq(base, *factor, grid) : round_to_grid(base, grid),
                                  quantized.projections[i].weight));
                QVERIFY(quantized.projections[i].weight.isfinite().all().item<bool>());
            }
        }
        const auto exact = hidden_states(model->family(), model->weights(), ids);
        QVERIFY(test::relative_difference(hidden_states(model->family(), start.reference, ids), exact) < 2e-4);
        const auto error = [&](const ModelWeights &weights) {
            return (hidden_states(model->family(), weights, ids) - exact).square().mean(at::kDouble).item<double>();
        };
        const auto nearest = made_by(*model, "rtn", {});
        QVERIFY2(error(start.quantized) <= 1.1 * error(nearest.quantized),
                 qPrintable(QString::number(error(start.quantized) / error(nearest.quantized))));
    }

    void the_same_seed_gives_the_same_model_data() { test::add_starting_methods(); }
    void the_same_seed_gives_the_same_model() {
        QFETCH(QString, method);
        const ComputeScope scope(1);
        const auto model = LanguageModel::open(test::golden("tiny-opt"));
        const auto options = quick_options(make_starting_method(method.toStdString())->info());
        const auto make = [&] { return made_by(*model, method, options).quantized; };
        QCOMPARE(distance(make(), make()), 0.0);
    }

    void a_stop_in_the_middle_ends_it_data() { the_same_seed_gives_the_same_model_data(); }
    void a_stop_in_the_middle_ends_it() {
        QFETCH(QString, method);
        const ComputeScope scope(1);
        const auto model = LanguageModel::open(test::golden("tiny-opt"));
        const auto options = quick_options(make_starting_method(method.toStdString())->info());
        std::stop_source stop;
        const Task task{.stop = stop.get_token(), .progress = [&](double fraction, std::string_view) {
                            QVERIFY2(fraction < 0.9, "it went on after the stop");
                            if (fraction > 0)
                                stop.request_stop();
                        }};
        bool cancelled = false;
        try {
            static_cast<void>(made_by(*model, method, options, task));
        } catch (const Cancelled &) {
            cancelled = true;
        }
        QVERIFY(cancelled);
    }

    void every_option_says_what_it_is_and_is_held_to_its_range_data() { the_same_seed_gives_the_same_model_data(); }
    void every_option_says_what_it_is_and_is_held_to_its_range() {
        QFETCH(QString, method);
        const auto name = method.toStdString();
        for (const auto &option : make_starting_method(name)->info().options) {
            QVERIFY(!option.title.empty() && option.description.size() > 20);
            QVERIFY(option.least <= option.standard && option.standard <= option.most);
            QVERIFY(problem_of({{option.name, option.standard}}, name).empty());
            QVERIFY(!problem_of({{option.name, option.most + 1}}, name).empty());
            QVERIFY(!problem_of({{option.name, option.least - 1}}, name).empty());
            if (option.kind != MethodOption::Kind::real)
                QVERIFY(!problem_of({{option.name, option.least + 0.5}}, name).empty());
        }
        QVERIFY(!problem_of({{"colour", 1}}, name).empty());
    }

    void every_option_changes_what_its_method_makes_data() { the_same_seed_gives_the_same_model_data(); }
    void every_option_changes_what_its_method_makes() {
        QFETCH(QString, method);
        const ComputeScope scope(1);
        const auto model = LanguageModel::open(test::golden("tiny-opt"));
        const auto info = make_starting_method(method.toStdString())->info();
        auto options = quick_options(info);
        for (const auto &option : info.options)
            options.try_emplace(option.name, option.standard);
        if (method == "omniquant")
            options["transform"] = 1; // its rate has nothing to act on otherwise
        const auto before = made_by(*model, method, options);
        for (const auto &option : info.options) {
            auto changed = options;
            changed[option.name] = options[option.name] != option.least ? option.least : option.least + 1;
            const auto after = made_by(*model, method, changed);
            QVERIFY2(distance(before.quantized, after.quantized) > 0 || distance(before.base, after.base) > 0,
                     option.name.c_str());
        }
    }

    void the_more_gptq_is_pulled_to_the_original_the_nearer_it_stays() {
        const ComputeScope scope(1);
        const auto model = LanguageModel::open(test::golden("tiny-opt"));
        const auto distance_at = [&](double saliency) {
            return distance(made_by(*model, "gptq", {{"saliency", saliency}}).quantized, model->weights());
        };
        const auto nearest = distance(made_by(*model, "rtn", {}).quantized, model->weights());
        QVERIFY(distance_at(0) > distance_at(1));
        QVERIFY(distance_at(1) > distance_at(10));
        QVERIFY(distance_at(10) < 1.1 * nearest);
    }

    void clipping_lowers_the_squared_error_of_plain_rounding() {
        const ComputeScope scope(1);
        const auto model = LanguageModel::open(test::golden("tiny-opt"));
        const auto error = [&](double clip) {
            return distance(made_by(*model, "rtn", {{"clip", clip}}).quantized, model->weights());
        };
        QVERIFY(error(1) < 0.98 * error(0));
    }

    void awq_clips_all_but_queries_and_keys() {
        const ComputeScope scope(1);
        const auto model = LanguageModel::open(test::golden("tiny-opt"));
        const auto clipped = made_by(*model, "awq", {{"scale", 0}}).base;
        const auto attention = model->family().attention();
        for (std::size_t layer = 0; layer < clipped.layers.size(); ++layer)
            for (std::size_t i = 0; i < clipped.layers[layer].projections.size(); ++i)
                QCOMPARE(at::equal(clipped.layers[layer].projections[i].weight,
                                   model->weights().layers[layer].projections[i].weight),
                         i == attention.query || i == attention.key);
    }

    void auto_round_keeps_its_best_iteration_and_not_its_last() {
        const ComputeScope scope(1);
        const auto model = LanguageModel::open(test::golden("tiny-opt"));
        const auto ids = calibration();
        // Steps so large that all but the first, which is plain rounding, do harm.
        const auto wild = made_by(*model, "autoround", {{"iterations", 12}, {"batch", 6}, {"learning-rate", 1}});
        const auto nearest = made_by(*model, "rtn", {});
        const auto inputs = model->family().embed(model->weights(), ids);
        const auto error = [&](const StartingPoint &point) {
            const auto exact = model->family().run_layer(model->weights().layers[0], inputs);
            return (model->family().run_layer(point.quantized.layers[0], inputs) - exact)
                .square()
                .mean(at::kDouble)
                .item<double>();
        };
        QVERIFY2(error(wild) < 1.001 * error(nearest), qPrintable(QString::number(error(wild) / error(nearest))));
    }

    void every_variant_says_what_it_is_and_differs_in_options_that_the_method_has() {
        std::size_t variants = 0;
        for (const auto &method : starting_methods())
            for (const auto &variant : method.variants) {
                QVERIFY(variant.title != method.title && variant.description.size() > 20);
                QVERIFY(!variant.options.empty() && problem_of(variant.options, method.name).empty());
                for (const auto &option : method.options)
                    if (const auto chosen = variant.options.find(option.name); chosen != variant.options.end())
                        QVERIFY(chosen->second != option.standard);
                ++variants;
            }
        QVERIFY(variants > 0);
    }
};

QTEST_APPLESS_MAIN(TestMethods)
#include "tst_methods.moc"
