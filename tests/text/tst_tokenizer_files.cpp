// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/text/tokenizer.h"
#include "support/error_of.h"
#include "support/golden.h"

#include <QTest>

#include <nlohmann/json.hpp>

using namespace invar;
using namespace invar::test;
using Json = nlohmann::json;
using Ids = std::vector<std::int32_t>;

namespace {

Json golden_json(const std::filesystem::path &file) { return Json::parse(read_bytes(file).toStdString()); }

bool write_json(const std::filesystem::path &file, const Json &json) {
    return write_bytes(file, QByteArray::fromStdString(json.dump()));
}

} // namespace

class TestTokenizerFiles : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void missing_files_are_named() {
        const TemporaryFolder folder;
        VERIFY_ERROR(Tokenizer::load(folder.path()), shown(folder.path()), "holds no tokenizer", "tokenizer.json",
                     "vocab.json", "merges.txt");
        QVERIFY(write_bytes(folder / "vocab.json", "{}"));
        VERIFY_ERROR(Tokenizer::load(folder.path()), "holds vocab.json, but no merges.txt");
        std::filesystem::rename(folder / "vocab.json", folder / "merges.txt");
        VERIFY_ERROR(Tokenizer::load(folder.path()), "holds merges.txt, but no vocab.json");
    }

    /// Each row replaces the value at a JSON pointer of a good tokenizer.json.
    void a_tokenizer_json_with_something_unknown_is_refused_by_name_data() {
        QTest::addColumn<QByteArray>("pointer");
        QTest::addColumn<QByteArray>("value");
        QTest::addColumn<QString>("reason");
        const auto add = [](const char *name, const char *pointer, const char *value, const char *reason) {
            QTest::newRow(name) << QByteArray(pointer) << QByteArray(value) << QString(reason);
        };
        add("normalizer", "/normalizer", R"({"type":"Lowercase"})",
            "its normalizer is Lowercase, which is not supported");
        add("normalizer within a sequence", "/normalizer",
            R"({"type":"Sequence","normalizers":[{"type":"NFC"},{"type":"Sequence","normalizers":[{"type":"Nmt"}]}]})",
            "its normalizer is Nmt");
        add("sequence without members", "/normalizer", R"({"type":"Sequence","normalizers":3})",
            "a Sequence has no proper normalizers");
        add("prefix without text", "/normalizer", R"({"type":"Prepend"})", "its Prepend has no prepend");
        add("replacement of nothing", "/normalizer", R"({"type":"Replace","pattern":{"String":""},"content":"x"})",
            "its Replace has no pattern");
        add("map that is no base64", "/normalizer", R"({"type":"Precompiled","precompiled_charsmap":"!"})",
            "its precompiled_charsmap is not base64");
        add("map cut off", "/normalizer", R"({"type":"Precompiled","precompiled_charsmap":"AAAA"})",
            "character map is cut off");
        add("map with a lying size", "/normalizer",
            R"({"type":"Precompiled","precompiled_charsmap":"/P//fwAAAAAAAAAA"})",
            "says that its trie takes 2147483644 of 12 bytes");
        add("pre-tokenizer", "/pre_tokenizer", R"({"type":"Whitespace"})", "its pre_tokenizer is Whitespace");
        add("mark of two characters", "/pre_tokenizer", R"({"type":"Metaspace","replacement":"ab"})",
            "the replacement of its Metaspace is not one character");
        add("unknown place for the mark", "/pre_tokenizer",
            R"({"type":"Metaspace","replacement":"_","prepend_scheme":"last"})", "prepend_scheme is \"last\"");
        add("sequence", "/pre_tokenizer",
            R"({"type":"Sequence","pretokenizers":[{"type":"Punctuation"},{"type":"ByteLevel"}]})", "Punctuation");
        add("bytes before a cut", "/pre_tokenizer",
            R"({"type":"Sequence","pretokenizers":[{"type":"ByteLevel"},{"type":"Digits"}]})",
            "the pre_tokenizer goes on after ByteLevel");
        add("cut of an unknown kind", "/pre_tokenizer",
            R"({"type":"Sequence","pretokenizers":[{"type":"Split","pattern":{"Regex":"x"},"behavior":"Halved"},)"
            R"({"type":"ByteLevel"}]})",
            "pre_tokenizer's Split is Halved");
        add("cut without a pattern", "/pre_tokenizer",
            R"({"type":"Sequence","pretokenizers":[{"type":"Split","pattern":{},"behavior":"Isolated"},)"
            R"({"type":"ByteLevel"}]})",
            "its Split has no pattern");
        add("pattern that does not compile", "/pre_tokenizer",
            R"({"type":"Sequence","pretokenizers":[{"type":"Split","pattern":{"Regex":"x{2,1}"},"behavior":"Isolated"},)"
            R"({"type":"ByteLevel"}]})",
            "pattern x{2,1} is wrong");
        add("decoder", "/decoder", R"({"type":"WordPiece"})", "its decoder is WordPiece");
        add("no decoder", "/decoder", "null", "its decoder is missing");
        add("negative count", "/decoder", R"({"type":"Strip","content":" ","start":-1,"stop":0})",
            "the start of its Strip is not a count");
        add("post-processor", "/post_processor", R"({"type":"Magic"})", "its post_processor is Magic");
        add("template without text", "/post_processor", R"({"type":"TemplateProcessing","single":[]})",
            "template is not special tokens around one text");
        add("template with unknown token", "/post_processor",
            R"({"type":"TemplateProcessing","single":[{"SpecialToken":{"id":"<x>"}}],"special_tokens":{}})",
            "uses the special token \"<x>\" without saying its ids");
        add("model", "/model/type", "\"WordPiece\"", "its model is WordPiece");
        add("unigram without a list", "/model", R"({"type":"Unigram","vocab":{}})", "holds no vocabulary");
        add("unigram without a score", "/model", R"({"type":"Unigram","unk_id":0,"vocab":[["a",1],["b"]]})",
            "entry 1 of the vocabulary is not a token and its score");
        add("unigram without an unknown token", "/model", R"({"type":"Unigram","vocab":[["a",1]]})",
            "its model is Unigram behind ByteLevel");
        add("no model", "/model", "null", "holds no model");
        add("dropout", "/model/dropout", "0.1", "model's is dropout");
        add("suffix", "/model/end_of_word_suffix", "\"</w>\"", "model's is end_of_word_suffix");
        add("unknown token", "/model/unk_token", "\"<none>\"", "the unknown token \"<none>\" is not in the vocabulary");
        add("no vocabulary", "/model/vocab", "{}", "holds no vocabulary");
        add("list for a vocabulary", "/model/vocab", "[]", "holds no vocabulary");
        add("id no number", "/model/vocab/a", "\"1\"", "token \"a\" has an id that is not a 32-bit number");
        add("huge id", "/model/vocab/a", "4294967296", "token \"a\" has an id that is not a 32-bit number");
        add("negative id", "/model/vocab/a", "-1", "token \"a\" has an id that is not a 32-bit number");
        add("no merges", "/model/merges", "null", "has no list of merges");
        add("merge of three", "/model/merges/0", "\"a b c\"", "merge 1 (\"a b c\") is not two tokens");
        add("merge of one", "/model/merges/0", "\"ab\"", "merge 1 (\"ab\") is not two tokens");
        add("merge a number", "/model/merges/1", "7", "merge 2 is not two tokens");
        add("merge unknown", "/model/merges/0", R"(["a","\u0121zz"])", "which is not in the vocabulary");
        add("added token", "/added_tokens/0", R"({"id":0})", "an added token has no content");
        add("added token without id", "/added_tokens/0", R"({"content":"<s>"})", "\"<s>\" has an id that is not");
        add("flag", "/added_tokens/0/lstrip", "3", "lstrip is neither true nor false");
    }
    void a_tokenizer_json_with_something_unknown_is_refused_by_name() {
        QFETCH(QByteArray, pointer);
        QFETCH(QByteArray, value);
        QFETCH(QString, reason);
        const TemporaryFolder folder;
        auto json = golden_json(golden("tokenizer-json") / "tokenizer.json");
        json[Json::json_pointer(pointer.toStdString())] = Json::parse(value.toStdString());
        QVERIFY(write_json(folder / "tokenizer.json", json));
        VERIFY_ERROR(Tokenizer::load(folder.path()), QStringLiteral("tokenizer.json"), reason);
    }

    void a_tokenizer_json_that_is_no_json_is_refused() {
        const TemporaryFolder folder;
        const auto whole = read_bytes(golden("tokenizer-json") / "tokenizer.json");
        QVERIFY(write_bytes(folder / "tokenizer.json", whole.first(whole.size() / 2)));
        VERIFY_ERROR(Tokenizer::load(folder.path()), "tokenizer.json", "not valid JSON");
        QVERIFY(write_bytes(folder / "tokenizer.json", "[]"));
        VERIFY_ERROR(Tokenizer::load(folder.path()), "tokenizer.json", "does not hold a JSON object");
    }

    void a_bad_line_of_merges_is_named() {
        const TemporaryFolder folder;
        const auto model = folder.copy_of(golden("tokenizer-vocab"));
        const auto merges = read_bytes(model / "merges.txt");
        QVERIFY(write_bytes(model / "merges.txt", "#version: 0.2\na b c\n"));
        VERIFY_ERROR(Tokenizer::load(model), "merges.txt", "merge 2 (\"a b c\") is not two tokens");
        QVERIFY(write_bytes(model / "merges.txt", merges + "\nlonely\n"));
        VERIFY_ERROR(Tokenizer::load(model), "merges.txt", "is not two tokens");
        QVERIFY(write_bytes(model / "merges.txt", "a zzz\n"));
        VERIFY_ERROR(Tokenizer::load(model), "merges.txt", "needs the token \"zzz\", which is not in the vocabulary");
    }

    void a_bad_vocabulary_or_configuration_is_named() {
        const TemporaryFolder folder;
        const auto model = folder.copy_of(golden("tokenizer-vocab"));
        const auto config = read_bytes(model / "tokenizer_config.json");
        QVERIFY(write_bytes(model / "tokenizer_config.json", R"({"tokenizer_class":"BertTokenizer"})"));
        VERIFY_ERROR(Tokenizer::load(model), "tokenizer_config.json", "BertTokenizer", "not supported");
        QVERIFY(write_bytes(model / "tokenizer_config.json", R"({"added_tokens_decoder":{"x1":{"content":"<a>"}}})"));
        VERIFY_ERROR(Tokenizer::load(model), "tokenizer_config.json", "the id \"x1\"");
        QVERIFY(write_bytes(model / "tokenizer_config.json", config + "}"));
        VERIFY_ERROR(Tokenizer::load(model), "tokenizer_config.json", "not valid JSON");
        QVERIFY(write_bytes(model / "tokenizer_config.json", config));
        QVERIFY(write_bytes(model / "vocab.json", R"({"a": 1.5})"));
        VERIFY_ERROR(Tokenizer::load(model), "vocab.json", "token \"a\" has an id");
    }

    void a_vocabulary_alone_is_enough() {
        const TemporaryFolder folder;
        std::filesystem::copy(golden("tokenizer-vocab") / "vocab.json", folder / "vocab.json");
        std::filesystem::copy(golden("tokenizer-vocab") / "merges.txt", folder / "merges.txt");
        const auto tokenizer = Tokenizer::load(folder.path());
        const std::string text = "the search tries";
        QCOMPARE(tokenizer->encode(text, true), Tokenizer::load(golden("tokenizer-vocab"))->encode(text, false));
    }

    void windows_line_ends_in_merges_make_no_difference() {
        const TemporaryFolder folder;
        const auto model = folder.copy_of(golden("tokenizer-vocab"));
        const std::string text = "the search tries";
        const auto expected = Tokenizer::load(model)->encode(text, false);
        QVERIFY(write_bytes(model / "merges.txt", read_bytes(model / "merges.txt").replace("\n", "\r\n")));
        QCOMPARE(Tokenizer::load(model)->encode(text, false), expected);
    }

    void tokens_of_added_tokens_json_are_found_in_text() {
        const TemporaryFolder folder;
        const auto model = folder.copy_of(golden("tokenizer-vocab"));
        const auto size = Tokenizer::load(model)->vocabulary_size();
        QVERIFY(write_bytes(model / "added_tokens.json", R"({"<extra>": 2000})"));
        const auto tokenizer = Tokenizer::load(model);
        QVERIFY(size < 2000);
        QCOMPARE(tokenizer->vocabulary_size(), std::size_t{2001});
        QCOMPARE(tokenizer->encode("<extra></s>", false), (Ids{2000, 2}));
    }
};

QTEST_APPLESS_MAIN(TestTokenizerFiles)
#include "tst_tokenizer_files.moc"
