// SPDX-License-Identifier: GPL-3.0-or-later
// Searches on top of every registered starting method.
#include "core/base/files.h"
#include "core/evaluate/perplexity.h"
#include "core/quant/methods.h"
#include "core/search/open_model.h"
#include "core/search/run.h"
#include "core/search/run_folder.h"
#include "core/search/steps_csv.h"
#include "search/tiny_search.h"
#include "support/error_of.h"

#include <QTest>

using namespace invar;

namespace {

void add_methods() {
    QTest::addColumn<QString>("method");
    for (const auto &method : starting_methods())
        QTest::addRow("%s", method.name.c_str()) << QString::fromStdString(method.name);
    QTest::addRow("gptq, solved again in the search") << "gptq:in-search=1";
    QTest::addRow("gptq in order, solved again in the search") << "gptq:in-search=1,act-order=0";
}

SearchSettings settings_for(const QString &method, const char *model) {
    auto settings = test::tiny_settings(model);
    const auto words = method.toStdString();
    settings.method = words.substr(0, words.find(':'));
    if (settings.method != words)
        settings.method_options = parse_method_options(words.substr(words.find(':') + 1));
    settings.policy = "screened";
    settings.draws = 4;
    settings.steps = 40;
    for (const auto &info : starting_methods())
        for (const auto &option : info.options)
            if (info.name == settings.method && (option.name == "iterations" || option.name == "epochs"))
                settings.method_options[option.name] = 3;
    return settings;
}

std::vector<std::string> rows_without_time(const std::filesystem::path &folder) {
    std::vector<std::string> rows;
    for (auto record : read_run_record(folder).steps) {
        record.seconds = 0;
        rows.push_back(to_csv_row(record));
    }
    return rows;
}

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
            QCOMPARE(rows_without_time(folder / "parts"), rows_without_time(folder / "whole"));
            QCOMPARE(parts.loss, whole.loss);
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

    void a_damaged_start_is_refused_by_name() {
        const test::TemporaryFolder folder;
        quantize(settings_for(QStringLiteral("gptq"), "tiny-opt"), folder / "run", {});
        const auto file = folder / "run" / "start.safetensors";
        auto bytes = test::read_bytes(file);
        QVERIFY(bytes.size() > 1000);
        QVERIFY(test::write_bytes(file, bytes.first(bytes.size() / 2)));
        VERIFY_ERROR(open_model((folder / "run").string()), "start.safetensors");
        std::filesystem::remove(file);
        VERIFY_ERROR(open_model((folder / "run").string()), "start.safetensors", "missing");
        RunControl control;
        test::Listener listener;
        VERIFY_ERROR(resume(folder / "run", 10, 0, control, listener), "start.safetensors", "missing");
    }
};

QTEST_APPLESS_MAIN(TestStartingPoints)
#include "tst_starting_points.moc"
