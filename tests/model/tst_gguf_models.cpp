// SPDX-License-Identifier: GPL-3.0-or-later
// Tiny GGUF models of every architecture against transformers' logits (tests/golden/make_gguf.py).
#include "core/checkpoint/gguf_model.h"
#include "core/model/language_model.h"
#include "core/model/tensor_loader.h"
#include "support/error_of.h"
#include "support/gguf_bytes.h"
#include "support/golden.h"
#include "support/recorded_model.h"

#include <ATen/ATen.h>

#include <QTest>

#include <set>

using namespace invar;
using namespace invar::test;

namespace {

nlohmann::json recorded() {
    const auto bytes = read_bytes(golden("gguf") / "logits.json");
    return nlohmann::json::parse(bytes.begin(), bytes.end());
}

std::filesystem::path file_of(const std::string &name) { return golden("gguf") / (name + ".gguf"); }

/// The metadata of a llama of one layer whose tensors are all there.
GgufBytes smallest_llama() {
    GgufBytes file;
    file.values = {GgufBytes::text("general.architecture", "llama"),
                   GgufBytes::number("llama.block_count", 1),
                   GgufBytes::number("llama.context_length", 8),
                   GgufBytes::number("llama.embedding_length", 4),
                   GgufBytes::number("llama.feed_forward_length", 2),
                   GgufBytes::number("llama.attention.head_count", 1),
                   GgufBytes::value("llama.attention.layer_norm_rms_epsilon", 6, bytes_of(1e-5F))};
    const auto add = [&](const QByteArray &name, const std::vector<std::uint64_t> &sizes) {
        file.tensors.push_back(GgufBytes::tensor(name, sizes, 0, static_cast<std::uint64_t>(file.data.size())));
        file.data += QByteArray(64, '\0');
    };
    add("token_embd.weight", {4, 3});
    add("output_norm.weight", {4});
    add("blk.0.attn_norm.weight", {4});
    add("blk.0.ffn_norm.weight", {4});
    for (const char *name : {"q", "k", "v", "output"})
        add(QByteArray("blk.0.attn_") + name + ".weight", {4, 4});
    for (const char *name : {"gate", "up"})
        add(QByteArray("blk.0.ffn_") + name + ".weight", {4, 2});
    add("blk.0.ffn_down.weight", {2, 4});
    return file;
}

} // namespace

class TestGgufModels : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void every_architecture_has_a_golden_file() {
        std::set<std::string> seen{"mistral"}; // llama under another name
        const auto known = recorded();
        for (const auto &[name, values] : known.items())
            seen.insert(std::string(*GgufFile(file_of(name)).text("general.architecture")));
        const auto all = known_gguf_architectures();
        QCOMPARE(seen, std::set<std::string>(all.begin(), all.end()));
    }

    void logits_are_transformers_within_1e_4_data() {
        QTest::addColumn<QString>("name");
        const auto known = recorded();
        for (const auto &[name, values] : known.items())
            QTest::addRow("%s", name.c_str()) << QString::fromStdString(name);
    }
    void logits_are_transformers_within_1e_4() {
        QFETCH(const QString, name);
        const auto model = LanguageModel::open(file_of(name.toStdString()));
        const auto difference = logit_difference(*model, recorded().at(name.toStdString()));
        QVERIFY2(difference < 1e-4, qPrintable(QString::number(difference)));
    }

    void a_checkpoint_has_hugging_faces_names_and_no_more_memory_than_asked_for() {
        const auto checkpoint = Checkpoint::open(file_of("llama"));
        QCOMPARE(checkpoint.tensors().size(), std::size_t{2 + 2 * 9});
        QVERIFY(!checkpoint.contains("lm_head.weight")); // tied
        const auto &query = checkpoint.at("model.layers.1.self_attn.q_proj.weight");
        QVERIFY(query.bytes.empty() && query.unpack);
        QCOMPARE(query.shape, (std::vector<std::int64_t>{32, 32}));
        QVERIFY(at::equal(float_tensor_from(query), float_tensor_from(query)));
    }

    void metadata_become_the_configuration_that_transformers_has() {
        const auto config = read_gguf_model(file_of("llama")).config;
        QCOMPARE(config.at("model_type").get<std::string>(), std::string("llama"));
        QCOMPARE(config.at("rms_norm_eps").get<double>(), 1e-5); // not 9.99999974e-06
        QCOMPARE(config.at("num_key_value_heads").get<int>(), 2);
        QVERIFY(config.at("tie_word_embeddings").get<bool>());
        QVERIFY(!read_gguf_model(file_of("llama3")).config.at("tie_word_embeddings").get<bool>());
        QCOMPARE(read_gguf_model(file_of("mistral")).config.at("sliding_window").get<int>(), 7);
        QCOMPARE(read_gguf_model(file_of("gptneox")).config.at("rotary_pct").get<double>(), 0.5);
    }

    void a_model_is_opened_by_a_name_without_an_ending() {
        const TemporaryFolder folder;
        std::filesystem::copy_file(file_of("qwen2"), folder / "blob");
        QCOMPARE(LanguageModel::open(folder / "blob")->info().family, std::string("qwen2"));
    }

    void a_model_that_cannot_work_is_refused_with_the_reason_data() {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<QString>("reason");
        const auto add = [](const char *name, const char *reason, const auto &change) {
            auto file = smallest_llama();
            change(file);
            QTest::newRow(name) << file.bytes() << QString(reason);
        };
        const auto set = [&](const char *name, const char *reason, std::size_t value, const QByteArray &bytes) {
            add(name, reason, [&](GgufBytes &file) { file.values[value] = bytes; });
        };
        set("no architecture", "metadata lack general.architecture", 0, GgufBytes::number("x", 1));
        set("unknown architecture", "the architecture \"mamba\" is not known here; known: gemma3, gpt2", 0,
            GgufBytes::text("general.architecture", "mamba"));
        set("architecture of two lines", "general.architecture is not a name", 0,
            GgufBytes::text("general.architecture", "a\nb"));
        set("architecture as a number", "general.architecture is not a text", 0,
            GgufBytes::number("general.architecture", 1));
        set("no layers", "metadata lack llama.block_count", 1, GgufBytes::number("x", 1));
        set("absurd layers", "llama.block_count is 4294967295, outside 1 to", 1,
            GgufBytes::number("llama.block_count", 0xFFFFFFFF));
        set("more layers than tensors", "has no tensor blk.1.attn_norm.weight", 1,
            GgufBytes::number("llama.block_count", 2));
        set("no width", "metadata lack llama.embedding_length", 3, GgufBytes::number("x", 1));
        set("another width", "embed_tokens.weight", 3, GgufBytes::number("llama.embedding_length", 6));
        set("no heads", "llama.attention.head_count is 0", 5, GgufBytes::number("llama.attention.head_count", 0));
        set("heads that do not share", "has 4 rows, which 3 heads cannot share", 5,
            GgufBytes::number("llama.attention.head_count", 3));
        set("no epsilon", "metadata lack llama.attention.layer_norm_rms_epsilon", 6, GgufBytes::number("x", 1));
        add("a part of a model", "is one of 3 parts", [](GgufBytes &file) {
            file.values.push_back(GgufBytes::value("split.count", 2, bytes_of<std::uint16_t>(3)));
        });
        add("layers of two sizes", "llama.feed_forward_length differs from layer to layer", [](GgufBytes &file) {
            file.values[4] = GgufBytes::list("llama.feed_forward_length", 5, 2, bytes_of(2) + bytes_of(3));
        });
        add("an unknown scaling", "the rotary scaling \"yarn\" is not known",
            [](GgufBytes &file) { file.values.push_back(GgufBytes::text("llama.rope.scaling.type", "yarn")); });
        add("no embedding", "has no tensor token_embd.weight",
            [](GgufBytes &file) { file.tensors.erase(file.tensors.begin()); });
        const auto extra = [&](const char *name, const QByteArray &tensor, const char *reason) {
            add(name, reason, [&](GgufBytes &file) {
                file.tensors.push_back(GgufBytes::tensor(tensor, {1}, 0, static_cast<std::uint64_t>(file.data.size())));
                file.data += QByteArray(32, '\0');
            });
        };
        extra("a tensor without a place", "blk.0.ffn_gate_exps.weight", "has no place in a llama model of 1 layers");
        extra("a layer too many", "blk.1.attn_norm.weight", "has no place in a llama model of 1 layers");
        extra("no layer's number", "blk.x.attn_norm.weight", "has no place");
    }
    void a_model_that_cannot_work_is_refused_with_the_reason() {
        QFETCH(const QByteArray, bytes);
        QFETCH(const QString, reason);
        const TemporaryFolder folder;
        QVERIFY(write_bytes(folder / "x.gguf", bytes));
        VERIFY_ERROR(LanguageModel::open(folder / "x.gguf"), shown(folder / "x.gguf"), reason);
    }

    void the_smallest_model_opens() {
        const TemporaryFolder folder;
        QVERIFY(write_bytes(folder / "x.gguf", smallest_llama().bytes()));
        QCOMPARE(LanguageModel::open(folder / "x.gguf")->info().parameters, 12 + 4 * 3 + 4 * 16 + 3 * 8);
    }

    void values_that_are_no_numbers_are_refused_by_the_tensors_name() {
        const TemporaryFolder folder;
        auto file = smallest_llama();
        file.data.replace(64, 4, bytes_of(NAN));
        QVERIFY(write_bytes(folder / "x.gguf", file.bytes()));
        VERIFY_ERROR(LanguageModel::open(folder / "x.gguf"), "x.gguf", "model.norm.weight", "NaN");
    }
};

QTEST_GUILESS_MAIN(TestGgufModels)
#include "tst_gguf_models.moc"
