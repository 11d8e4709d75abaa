// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/text/tokenizer.h"
#include "support/error_of.h"
#include "support/golden.h"
#include "support/tokenizer_cases.h"

#include <QTest>

#include <nlohmann/json.hpp>

using namespace invar;
using namespace invar::test;
using Json = nlohmann::json;
using Ids = std::vector<std::int32_t>;

class TestTokenizer : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { golden_ = Json::parse(read_bytes(golden("tokenizer-cases.json")).toStdString()); }

    void ids_equal_those_of_hugging_face_data() {
        QTest::addColumn<QByteArray>("folder");
        for (const char *folder : {"tokenizer-json", "tokenizer-vocab", "tokenizer-prefix", "tokenizer-digits",
                                   "tokenizer-llama3", "tokenizer-qwen2"})
            QTest::newRow(folder) << QByteArray(folder);
    }
    void ids_equal_those_of_hugging_face() {
        QFETCH(QByteArray, folder);
        const auto tokenizer = Tokenizer::load(golden(folder.constData()));
        QCOMPARE(difference(*tokenizer, golden_["cases"][folder.toStdString()], golden_["texts"]), QString());
    }

    void the_vocabulary_size_counts_added_tokens() {
        QCOMPARE(Tokenizer::load(golden("tokenizer-json"))->vocabulary_size(),
                 golden_["tokenizer-json size"].get<std::size_t>());
    }

    void text_that_is_not_utf8_is_refused_with_the_byte_offset_data() {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QString>("offset");
        QTest::newRow("lone continuation") << QByteArray("ab\x80") << "byte 2";
        QTest::newRow("cut off") << QByteArray("abc\xe2\x82") << "byte 3";
        QTest::newRow("overlong") << QByteArray("\xc0\xaf") << "byte 0";
        QTest::newRow("surrogate") << QByteArray("x\xed\xa0\x80") << "byte 1";
        QTest::newRow("too large") << QByteArray("x\xf4\x90\x80\x80") << "byte 1";
        QTest::newRow("Latin-1") << QByteArray("caf\xe9 au lait") << "byte 3";
    }
    void text_that_is_not_utf8_is_refused_with_the_byte_offset() {
        QFETCH(QByteArray, text);
        QFETCH(QString, offset);
        const auto tokenizer = Tokenizer::load(golden("tokenizer-vocab"));
        VERIFY_ERROR(tokenizer->encode(text.toStdString(), false), QStringLiteral("not valid UTF-8 at ") + offset);
    }

    void a_hundred_kilobytes_without_a_space_are_encoded() {
        const auto tokenizer = Tokenizer::load(golden("tokenizer-vocab"));
        std::string text;
        for (int i = 0; text.size() < 100'000; ++i)
            text += "abcdefghijklmnopqrstuvwxyz"[(i * i + i / 7) % 26];
        const auto ids = tokenizer->encode(text, false);
        QCOMPARE(tokenizer->decode(ids), text);
    }

    void unknown_ids_are_left_out_of_decoded_text() {
        const auto tokenizer = Tokenizer::load(golden("tokenizer-vocab"));
        QCOMPARE(tokenizer->decode(Ids{-1, 2, 1 << 30}), std::string("</s>"));
    }

private:
    Json golden_;
};

QTEST_APPLESS_MAIN(TestTokenizer)
#include "tst_tokenizer.moc"
