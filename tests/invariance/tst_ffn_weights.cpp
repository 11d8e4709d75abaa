// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/invariance/ffn_weights.h"
#include "core/model/family.h"
#include "core/model/language_model.h"
#include "search/published_moves.h"
#include "support/error_of.h"
#include "support/tensors.h"

#include <ATen/ATen.h>

#include <QTest>

#include <algorithm>
#include <random>

using namespace invar;

namespace {

/// Float64 copy of a small model: exactness is told from rounding there.
struct SmallModel {
    std::shared_ptr<const LanguageModel> model = LanguageModel::open(INVAR_GOLDEN_DIR "/tiny-opt");
    ModelWeights weights = model->weights().to(at::kDouble, at::kCPU);
    at::Tensor ids = at::arange(3, 3 + 24, at::kLong).view({2, 12});

    /// Last hidden states with `state` applied to every layer.
    [[nodiscard]] at::Tensor run(const NeuronState &state) const {
        const auto &family = model->family();
        auto hidden = family.embed(weights, ids);
        for (const auto &layer : weights.layers) {
            const auto ffn = apply(state, take_ffn(layer, family.ffn()), family.ffn());
            hidden = family.run_layer(with_ffn(layer, family.ffn(), ffn), hidden);
        }
        return hidden;
    }
    [[nodiscard]] NeuronState identity() const { return NeuronState::identity(model->info().ffn_size); }
    [[nodiscard]] double drift(const NeuronState &state) const {
        return test::relative_difference(run(state), run(identity()));
    }
};

} // namespace

class TestFfnWeights : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void permuting_neurons_leaves_the_function_unchanged() {
        const SmallModel small;
        std::mt19937 random(1);
        for (int trial = 0; trial < 5; ++trial) {
            auto state = small.identity();
            std::ranges::shuffle(state.order, random);
            QVERIFY(small.drift(state) < 1e-12);
        }
    }

    void scaling_neurons_by_positive_factors_leaves_a_relu_ffn_unchanged() {
        const SmallModel small;
        std::mt19937 random(2);
        std::uniform_real_distribution<float> factor(0.2F, 5.0F);
        for (int trial = 0; trial < 5; ++trial) {
            auto state = small.identity();
            std::ranges::generate(state.scale, [&] { return factor(random); });
            QVERIFY(small.drift(state) < 1e-12);
        }
    }

    void rotating_neurons_moves_the_function_by_an_amount_that_grows_with_the_angle() {
        const SmallModel small;
        double previous = 0;
        for (const float angle : {1e-5F, 1e-3F, 1e-1F}) {
            auto state = small.identity();
            std::ranges::fill(state.rotation, angle);
            const auto drift = small.drift(state);
            QVERIFY2(drift > previous, "a larger angle must move the function further");
            QVERIFY2(drift < 100 * static_cast<double>(angle), "the published angles must stay nearly exact");
            previous = drift;
        }
        QVERIFY(previous > 1e-3); // and a large one is visibly not an invariance
    }

    void permutation_and_scaling_together_leave_the_function_unchanged() {
        const SmallModel small;
        std::mt19937 random(3);
        auto state = small.identity();
        std::ranges::shuffle(state.order, random);
        std::uniform_real_distribution<float> factor(0.5F, 2.0F);
        std::ranges::generate(state.scale, [&] { return factor(random); });
        QVERIFY(small.drift(state) < 1e-12);
    }

    void the_last_of_an_odd_number_of_neurons_is_its_own_partner() {
        auto state = NeuronState::identity(5);
        state.rotation = {0.1F, 0.2F};
        state.order = {4, 3, 2, 1, 0};
        const auto map = NeuronMap::of(state);
        QCOMPARE(map.source, (std::vector<std::int32_t>{4, 3, 2, 1, 0}));
        QCOMPARE(map.partner, (std::vector<std::int32_t>{4, 2, 3, 0, 1}));
        QCOMPARE(map.own.front(), 1.0F);
        QCOMPARE(map.mixed.front(), 0.0F);
    }

    void the_identity_changes_no_bit_of_the_weights() {
        const SmallModel small;
        const auto layout = small.model->family().ffn();
        const auto ffn = take_ffn(small.model->weights().layers[0], layout);
        const auto same = apply(small.identity(), ffn, layout);
        QVERIFY(at::equal(same.inputs[0].weight, ffn.inputs[0].weight));
        QVERIFY(at::equal(same.inputs[0].bias, ffn.inputs[0].bias));
        QVERIFY(at::equal(same.output.weight, ffn.output.weight));
    }

    void states_that_cannot_be_applied_are_refused() {
        auto state = NeuronState::identity(8);
        VERIFY_ERROR((check(state, 10), 0), "8", "10");
        state.order[0] = 1;
        VERIFY_ERROR((check(state, 8), 0), "not a permutation");
        state = NeuronState::identity(8);
        state.scale[3] = 0;
        VERIFY_ERROR((check(state, 8), 0), "scale");
        state = NeuronState::identity(8);
        state.rotation[1] = std::numeric_limits<float>::quiet_NaN();
        VERIFY_ERROR((check(state, 8), 0), "angle");
    }

    void a_proposal_depends_on_seed_and_step_alone() {
        SearchSettings settings;
        const std::vector<LayerState> accepted(3, LayerState::identity(64));
        const auto first = test::propose_published(settings, accepted, 7);
        QCOMPARE(test::propose_published(settings, accepted, 7).layer, first.layer);
        QVERIFY(test::propose_published(settings, accepted, 7).state == first.state);
        QVERIFY(test::propose_published(settings, accepted, 8).state != first.state);
        settings.seed = 1;
        QVERIFY(test::propose_published(settings, accepted, 7).state != first.state);
    }

    void a_proposal_moves_the_share_of_neurons_that_was_asked_for() {
        SearchSettings settings;
        settings.swap_fraction = 0.25;
        const std::vector<LayerState> accepted(2, LayerState::identity(64));
        for (std::int64_t step = 1; step <= 50; ++step) {
            const auto state = test::propose_published(settings, accepted, step).state.ffn;
            check(state, 64); // the order stays a permutation
            int moved = 0;
            for (std::int64_t i = 0; i < 64; ++i)
                moved += state.order[static_cast<std::size_t>(i)] != i ? 1 : 0;
            QCOMPARE(moved, 16);
            QCOMPARE(std::ranges::count_if(state.scale, [](float s) { return s != 1.0F; }), 16);
            QCOMPARE(std::ranges::count_if(state.rotation, [](float r) { return r != 0.0F; }), 8);
        }
    }

    void a_disabled_invariance_never_moves() {
        SearchSettings settings;
        settings.invariances = {.permutation = false, .scaling = true, .rotation = false};
        const std::vector<LayerState> accepted(1, LayerState::identity(64));
        const auto state = test::propose_published(settings, accepted, 1).state.ffn;
        QVERIFY(!state.rotates());
        QCOMPARE(state.order, NeuronState::identity(64).order);
        QVERIFY(state.scale != NeuronState::identity(64).scale);
    }

    void proposals_reach_every_layer_and_scale_in_the_published_width() {
        SearchSettings settings;
        const std::vector<LayerState> accepted(4, LayerState::identity(256));
        std::vector<int> layers(4, 0);
        double squares = 0;
        int scales = 0;
        for (std::int64_t step = 1; step <= 400; ++step) {
            const auto proposal = test::propose_published(settings, accepted, step);
            ++layers[static_cast<std::size_t>(proposal.layer)];
            for (const auto scale : proposal.state.ffn.scale)
                if (scale != 1.0F) {
                    squares += (scale - 1.0) * (scale - 1.0);
                    ++scales;
                }
        }
        for (const auto count : layers)
            QVERIFY(count > 60 && count < 140); // 100 expected
        const auto deviation = std::sqrt(squares / scales);
        QVERIFY(deviation > 0.0095 && deviation < 0.0105); // 0.01 asked for, 10 000 samples
    }
};

QTEST_APPLESS_MAIN(TestFfnWeights)
#include "tst_ffn_weights.moc"
