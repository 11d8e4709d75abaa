// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/checkpoint/safetensors.h"
#include "support/error_of.h"
#include "support/golden.h"

#include <QTest>
#include <QtEndian>

#include <cstring>

using namespace invar;
using namespace invar::test;

namespace {

/// A safetensors file from its header's text and its data.
QByteArray file_of(const QByteArray &header, const QByteArray &data) {
    QByteArray size(8, '\0');
    qToLittleEndian<quint64>(static_cast<quint64>(header.size()), size.data());
    return size + header + data;
}

StoredTensor tensor_of(StorageType type, std::vector<std::int64_t> shape, const std::string &bytes) {
    const auto owner = std::make_shared<const std::string>(bytes);
    return {.type = type,
            .shape = std::move(shape),
            .bytes = std::as_bytes(std::span(owner->data(), owner->size())),
            .owner = owner};
}

std::string text_of(const StoredTensor &tensor) {
    return {reinterpret_cast<const char *>(tensor.bytes.data()), tensor.bytes.size()};
}

} // namespace

class TestSafetensors : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void what_is_written_is_read_back() {
        const TemporaryFolder folder;
        const std::map<std::string, StoredTensor> tensors{
            {"bytes", tensor_of(StorageType::uint8, {3}, "abc")},
            {"wide", tensor_of(StorageType::float64, {1, 2}, std::string(16, 'w'))},
            {"half \"quoted\" é", tensor_of(StorageType::bfloat16, {2, 2}, "12345678")},
            {"scalar", tensor_of(StorageType::float32, {}, "1234")},
            {"empty", tensor_of(StorageType::int64, {0, 7}, "")},
        };
        const std::map<std::string, std::string> metadata{{"format", "pt"}, {"note", "line\nbreak"}};
        write_safetensors(folder / "a.safetensors", tensors, metadata);
        const auto read = read_safetensors(folder / "a.safetensors");
        QCOMPARE(read.metadata, metadata);
        QCOMPARE(read.tensors.size(), tensors.size());
        for (const auto &[name, tensor] : tensors) {
            const auto &other = read.tensors.at(name);
            QCOMPARE(other.type, tensor.type);
            QCOMPARE(other.shape, tensor.shape);
            QCOMPARE(text_of(other), text_of(tensor));
            QCOMPARE(reinterpret_cast<std::uintptr_t>(other.bytes.data()) % size_of(other.type), std::uintptr_t{0});
        }
        QCOMPARE(std::distance(std::filesystem::directory_iterator(folder.path()), {}), 1); // nothing left beside it
    }

    void a_golden_file_survives_reading_and_writing() {
        const TemporaryFolder folder;
        const auto original = read_safetensors(golden("tiny-opt") / "model.safetensors");
        write_safetensors(folder / "copy", original.tensors, original.metadata);
        QCOMPARE(read_bytes(folder / "copy"), read_bytes(golden("tiny-opt") / "model.safetensors"));
    }

    void no_tensors_at_all_are_a_valid_file() {
        const TemporaryFolder folder;
        write_safetensors(folder / "none", {});
        QVERIFY(read_safetensors(folder / "none").tensors.empty());
    }

    void unaligned_data_is_moved_to_an_aligned_place() {
        const TemporaryFolder folder;
        const QByteArray header = R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}} )"; // 55 + 8 bytes
        QVERIFY(header.size() % 4 != 0);
        QVERIFY(write_bytes(folder / "odd", file_of(header, "wxyz")));
        const auto tensor = read_safetensors(folder / "odd").tensors.at("a");
        QCOMPARE(text_of(tensor), std::string("wxyz"));
        QCOMPARE(reinterpret_cast<std::uintptr_t>(tensor.bytes.data()) % 4, std::uintptr_t{0});
    }

    void a_tensor_that_does_not_fit_its_shape_is_not_written() {
        const TemporaryFolder folder;
        VERIFY_ERROR((write_safetensors(folder / "x", {{"a", tensor_of(StorageType::float32, {2}, "1234")}}), 0), "x",
                     "tensor a", "does not fit its 4 bytes");
        VERIFY_ERROR((write_safetensors(folder / "x", {{"__metadata__", tensor_of(StorageType::uint8, {1}, "1")}}), 0),
                     "x", "__metadata__");
        QVERIFY(!std::filesystem::exists(folder / "x"));
    }

    void a_folder_that_does_not_exist_is_named() {
        const TemporaryFolder folder;
        VERIFY_ERROR((write_safetensors(folder / "none" / "x", {}), 0), "none/x", "cannot be written");
        VERIFY_ERROR(read_safetensors(folder / "none"), "none", "cannot be opened");
        VERIFY_ERROR(read_safetensors(folder.path()), "not a regular file");
    }

    void a_broken_header_is_refused_with_the_reason_data() {
        QTest::addColumn<QByteArray>("header");
        QTest::addColumn<QString>("reason");
        const auto add = [](const char *name, const QByteArray &header, const char *reason) {
            QTest::newRow(name) << header << QString(reason);
        };
        const auto one = [](const QByteArray &dtype, const QByteArray &shape, const QByteArray &offsets) {
            return R"({"a":{"dtype":)" + dtype + R"(,"shape":)" + shape + R"(,"data_offsets":)" + offsets + "}}";
        };
        // The data is always eight bytes long.
        add("bad JSON", R"({"a":{"dtype")", "not valid JSON");
        add("not an object", "[1,2]", "not a JSON object");
        add("invalid UTF-8", "{\"\xff\":1}", "not valid JSON");
        add("number for a tensor", R"({"a":3})", "tensor a lacks a proper dtype, shape or data_offsets");
        add("no shape", R"({"a":{"dtype":"F32","data_offsets":[0,8]}})", "tensor a lacks a proper");
        add("unknown dtype", one(R"("F8_E4M3")", "[8]", "[0,8]"), "data type F8_E4M3, which is not supported");
        add("dtype no text", one("5", "[2]", "[0,8]"), "lacks a proper dtype");
        add("shape too large for bytes", one(R"("F32")", "[3]", "[0,8]"), "takes 12 bytes, but 8 bytes of data");
        add("shape too small for bytes", one(R"("F32")", "[1]", "[0,8]"), "takes 4 bytes, but 8 bytes of data");
        add("negative size", one(R"("F32")", "[-2,-1]", "[0,8]"), "negative size in its shape");
        add("fractional size", one(R"("F32")", "[2.0]", "[0,8]"), "size in its shape that is not a 64-bit integer");
        add("huge size", one(R"("F32")", "[18446744073709551615]", "[0,8]"), "not a 64-bit integer");
        add("overflowing shape", one(R"("F32")", "[4294967296,4294967296]", "[0,8]"), "impossibly large shape");
        add("overflowing bytes", one(R"("F64")", "[4611686018427387904]", "[0,8]"), "impossibly large shape");
        add("many dimensions", one(R"("U8")", "[" + QByteArray("1,").repeated(70) + "8]", "[0,8]"), "71 dimensions");
        add("past the end", one(R"("F32")", "[4]", "[0,16]"), "ends at byte 16 of 8 bytes of data");
        add("huge offset", one(R"("F32")", "[2]", "[9223372036854775800,9223372036854775807]"), "ends at byte");
        add("backwards", one(R"("F32")", "[2]", "[8,0]"), "ends before it begins");
        add("negative offset", one(R"("F32")", "[2]", "[-8,0]"), "negative data offset");
        add("three offsets", one(R"("F32")", "[2]", "[0,8,9]"), "lacks a proper");
        add("hole at the start", one(R"("F32")", "[1]", "[4,8]"), "bytes 0 to 4 of the data belong to no tensor");
        add("hole at the end", one(R"("F32")", "[1]", "[0,4]"), "bytes 4 to 8 of the data belong to no tensor");
        add("overlap",
            R"({"a":{"dtype":"U8","shape":[5],"data_offsets":[0,5]},"b":{"dtype":"U8","shape":[4],"data_offsets":[4,8]}})",
            "tensor b overlaps");
        add("the same name twice",
            R"({"a":{"dtype":"U8","shape":[8],"data_offsets":[0,8]},"a":{"dtype":"U8","shape":[8],"data_offsets":[0,8]}})",
            "names tensor a twice");
        add("metadata no strings", R"({"__metadata__":{"x":1}})", "__metadata__ is not a table of strings");
        add("nested without end", QByteArray("{\"a\":").repeated(100000), "nested too deeply");
    }
    void a_broken_header_is_refused_with_the_reason() {
        QFETCH(QByteArray, header);
        QFETCH(QString, reason);
        const TemporaryFolder folder;
        QVERIFY(write_bytes(folder / "broken.safetensors", file_of(header, "12345678")));
        VERIFY_ERROR(read_safetensors(folder / "broken.safetensors"), QStringLiteral("broken.safetensors"), reason);
    }

    void a_lying_header_length_is_refused_data() {
        QTest::addColumn<quint64>("length");
        QTest::addColumn<QString>("reason");
        QTest::newRow("one more than there is") << quint64{3} << "only 2 follow";
        QTest::newRow("100 MB") << quint64{100'000'000} << "only 2 follow";
        QTest::newRow("more than allowed") << quint64{100'000'001} << "more than the 100000000 allowed";
        QTest::newRow("overflow") << ~quint64{0} << "more than the 100000000 allowed";
        QTest::newRow("zero") << quint64{0} << "not valid JSON";
    }
    void a_lying_header_length_is_refused() {
        QFETCH(quint64, length);
        QFETCH(QString, reason);
        QByteArray size(8, '\0');
        qToLittleEndian(length, size.data());
        const TemporaryFolder folder;
        QVERIFY(write_bytes(folder / "liar", size + "{}"));
        VERIFY_ERROR(read_safetensors(folder / "liar"), QStringLiteral("liar"), reason);
    }

    void a_file_cut_off_anywhere_is_refused() {
        const TemporaryFolder folder;
        const auto whole = read_bytes(golden("tiny-opt-350m") / "model.safetensors");
        for (const qsizetype size :
             {qsizetype{0}, qsizetype{7}, qsizetype{8}, qsizetype{100}, whole.size() / 2, whole.size() - 1}) {
            QVERIFY(write_bytes(folder / "cut", whole.first(size)));
            VERIFY_ERROR(read_safetensors(folder / "cut"), "cut: ");
            QVERIFY(!error_of([&] { return read_safetensors(folder / "cut"); }).isEmpty());
        }
    }
};

QTEST_APPLESS_MAIN(TestSafetensors)
#include "tst_safetensors.moc"
