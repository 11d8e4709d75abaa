// SPDX-License-Identifier: GPL-3.0-or-later
// Whole searches on a GPU, beside the same on the CPU. (The kernels alone: tests/cuda. Decisions: tst_replay.)
#include "core/evaluate/perplexity.h"
#include "core/quant/method.h"
#include "core/search/open_model.h"
#include "core/search/run.h"
#include "core/search/run_folder.h"
#include "core/search/sensitivity.h"
#include "search/tiny_search.h"
#include "support/gpu.h"
#include "support/starting_methods.h"

#include <QTest>

#include <cmath>

using namespace invar;

namespace {

SearchSettings settings_for(const std::string &method, const char *model = "families/llama-biased") {
    auto settings = test::tiny_settings(model);
    settings.method = method;
    settings.policy = "screened";
    settings.draws = 4;
    settings.steps = 30;
    settings.invariances.rotation = false;
    settings.method_options = test::quick_options(make_starting_method(method)->info(), 3);
    return settings;
}

SearchSettings on_the_gpu(SearchSettings settings) {
    settings.device = "cuda";
    return settings;
}

bool about_equal(double a, double b, double share) { return std::abs(a - b) <= share * std::abs(b); }

} // namespace

class TestGpu : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { NEEDS_A_GPU(); }

    void every_starting_method_gives_what_it_gives_on_the_cpu_data() { test::add_starting_methods(); }
    void every_starting_method_gives_what_it_gives_on_the_cpu() {
        QFETCH(QString, method);
        const test::TemporaryFolder folder;
        const auto settings = settings_for(method.toStdString());
        const auto here = quantize(settings, folder / "cpu", {});
        const auto there = quantize(on_the_gpu(settings), folder / "gpu", {});
        QCOMPARE(there.matrices.size(), here.matrices.size());
        QVERIFY(about_equal(read_run_record(folder / "gpu").ce0, read_run_record(folder / "cpu").ce0, 0.02));
        // Sums in another order turn single roundings round, and what follows them; whole matrices stay as good.
        for (std::size_t i = 0; i < here.matrices.size(); ++i)
            QVERIFY2(
                about_equal(there.matrices[i].mse, here.matrices[i].mse, 0.1),
                qPrintable(QStringLiteral("%1: %2, %3").arg(i).arg(there.matrices[i].mse).arg(here.matrices[i].mse)));
    }

    void a_search_from_every_start_lowers_the_objective_resumes_bit_for_bit_and_opens_on_the_cpu_data() {
        test::add_starting_methods();
    }
    void a_search_from_every_start_lowers_the_objective_resumes_bit_for_bit_and_opens_on_the_cpu() {
        QFETCH(QString, method);
        const test::TemporaryFolder folder;
        auto settings = on_the_gpu(settings_for(method.toStdString()));
        test::Listener listener;
        RunControl control;
        const auto whole = search(settings, folder / "whole", control, listener);
        QVERIFY(whole.accepted > 0);
        QVERIFY(whole.loss < 1 + settings.alpha);
        settings.steps = 10;
        search(settings, folder / "parts", control, listener);
        resume(folder / "parts", 30, 0, control, listener);
        QCOMPARE(test::rows_without_time(folder / "parts"), test::rows_without_time(folder / "whole"));

        const std::vector<std::int32_t> ids = {5, 9, 30, 41, 7, 60};
        const auto model = open_model((folder / "whole").string());
        const auto here = last_logits(*model, ids, {});
        const auto there = last_logits(*model, ids, {.device = "cuda"});
        for (std::size_t i = 0; i < here.size(); ++i)
            QVERIFY(std::abs(here[i] - there[i]) < 1e-3);
    }

    void every_policy_and_all_moves_of_attention_lower_the_objective_in_both_precisions_data() {
        QTest::addColumn<QString>("policy");
        QTest::addColumn<bool>("bfloat16");
        for (const bool half : {false, true})
            for (const auto *policy : {"published", "adaptive", "bandit", "screened", "composed", "sweep"})
                QTest::addRow("%s, %s", policy, half ? "bfloat16" : "float32") << policy << half;
    }
    void every_policy_and_all_moves_of_attention_lower_the_objective_in_both_precisions() {
        QFETCH(QString, policy);
        QFETCH(bool, bfloat16);
        const test::TemporaryFolder folder;
        auto settings = on_the_gpu(settings_for("rtn"));
        settings.policy = policy.toStdString();
        settings.precision = bfloat16 ? Precision::bfloat16 : Precision::float32;
        settings.invariances = parse_invariances("permutation,scaling,value-permutation,value-scaling,value-rotation,"
                                                 "key-scaling,key-rotation,residual-permutation,norm-scaling");
        settings.steps = 60;
        test::Listener listener;
        RunControl control;
        const auto found = search(settings, folder / "run", control, listener);
        QVERIFY(found.accepted > 0);
        QVERIFY(found.loss < 1 + settings.alpha);
    }

    void which_layers_hurt_is_the_same_as_on_the_cpu() {
        auto settings = settings_for("rtn");
        const auto here = measure_sensitivity(settings, {}, {});
        const auto there = measure_sensitivity(on_the_gpu(settings), {}, {});
        QCOMPARE(there.matrices.size(), here.matrices.size());
        for (std::size_t i = 0; i < here.matrices.size(); ++i)
            QVERIFY(std::abs(there.matrices[i].rise - here.matrices[i].rise) < 1e-4);
    }
};

QTEST_GUILESS_MAIN(TestGpu)
#include "tst_gpu.moc"
