// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/files.h"
#include "core/checkpoint/safetensors.h"
#include "core/evaluate/perplexity.h"
#include "core/export/exporters.h"
#include "core/model/family.h"
#include "core/search/open_model.h"
#include "search/tiny_search.h"
#include "support/error_of.h"

#include <ATen/ATen.h>

#include <QTest>

#include <algorithm>
#include <cmath>
#include <set>

using namespace invar;

namespace {

/// A finished tiny search.
class FinishedRun {
public:
    explicit FinishedRun(const char *model = "tiny-opt") {
        RunControl control;
        test::Listener listener;
        auto settings = test::tiny_settings(model);
        settings.usual_moves = true; // whatever the model's family does exactly
        search(settings, run(), control, listener);
    }
    [[nodiscard]] std::filesystem::path run() const { return folder_ / "run"; }
    [[nodiscard]] std::filesystem::path output() const { return folder_ / "out"; }
    [[nodiscard]] const test::TemporaryFolder &folder() const { return folder_; }

private:
    test::TemporaryFolder folder_;
};

/// Perplexity on the token ids that the tiny searches are calibrated on.
double perplexity(const std::filesystem::path &model) {
    const auto ids = nlohmann::json::parse(read_text_file(test::golden("replay/ids.json")));
    return measure_perplexity(*open_model(model.string()), ids.get<std::vector<std::int32_t>>(), {.window = 16})
        .perplexity;
}

} // namespace

class TestExporters : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void every_format_writes_what_it_lists_and_overwrites_nothing_data() {
        QTest::addColumn<QString>("format");
        for (const auto &format : export_formats())
            QTest::addRow("%s", format.name.c_str()) << QString::fromStdString(format.name);
    }
    void every_format_writes_what_it_lists_and_overwrites_nothing() {
        QFETCH(QString, format);
        const FinishedRun finished;
        const auto result = export_run(finished.run(), format.toStdString(), finished.output(), {});
        QVERIFY(!result.files.empty());
        std::int64_t bytes = 0;
        std::set<std::filesystem::path> files;
        for (const auto &file : result.files) {
            QVERIFY(files.insert(file).second);
            bytes += static_cast<std::int64_t>(std::filesystem::file_size(file));
        }
        QCOMPARE(result.bytes, bytes);
        VERIFY_ERROR(export_run(finished.run(), format.toStdString(), finished.output(), {}), "already exists");
    }

    void a_cancelled_export_leaves_nothing_behind_data() {
        every_format_writes_what_it_lists_and_overwrites_nothing_data();
    }
    void a_cancelled_export_leaves_nothing_behind() {
        QFETCH(QString, format);
        const FinishedRun finished;
        std::stop_source source;
        source.request_stop();
        QVERIFY_EXCEPTION_THROWN(
            export_run(finished.run(), format.toStdString(), finished.output(), {.stop = source.get_token()}),
            Cancelled);
        QCOMPARE(std::distance(std::filesystem::directory_iterator(finished.folder().path()), {}), 1);
    }

    void the_exported_folder_computes_what_the_run_computed_data() {
        QTest::addColumn<QByteArray>("model");
        for (const auto *model : {"tiny-opt", "tiny-opt-350m", "tiny-opt-sharded", "tiny-opt-bin", "gguf/llama.gguf",
                                  "gguf/gemma3.gguf", "gguf/gptneox.gguf", "gguf/gpt2.gguf"})
            QTest::addRow("%s", model) << QByteArray(model);
    }
    void the_exported_folder_computes_what_the_run_computed() {
        QFETCH(QByteArray, model);
        const FinishedRun finished(model.constData());
        export_run(finished.run(), "hf", finished.output(), {});
        QVERIFY(std::abs(perplexity(finished.output()) / perplexity(finished.run()) - 1) < 5e-3);
    }

    void the_unquantized_folder_computes_what_the_original_did_in_other_weights_data() {
        the_exported_folder_computes_what_the_run_computed_data();
    }
    void the_unquantized_folder_computes_what_the_original_did_in_other_weights() {
        QFETCH(QByteArray, model);
        const FinishedRun finished(model.constData());
        export_run(finished.run(), "hf-unquantized", finished.output(), {});
        const auto original = open_model(finished.run().string(), {}, RunState::full_precision);
        const auto moved = open_model(finished.output().string());
        const auto projection = static_cast<std::size_t>(original->family().ffn().output);
        QVERIFY(!at::equal(moved->weights().layers[0].projections[projection].weight,
                           original->weights().layers[0].projections[projection].weight));
        QVERIFY(std::abs(perplexity(finished.output()) / perplexity(original->info().source) - 1) < 1e-3);
    }

    void gptq_rounds_the_unquantized_folder_as_a_last_step() {
        const FinishedRun finished;
        export_run(finished.run(), "hf-unquantized", finished.output(), {});
        auto settings = test::tiny_settings();
        settings.model = finished.output().string();
        settings.method = "gptq";
        const auto rounded = finished.folder() / "rounded";
        QVERIFY(!quantize(settings, rounded, {}).matrices.empty());
        QVERIFY(std::isfinite(perplexity(rounded)));
    }

    void exported_invariances_are_those_of_the_run() {
        const FinishedRun finished;
        const auto file = finished.folder() / "invariances.safetensors";
        export_run(finished.run(), "invariances", file, {});
        const auto content = read_safetensors(file);
        const auto state = read_safetensors(finished.run() / "state.safetensors");
        QCOMPARE(content.tensors.size(), state.tensors.size());
        for (const auto &[name, tensor] : state.tensors)
            QVERIFY(std::ranges::equal(content.tensors.at(name).bytes, tensor.bytes));
        QCOMPARE(settings_from_json(content.metadata.at("settings")).grid.bits, 2);
    }

    void an_unknown_format_or_a_foreign_folder_is_refused() {
        const FinishedRun finished;
        VERIFY_ERROR(export_run(finished.run(), "floppy", finished.output(), {}), "floppy", "hf");
        VERIFY_ERROR(export_run(finished.folder().path(), "hf", finished.output(), {}), "not a run folder");
    }
};

QTEST_APPLESS_MAIN(TestExporters)
#include "tst_exporters.moc"
