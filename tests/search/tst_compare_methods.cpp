// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/search/compare_methods.h"

#include "search/tiny_search.h"
#include "support/error_of.h"
#include "support/tiny_model.h"

#include <QTest>

#include <algorithm>

using namespace invar;

namespace {

/// A model that can read a text, and the text.
struct Case {
    test::TemporaryFolder folder;
    SearchSettings settings = test::tiny_settings();
    std::filesystem::path heldout = folder / "heldout.txt";

    Case() {
        settings.model = test::tiny_model_with_tokenizer(folder).toStdString();
        if (!test::write_bytes(heldout, QByteArray(400, 'x').replace("xx", "a b")))
            qFatal("the text cannot be written");
    }
};

/// AutoRound and OmniQuant take their time with standard options.
std::map<std::string, MethodOptions> quick_options() {
    return {{"autoround", {{"iterations", 3}}}, {"omniquant", {{"epochs", 1}}}};
}

const MethodOutcome &outcome_of(const std::vector<MethodOutcome> &outcomes, std::string_view method) {
    const auto found = std::ranges::find(outcomes, method, &MethodOutcome::method);
    if (found == outcomes.end())
        qFatal("a method is missing");
    return *found;
}

} // namespace

class TestCompareMethods : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void every_method_is_measured_with_the_options_that_are_given_for_it() {
        Case tiny;
        auto &settings = tiny.settings;
        settings.method = "rtn";
        settings.method_options = {{"clip", 1}};
        std::vector<double> fractions;
        std::vector<std::int64_t> steps;
        const auto outcomes = compare_methods(
            settings, quick_options(), tiny.heldout,
            {.stop = {}, .progress = [&](double fraction, std::string_view) { fractions.push_back(fraction); }},
            nullptr, [&](const MethodTraining &training) {
                if (training.method == "autoround")
                    steps.push_back(training.point.steps);
            });
        QVERIFY(outcomes.front().method.empty()); // the full-precision model
        for (const auto &method : starting_methods()) {
            const auto &outcome = outcome_of(outcomes, method.name);
            QVERIFY(outcome.perplexity > 1);
            QVERIFY(outcome.problem.empty());
        }
        QCOMPARE(outcome_of(outcomes, "rtn").options, settings.method_options);
        QVERIFY(!steps.empty());
        QVERIFY(std::ranges::all_of(steps, [](std::int64_t count) { return count == 3; }));
        QVERIFY(std::ranges::is_sorted(fractions));
        QVERIFY(fractions.back() <= 1 + 1e-9);
    }

    void a_method_that_cannot_run_says_why_and_the_others_are_measured() {
        Case tiny;
        auto &settings = tiny.settings;
        settings.grid.symmetric = true;
        settings.grid.bits = 1;
        const auto outcomes = compare_methods(settings, {}, tiny.heldout, {});
        for (const auto &method : starting_methods()) {
            const auto &outcome = outcome_of(outcomes, method.name);
            QCOMPARE(outcome.problem.empty(), !method.learns_ranges);
            QCOMPARE(outcome.perplexity > 1, !method.learns_ranges);
        }
        settings.method = "autoround"; // chosen: nothing to go on with
        VERIFY_ERROR((void)compare_methods(settings, {}, tiny.heldout, {}), "symmetric");
    }
};

QTEST_APPLESS_MAIN(TestCompareMethods)
#include "tst_compare_methods.moc"
