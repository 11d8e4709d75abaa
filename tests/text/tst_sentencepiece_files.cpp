// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/text/tokenizer.h"
#include "support/error_of.h"
#include "support/golden.h"

#include <QTest>

#include <cstring>
#include <limits>
#include <random>

using namespace invar;
using namespace invar::test;

namespace {

// Protocol Buffers' wire format, as far as short fields need it.
QByteArray number_field(int field, int value) { return QByteArray(1, char(field << 3)) + char(value); }
QByteArray long_number_field(int field, int value) { // for fields past 15
    return QByteArray(1, char((field << 3 & 0x7F) | 0x80)) + char(field >> 4) + char(value);
}
QByteArray bytes_field(int field, const QByteArray &bytes) {
    return QByteArray(1, char(field << 3 | 2)) + char(bytes.size()) + bytes;
}
QByteArray piece(const QByteArray &text, int type, float score = 0) {
    QByteArray four(4, '\0');
    std::memcpy(four.data(), &score, 4);
    return bytes_field(1, bytes_field(1, text) + char(2 << 3 | 5) + four + number_field(3, type));
}
const QByteArray unknown = piece("<unk>", 2);
const QByteArray begin_and_end = piece("<s>", 3) + piece("</s>", 3);
const QByteArray bpe = bytes_field(2, number_field(3, 2));
QByteArray plain() { return unknown + begin_and_end + piece("a", 1) + piece("b", 1) + piece("ab", 1); }

} // namespace

class TestSentencePieceFiles : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void a_small_model_is_read_with_the_defaults_of_the_format() {
        const TemporaryFolder folder;
        QVERIFY(write_bytes(folder / "tokenizer.model", plain() + bpe));
        const auto tokenizer = Tokenizer::load(folder.path());
        // Spaces at the ends go, a mark (unknown here) is put before the text.
        QCOMPARE(tokenizer->encode("  ab ", true), (std::vector<std::int32_t>{1, 0, 5}));
        QCOMPARE(tokenizer->vocabulary_size(), std::size_t{6});
    }

    void a_model_that_cannot_be_honoured_is_refused_by_name_data() {
        QTest::addColumn<QByteArray>("content");
        QTest::addColumn<QString>("reason");
        const auto add = [](const char *name, const QByteArray &content, const char *reason) {
            QTest::newRow(name) << content << QString(reason);
        };
        const auto trainer = [](const QByteArray &more) { return bytes_field(2, number_field(3, 2) + more); };
        add("empty", {}, "holds no vocabulary, or is no SentencePiece model");
        add("text", "# a text file, which is no model at all", "no SentencePiece model");
        add("no vocabulary", bpe, "holds no vocabulary");
        add("length that lies", plain() + QByteArray("\x0a\xff\xff\xff\xff\xff\xff\xff\xff\x7f", 10) + "abc",
            "is cut off");
        add("endless number", plain() + QByteArray("\x18") + QByteArray(20, '\xff'), "is cut off");
        add("field of no kind", plain() + QByteArray("\x0b"), "no SentencePiece model");
        add("whole words", plain() + bytes_field(2, number_field(3, 3)), "its model is of whole words");
        add("characters", plain() + bytes_field(2, number_field(3, 4)), "its model is of characters");
        add("type unheard of", plain() + bytes_field(2, number_field(3, 9)), "its model is of an unknown type");
        add("no unknown piece", begin_and_end + piece("a", 1) + bpe, "has no piece for the unknown");
        add("piece twice", plain() + piece("ab", 1) + bpe, "the piece \"ab\" appears twice");
        add("empty piece", plain() + piece("", 1) + bpe, "piece 6 is not valid UTF-8 text");
        add("not UTF-8", plain() + piece("\xc3", 1) + bpe, "piece 6 is not valid UTF-8 text");
        add("score no number", plain() + piece("c", 1, std::numeric_limits<float>::quiet_NaN()) + bpe,
            "the score of piece 6 is not a number");
        add("spaces after words", plain() + trainer(long_number_field(24, 1)), "treat_whitespace_as_suffix");
        add("spaces left alone", plain() + bpe + bytes_field(3, number_field(5, 0)), "escape_whitespaces is off");
        add("broken character map", plain() + bpe + bytes_field(3, bytes_field(2, "abcdefghijkl")),
            "the precompiled character map says that its trie takes");
    }
    void a_model_that_cannot_be_honoured_is_refused_by_name() {
        QFETCH(QByteArray, content);
        QFETCH(QString, reason);
        const TemporaryFolder folder;
        QVERIFY(write_bytes(folder / "tokenizer.model", content));
        VERIFY_ERROR(Tokenizer::load(folder.path()), QStringLiteral("tokenizer.model: "), reason);
    }

    /// Every outcome is a tokenizer or one sentence that names the file.
    void a_damaged_model_never_crashes_data() {
        QTest::addColumn<QString>("name");
        QTest::newRow("BPE") << QStringLiteral("spm-bpe");
        QTest::newRow("Unigram") << QStringLiteral("spm-unigram");
    }
    void a_damaged_model_never_crashes() {
        QFETCH(QString, name);
        const TemporaryFolder folder;
        const auto whole = read_bytes(golden(qPrintable(name)) / "tokenizer.model");
        int refused = 0;
        const auto try_out = [&](const QByteArray &content) {
            QVERIFY(write_bytes(folder / "tokenizer.model", content));
            const auto message =
                error_of([&] { return Tokenizer::load(folder.path())->encode("the search ab", true); });
            QVERIFY2(message.isEmpty() || message.contains("tokenizer.model: "), qPrintable(message));
            refused += message.isEmpty() ? 0 : 1;
        };
        for (qsizetype size = 0; size < whole.size(); size += whole.size() / 60)
            try_out(whole.first(size));
        std::mt19937 random(7);
        for (int i = 0; i < 60; ++i) {
            auto damaged = whole;
            for (int j = 0; j < 3; ++j)
                damaged[static_cast<qsizetype>(random() % static_cast<std::size_t>(whole.size()))] = char(random());
            try_out(damaged);
        }
        QVERIFY(refused > 30);
    }
};

QTEST_APPLESS_MAIN(TestSentencePieceFiles)
#include "tst_sentencepiece_files.moc"
