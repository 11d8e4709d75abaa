// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/text/gguf_vocabulary.h"
#include "support/error_of.h"
#include "support/golden.h"
#include "support/tokenizer_cases.h"

#include <QTest>

#include <limits>

using namespace invar;
using namespace invar::test;
using Json = nlohmann::json;
using Ids = std::vector<std::int32_t>;

namespace {

Json golden_json(const char *name) { return Json::parse(read_bytes(golden(name)).toStdString()); }

/// A vocabulary of a recorded file, as a GGUF file with this pre-tokenizer and architecture would carry it.
GgufVocabulary vocabulary(const char *name, const std::string &pre, const std::string &architecture) {
    const auto json = golden_json(name);
    return {.model = json["model"].get<std::string>(),
            .pre = pre,
            .architecture = architecture,
            .tokens = json["tokens"].get<std::vector<std::string>>(),
            .scores = json.value("scores", std::vector<float>()),
            .types = json["token_type"].get<std::vector<std::int32_t>>(),
            .merges = json.value("merges", std::vector<std::string>()),
            .begin = json["bos_token_id"].get<std::int32_t>(),
            .end = json["eos_token_id"].get<std::int32_t>(),
            .unknown = json.contains("unknown_token_id") ? std::optional(json["unknown_token_id"].get<std::int32_t>())
                                                         : std::nullopt,
            .add_begin =
                json.contains("add_bos_token") ? std::optional(json["add_bos_token"].get<bool>()) : std::nullopt,
            .add_end = std::nullopt,
            .add_space_prefix = std::nullopt};
}

GgufVocabulary bytes() { return vocabulary("gguf-bytes.json", "gpt-2", "gpt2"); }
GgufVocabulary marks() { return vocabulary("gguf-marks.json", "default", "llama"); }

/// The tokenizer of recorded cases: of a folder, or "gguf-" with the name of a pre-tokenizer or an architecture.
std::unique_ptr<Tokenizer> tokenizer_of(const std::string &name) {
    if (!name.starts_with("gguf-"))
        return Tokenizer::load(golden(name.c_str()));
    const auto what = name.substr(5);
    const bool bytes = what == "gpt-2" || what == "smollm" || what == "llama-bpe" || what == "qwen2";
    return make_tokenizer(
        bytes ? vocabulary("gguf-bytes.json", what, "llama") : vocabulary("gguf-marks.json", "default", what), name);
}

/// A way to break a vocabulary, and what is said of it.
struct Damage {
    const char *name;
    bool sentencepiece;
    const char *reason;
    void (*apply)(GgufVocabulary &);
};
const std::vector<Damage> damages{
    {"model", false, "its tokenizer model \"rwkv\" is not supported; only gpt2 and llama are",
     [](GgufVocabulary &v) { v.model = "rwkv"; }},
    {"pre-tokenizer", false, "its pre-tokenizer \"chatglm\" is not known; known are gpt-2, smollm",
     [](GgufVocabulary &v) { v.pre = "chatglm"; }},
    {"no tokens", false, "its vocabulary has 0 tokens", [](GgufVocabulary &v) { v.tokens.clear(); }},
    {"too few types", false, "tokenizer.ggml.token_type has 3 entries for",
     [](GgufVocabulary &v) { v.types.resize(3); }},
    {"too few scores", true, "tokenizer.ggml.scores has 3 entries for", [](GgufVocabulary &v) { v.scores.resize(3); }},
    {"no scores", true, "has neither scores nor merges", [](GgufVocabulary &v) { v.scores.clear(); }},
    {"score no number", true, "a score of its vocabulary is not a number",
     [](GgufVocabulary &v) { v.scores[9] = std::numeric_limits<float>::quiet_NaN(); }},
    {"not UTF-8", true, "token 300 of its vocabulary is not valid UTF-8",
     [](GgufVocabulary &v) { v.tokens[300] = std::string(1, '\xC3'); }},
    {"begin beyond the end", false, "tokenizer.ggml.bos_token_id is 70000, but its vocabulary has",
     [](GgufVocabulary &v) { v.begin = 70000; }},
    {"negative unknown", true, "tokenizer.ggml.unknown_token_id is -5", [](GgufVocabulary &v) { v.unknown = -5; }},
    {"no merges", false, "its vocabulary has no merges", [](GgufVocabulary &v) { v.merges.clear(); }},
    {"merge of one", false, "merge 2 (\"ab\") is not two tokens", [](GgufVocabulary &v) { v.merges[1] = "ab"; }},
    {"merge unknown", false, "needs the token \"zzzz\", which is not in the vocabulary",
     [](GgufVocabulary &v) { v.merges[0] = "zzzz a"; }},
};

} // namespace

class TestVocabularies : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { golden_ = golden_json("vocabulary-cases.json"); }

    void ids_equal_those_of_the_original_software_data() { all_vocabularies(); }
    void ids_equal_those_of_the_original_software() {
        QFETCH(std::string, name);
        QCOMPARE(difference(*tokenizer_of(name), golden_["cases"][name], golden_["texts"]), QString());
    }

    void a_saved_tokenizer_json_gives_the_same_ids_data() { all_vocabularies(); }
    void a_saved_tokenizer_json_gives_the_same_ids() {
        QFETCH(std::string, name);
        const auto original = tokenizer_of(name);
        const TemporaryFolder folder;
        QVERIFY(write_bytes(folder / "tokenizer.json", QByteArray::fromStdString(original->to_json())));
        const auto saved = Tokenizer::load(folder.path());
        QCOMPARE(difference(*saved, golden_["cases"][name], golden_["texts"]), QString());
        QCOMPARE(saved->vocabulary_size(), original->vocabulary_size());
        QCOMPARE(saved->to_json(), original->to_json());
    }

    void what_is_saved_of_a_sentencepiece_model_is_what_transformers_saves() {
        const auto ours = Json::parse(Tokenizer::load(golden("spm-bpe"))->to_json());
        const auto theirs = golden_json("tokenizer-mistral/tokenizer.json");
        for (const char *part : {"normalizer", "pre_tokenizer", "decoder", "added_tokens"})
            QCOMPARE(ours[part].dump(), theirs[part].dump());
        QVERIFY(ours["model"]["vocab"] == theirs["model"]["vocab"]);
        QVERIFY(ours["model"]["merges"] == theirs["model"]["merges"]);
        QCOMPARE(ours["post_processor"]["single"].dump(), theirs["post_processor"]["single"].dump());
    }

    void unknown_ids_of_a_vocabulary_with_byte_tokens_are_left_out() {
        const auto tokenizer = Tokenizer::load(golden("spm-bpe"));
        QCOMPARE(tokenizer->decode(Ids{-1, 1 << 30}), std::string());
        const auto ids = tokenizer->encode("\xF0\x9F\x8C\x8B", false); // in no vocabulary: the mark and four bytes
        QCOMPARE(ids.size(), std::size_t{5});
        QCOMPARE(tokenizer->decode(Ids(ids.begin() + 1, ids.begin() + 3)), std::string("\uFFFD\uFFFD"));
    }

    void the_configuration_decides_which_tokens_are_put_around_a_text() {
        const TemporaryFolder folder;
        const auto model = folder.copy_of(golden("spm-bpe"));
        QVERIFY(write_bytes(model / "tokenizer_config.json", R"({"add_bos_token":false,"add_eos_token":true})"));
        QVERIFY(write_bytes(model / "added_tokens.json", R"({"<extra>": 2000})"));
        const auto tokenizer = Tokenizer::load(model);
        QCOMPARE(tokenizer->encode("<extra>", true), (Ids{2000, 2}));
        QCOMPARE(tokenizer->vocabulary_size(), std::size_t{2001});
    }

    void a_sentencepiece_model_alone_is_enough() {
        const TemporaryFolder folder;
        std::filesystem::copy(golden("spm-bpe") / "tokenizer.model", folder / "tokenizer.model");
        QCOMPARE(difference(*Tokenizer::load(folder.path()), golden_["cases"]["spm-bpe"], golden_["texts"]), QString());
    }

    void a_broken_gguf_vocabulary_is_refused_by_name_data() {
        QTest::addColumn<std::size_t>("index");
        for (std::size_t i = 0; i < damages.size(); ++i)
            QTest::newRow(damages[i].name) << i;
    }
    void a_broken_gguf_vocabulary_is_refused_by_name() {
        QFETCH(std::size_t, index);
        const auto &damage = damages[index];
        auto broken = damage.sentencepiece ? marks() : bytes();
        QVERIFY(make_tokenizer(broken, "x.gguf") != nullptr);
        damage.apply(broken);
        VERIFY_ERROR(make_tokenizer(broken, "x.gguf"), QStringLiteral("x.gguf: "), QString(damage.reason));
    }

private:
    static void all_vocabularies() {
        QTest::addColumn<std::string>("name");
        for (const char *name : {"spm-bpe", "spm-unigram", "tokenizer-llama2", "tokenizer-mistral", "tokenizer-gemma",
                                 "tokenizer-neox", "tokenizer-unigram", "gguf-llama", "gguf-gemma3", "gguf-phi3",
                                 "gguf-gpt-2", "gguf-smollm", "gguf-llama-bpe", "gguf-qwen2"})
            QTest::newRow(name) << std::string(name);
    }

    Json golden_;
};

QTEST_APPLESS_MAIN(TestVocabularies)
#include "tst_vocabularies.moc"
