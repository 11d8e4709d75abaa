// SPDX-License-Identifier: GPL-3.0-or-later
// What holds for every registered family, on tiny checkpoints made with transformers (tests/golden/make_families.py).
#include "core/checkpoint/checkpoint.h"
#include "core/model/compute.h"
#include "core/model/family.h"
#include "core/model/fingerprint.h"
#include "core/search/calibration.h"
#include "core/search/engine.h"
#include "core/search/policy.h"
#include "search/tiny_search.h"
#include "support/error_of.h"
#include "support/recorded_model.h"
#include "support/tensors.h"

#include <ATen/ATen.h>

#include <QTest>

#include <algorithm>
#include <fstream>
#include <set>

using namespace invar;

namespace {

nlohmann::json recorded() {
    std::ifstream file(test::golden("families/logits.json"));
    return nlohmann::json::parse(file);
}

std::filesystem::path folder_of(const std::string &name) { return test::golden("families") / name; }

/// Every golden checkpoint, OPT's first one included.
void add_models() {
    QTest::addColumn<QString>("folder");
    QTest::addRow("opt") << test::shown(test::golden("tiny-opt"));
    const auto known = recorded();
    for (const auto &[name, values] : known.items())
        QTest::addRow("%s", name.c_str()) << test::shown(folder_of(name));
}

/// Logits in float64, where exactness is told from rounding, with `state` applied to every layer.
at::Tensor run_exactly(const LanguageModel &model, const LayerState &state, const ResidualOrder &order = {}) {
    const auto &family = model.family();
    const auto weights = reorder_residual(model.weights().to(at::kDouble, at::kCPU), family, order);
    auto hidden = family.embed(weights, at::arange(3, 3 + 24, at::kLong).view({2, 12}));
    for (const auto &unscaled : weights.layers) {
        const auto layer = with_norm_scales(unscaled, state.norms, family);
        const auto ffn = apply(state.ffn, take_ffn(layer, family.ffn()), family.ffn());
        const auto attention = apply(state, take_attention(layer, family.attention()), family.attention());
        hidden =
            family.run_layer(with_attention(with_ffn(layer, family.ffn(), ffn), family.attention(), attention), hidden);
    }
    return at::linear(family.head_input(weights, hidden), weights.head);
}

/// A move of half the neurons or channels that is far from none.
LayerState moved(const ModelInfo &info, Invariance invariance) {
    StepRandom random(1, static_cast<std::int64_t>(invariance));
    auto state =
        make_move(random, 0, LayerState::identity(info.ffn_size), only(invariance), {0.5, 0.3, 0.1}, info.layer_shape())
            .state;
    if (state.key == NeuronState::identity(info.attention.channels())) // what a search would never try
        std::swap(state.key.order[0], state.key.order[2]);
    return state;
}

SearchSettings search_settings(const LanguageModel &model) {
    auto settings = test::tiny_settings();
    settings.model = model.folder().string();
    return settings;
}

} // namespace

class TestFamilies : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void every_registered_family_has_a_golden_checkpoint() {
        std::set<std::string> seen{"opt"};
        const auto known = recorded();
        for (const auto &[name, values] : known.items())
            seen.insert(LanguageModel::open(folder_of(name))->info().family);
        for (const auto &family : known_families())
            QVERIFY2(seen.contains(family), family.c_str());
    }

    void logits_and_perplexity_equal_those_of_transformers_data() {
        QTest::addColumn<QString>("name");
        const auto known = recorded();
        for (const auto &[name, values] : known.items())
            QTest::addRow("%s", name.c_str()) << QString::fromStdString(name);
    }
    void logits_and_perplexity_equal_those_of_transformers() {
        QFETCH(QString, name);
        const auto golden = recorded().at(name.toStdString());
        const auto model = LanguageModel::open(folder_of(name.toStdString()));
        const auto difference = test::logit_difference(*model, golden);
        QVERIFY2(difference < 1e-4, qPrintable(QString::number(difference)));
        QVERIFY(test::perplexity_difference(*model, golden.at("perplexity")) < 1e-3);
    }

    void visiting_the_tensors_gives_back_the_checkpoint_data() { add_models(); }
    void visiting_the_tensors_gives_back_the_checkpoint() {
        QFETCH(QString, folder);
        const auto model = LanguageModel::open(folder.toStdString());
        const auto checkpoint = Checkpoint::open(model->folder());
        std::size_t visited = 0;
        model->family().visit_tensors(model->weights(), [&](const std::string &name, const at::Tensor &tensor) {
            QVERIFY2(checkpoint.contains(name), name.c_str());
            QCOMPARE(tensor.sizes().vec(), checkpoint.at(name).shape);
            ++visited;
        });
        QCOMPARE(visited, checkpoint.tensors().size());
    }

    void every_quantizable_matrix_is_a_tensor_of_the_checkpoint_data() { add_models(); }
    void every_quantizable_matrix_is_a_tensor_of_the_checkpoint() {
        QFETCH(QString, folder);
        const auto model = LanguageModel::open(folder.toStdString());
        const auto checkpoint = Checkpoint::open(model->folder());
        for (const auto &matrix : model->info().matrices) {
            const auto colon = matrix.name.find(':'); // before a part of a tensor that holds several
            const auto &tensor = checkpoint.at(matrix.name.substr(0, colon) + ".weight");
            if (colon != std::string::npos)
                QVERIFY(tensor.elements() > matrix.rows * matrix.cols);
            else if (model->info().family == "gpt2")
                QCOMPARE(tensor.shape, (std::vector{matrix.cols, matrix.rows}));
            else
                QCOMPARE(tensor.shape, (std::vector{matrix.rows, matrix.cols}));
        }
    }

    void tensors_are_found_under_the_other_names_that_some_checkpoints_have_data() {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QString>("written");
        QTest::addColumn<QString>("instead");
        QTest::addRow("gpt2") << "gpt2-plain"
                              << "transformer."
                              << "";
        QTest::addRow("gpt_neox") << "gpt_neox-parallel"
                                  << "gpt_neox."
                                  << "";
        QTest::addRow("gpt_neox's head") << "gpt_neox-parallel"
                                         << "embed_out."
                                         << "lm_head.";
        QTest::addRow("gemma3") << "gemma3-nested"
                                << "model.language_model."
                                << "language_model.model.";
    }
    void tensors_are_found_under_the_other_names_that_some_checkpoints_have() {
        QFETCH(QString, name);
        QFETCH(QString, written);
        QFETCH(QString, instead);
        const auto model = LanguageModel::open(folder_of(name.toStdString()));
        std::map<std::string, StoredTensor> renamed;
        const auto checkpoint = Checkpoint::open(model->folder());
        for (const auto &[tensor, stored] : checkpoint.tensors()) {
            const auto found = tensor.starts_with(written.toStdString());
            renamed[found ? instead.toStdString() + tensor.substr(static_cast<std::size_t>(written.size())) : tensor] =
                stored;
        }
        const auto weights = model->family().load(Checkpoint(renamed), {});
        QCOMPARE(fingerprint(weights), fingerprint(model->weights()));
    }

    void invariances_are_as_exact_as_their_family_says_data() { add_models(); }
    void invariances_are_as_exact_as_their_family_says() {
        QFETCH(QString, folder);
        const auto model = LanguageModel::open(folder.toStdString());
        const auto info = model->info();
        const auto before = run_exactly(*model, LayerState::identity(info.ffn_size));
        for (const auto &[invariance, exactness] : info.invariances) {
            StepRandom random(3, 1);
            const ResidualOrder order(invariance == Invariance::residual_permutation
                                          ? make_residual_move(random, info.hidden_size, {0.5, 0, 0}).residual_move
                                          : std::vector<std::int64_t>{},
                                      at::kCPU);
            const auto drift = test::relative_difference(run_exactly(*model, moved(info, invariance), order), before);
            qInfo("%-12s %-18s %-12s drift %.1e", info.family.c_str(), std::string(name_of(invariance)).c_str(),
                  std::string(name_of(exactness)).c_str(), drift);
            // Sines and inverted factors are rounded to float32; everything else is float64.
            const auto part = part_of(invariance);
            if (part == MovedPart::norms && exactness == Exactness::none)
                continue; // there is nothing to move
            const bool rounds = part == MovedPart::value || part == MovedPart::key;
            QVERIFY(exactness == Exactness::exact ? drift < (rounds ? 2e-7 : 1e-12) : drift > 1e-5);
            QVERIFY(part_of(invariance) != MovedPart::ffn || exactness != Exactness::none);
        }
    }

    void a_search_keeps_its_cache_right_in_every_family_data() { add_models(); }
    void a_search_keeps_its_cache_right_in_every_family() {
        const ComputeScope scope(1);
        QFETCH(QString, folder);
        const auto model = LanguageModel::open(folder.toStdString());
        auto settings = search_settings(*model);
        settings.policy = "screened";
        SearchEngine engine(model, settings, load_calibration(settings, *model), {});
        const auto policy = make_policy(settings, move_space(model->info()));
        engine.take_gradient();
        int accepted = 0;
        for (std::int64_t step = 1; step <= 30; ++step) {
            auto proposals = policy->propose(engine.states(), step);
            const auto changes = engine.predicted_changes(proposals);
            auto &best = proposals[static_cast<std::size_t>(std::ranges::min_element(changes) - changes.begin())];
            auto candidate = engine.evaluate(best.layer, std::move(best.state));
            if (engine.loss(candidate.terms) < engine.loss(engine.terms())) {
                engine.accept(std::move(candidate));
                ++accepted;
            }
        }
        QVERIFY(accepted > 3);
        const auto scratch = engine.evaluate_from_scratch();
        QVERIFY(std::abs(engine.terms().ce / scratch.ce - 1) < 1e-6);
        QVERIFY(std::abs(engine.terms().mse / scratch.mse - 1) < 1e-6);
    }

    void moves_of_attention_lower_the_loss_and_keep_the_cache_right_data() { add_models(); }
    void moves_of_attention_lower_the_loss_and_keep_the_cache_right() {
        const ComputeScope scope(1);
        QFETCH(QString, folder);
        const auto model = LanguageModel::open(folder.toStdString());
        const auto info = model->info();
        auto settings = search_settings(*model);
        settings.policy = "single";
        settings.swap_fraction = 0.5;
        settings.scale_std = 0.2;
        for (const auto &[invariance, exactness] : info.invariances)
            settings.invariances.set(invariance, exactness == Exactness::exact);
        QVERIFY(find_problems(settings, info).empty());
        SearchEngine engine(model, settings, load_calibration(settings, *model), {});
        const auto policy = make_policy(settings, move_space(info));
        std::set<MovedPart> accepted;
        for (std::int64_t step = 1; step <= 150; ++step) {
            StepRandom random(9, step);
            auto proposal = policy->propose(engine.states(), step).front();
            if (step % 6 == 0) {
                proposal = make_residual_move(random, info.hidden_size, {0.1, 0, 0});
            } else if (step % 6 == 3 && info.norms > 0) { // by little: at random most are for the worse
                const auto layer = static_cast<std::size_t>(step) % engine.states().size();
                proposal = make_move(random, static_cast<int>(layer), engine.states()[layer],
                                     only(Invariance::norm_scaling), {0.05, 0.02, 0}, info.layer_shape());
            }
            const auto part = part_of(members_of(proposal.moved).front());
            auto candidate = engine.evaluate(std::move(proposal));
            if (engine.loss(candidate.terms) < engine.loss(engine.terms())) {
                engine.accept(std::move(candidate));
                accepted.insert(part);
            }
        }
        QVERIFY(accepted.contains(MovedPart::value));
        QVERIFY(accepted.contains(MovedPart::residual));
        QVERIFY(accepted.contains(MovedPart::norms) || info.norms == 0);
        QVERIFY(accepted.contains(MovedPart::key) || info.invariances.at(Invariance::key_scaling) == Exactness::none);
        const auto before = engine.terms();
        const auto scratch = engine.evaluate_from_scratch();
        QVERIFY(std::abs(before.ce / scratch.ce - 1) < 1e-6);
        QVERIFY(std::abs(before.mse / scratch.mse - 1) < 1e-6);
        const auto order = engine.residual_order();
        engine.restore(engine.states());
        QVERIFY(engine.residual_order().empty());
        engine.restore(engine.states(), order);
        QVERIFY(std::abs(before.ce / engine.terms().ce - 1) < 1e-6);
    }

    void a_state_that_would_change_the_function_is_never_made_and_refused_data() { add_models(); }
    void a_state_that_would_change_the_function_is_never_made_and_refused() {
        QFETCH(QString, folder);
        const auto info = LanguageModel::open(folder.toStdString())->info();
        InvarianceSet all;
        for (const auto &[invariance, exactness] : info.invariances)
            all.set(invariance, exactness != Exactness::none);
        StepRandom random(4, 1);
        auto state = LayerState::identity(info.ffn_size);
        for (int i = 0; i < 20; ++i) {
            state = make_move(random, 0, state, all, {0.4, 0.1, 0.1}, info.layer_shape()).state;
            check(state, info.layer_shape());
        }
        auto crossed = state;
        if (info.attention.key_value_heads > 1) {
            std::swap(crossed.value.order.front(), crossed.value.order.back());
            VERIFY_ERROR(check(crossed, info.layer_shape()), "another attention head");
        }
        if (info.norms > 0) {
            crossed = state;
            crossed.norms.front().front() = 0;
            VERIFY_ERROR(check(crossed, info.layer_shape()), "not a positive number");
            crossed.norms.front().pop_back();
            VERIFY_ERROR(check(crossed, info.layer_shape()), "channels");
            crossed.norms.pop_back();
            VERIFY_ERROR(check(crossed, info.layer_shape()), "norms");
        }
        if (info.attention.rotary_size > 0) {
            crossed = state;
            crossed.key = NeuronState::identity(info.attention.channels());
            crossed.key.scale[1] = 2;
            VERIFY_ERROR(check(crossed, info.layer_shape()), "two factors");
        }
    }

    void broken_configurations_are_refused_by_name_data() {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QString>("key");
        QTest::addColumn<QString>("value");
        QTest::addColumn<QString>("complaint");
        const auto row = [](const char *name, const char *key, const char *value, const char *complaint) {
            QTest::addRow("%s: %s", name, key) << name << key << value << complaint;
        };
        row("llama-tied", "rope_parameters", R"({"rope_type": "yarn", "rope_theta": 1e4})", "yarn");
        row("llama-tied", "rope_parameters", R"({"rope_type": "llama3", "rope_theta": 1e4})", "factor");
        row("llama-tied", "rope_parameters", "7", "rope_parameters");
        row("llama-tied", "hidden_act", R"("gelu")", "gelu");
        row("llama-biased", "rope_theta", "-1", "rope_theta");
        row("llama-biased", "num_key_value_heads", "3", "num_key_value_heads");
        row("llama-biased", "head_dim", "11", "pairs");
        row("phi3-longrope", "rope_parameters", R"({"rope_type": "longrope", "short_factor": [1, 2, 3]})",
            "short_factor");
        row("phi3-longrope", "rope_parameters", R"({"partial_rotary_factor": 1.5})", "pairs");
        row("gemma3_text-local", "final_logit_softcapping", "30.0", "final_logit_softcapping");
        row("gemma3_text-local", "use_bidirectional_attention", "true", "both ways");
        row("gemma3_text-local", "hidden_activation", R"("silu")", "gelu_pytorch_tanh");
        row("gemma3-nested", "text_config", "null", "text_config");
        row("gpt2-plain", "n_head", "5", "not a multiple of 5 heads");
        row("gpt2-plain", "activation_function", R"("silu")", "gelu_new");
        row("gpt2-plain", "scale_attn_by_inverse_layer_idx", "true", "scaled by layer");
        row("gpt_neox-parallel", "rotary_pct", "0.01", "pairs");
        row("qwen2-window", "layer_types", R"(["full_attention"])", "layer_types");
        row("qwen3-plain", "rms_norm_eps", "0", "rms_norm_eps");
    }
    void broken_configurations_are_refused_by_name() {
        QFETCH(QString, name);
        QFETCH(QString, key);
        QFETCH(QString, value);
        QFETCH(QString, complaint);
        const test::TemporaryFolder temporary;
        const auto folder = temporary.copy_of(folder_of(name.toStdString()));
        const auto file = folder / "config.json";
        auto config = nlohmann::json::parse(test::read_bytes(file).toStdString());
        config[key.toStdString()] = nlohmann::json::parse(value.toStdString());
        QVERIFY(test::write_bytes(file, QByteArray::fromStdString(config.dump())));
        VERIFY_ERROR(LanguageModel::open(folder), "config.json", complaint);
    }
};

QTEST_APPLESS_MAIN(TestFamilies)
#include "tst_families.moc"
