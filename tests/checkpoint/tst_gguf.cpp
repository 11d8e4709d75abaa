// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/memory.h"
#include "core/checkpoint/gguf.h"
#include "support/error_of.h"
#include "support/gguf_bytes.h"
#include "support/golden.h"

#include <nlohmann/json.hpp>

#include <QTest>

#include <cmath>

using namespace invar;
using namespace invar::test;

namespace {

enum Kind : std::uint32_t {
    byte = 0,
    int16 = 3,
    uint32 = 4,
    int32 = 5,
    float32 = 6,
    boolean = 7,
    text = 8,
    list = 9,
    uint64 = 10,
    float64 = 12
};

constexpr std::uint64_t most = ~std::uint64_t{0};

nlohmann::json golden_blocks() {
    const auto bytes = read_bytes(golden("gguf") / "blocks.json");
    return nlohmann::json::parse(bytes.begin(), bytes.end());
}

QByteArray decoded(const nlohmann::json &base64) {
    return QByteArray::fromBase64(QByteArray::fromStdString(base64.get<std::string>()));
}

std::span<const std::byte> bytes_in(const QByteArray &array) {
    return {reinterpret_cast<const std::byte *>(array.data()), static_cast<std::size_t>(array.size())};
}

/// Two small tensors of float32, a few values of metadata.
GgufBytes small() {
    GgufBytes file;
    file.values = {GgufBytes::text("general.architecture", "llama"), GgufBytes::number("llama.block_count", 1)};
    file.tensors = {GgufBytes::tensor("a", {2, 3}, 0, 0), GgufBytes::tensor("b", {8}, 0, 32)};
    file.data = QByteArray(64, '\1');
    return file;
}

GgufFile opened(const TemporaryFolder &folder, const GgufBytes &file) {
    if (!write_bytes(folder / "x.gguf", file.bytes()))
        throw std::runtime_error("cannot write the test's file");
    return GgufFile(folder / "x.gguf");
}

} // namespace

class TestGguf : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void every_type_is_unpacked_bit_for_bit_as_the_gguf_package_does_data() {
        QTest::addColumn<QString>("type");
        const auto known = golden_blocks();
        QCOMPARE(known.size(), std::size_t{13});
        for (const auto &[name, value] : known.items())
            QTest::addRow("%s", name.c_str()) << QString::fromStdString(name);
    }
    void every_type_is_unpacked_bit_for_bit_as_the_gguf_package_does() {
        QFETCH(const QString, type);
        const auto known = golden_blocks().at(type.toStdString());
        const auto ours = gguf_type_of(known.at("id"));
        QVERIFY(ours.has_value());
        QCOMPARE(QString::fromStdString(gguf_type_name(known.at("id"))), type);
        QCOMPARE(block_values(*ours), known.at("values").get<std::size_t>());
        QCOMPARE(block_bytes(*ours), known.at("bytes").get<std::size_t>());
        const auto blocks = decoded(known.at("blocks"));
        std::vector<float> values(known.at("count").get<std::size_t>() * block_values(*ours), NAN);
        dequantize(*ours, bytes_in(blocks), values);
        QCOMPARE(QByteArray(reinterpret_cast<const char *>(values.data()),
                            static_cast<qsizetype>(values.size() * sizeof(float))),
                 decoded(known.at("unpacked")));
    }

    void many_blocks_are_unpacked_by_several_threads_to_the_same_values() {
        const auto known = golden_blocks().at("Q4_1");
        const auto one = decoded(known.at("blocks"));
        const auto expected = decoded(known.at("unpacked"));
        constexpr int copies = 3000;
        std::vector<float> values(static_cast<std::size_t>(copies * expected.size()) / sizeof(float));
        dequantize(GgufType::q4_1, bytes_in(one.repeated(copies)), values);
        QVERIFY(std::memcmp(values.data(), expected.repeated(copies).data(), values.size() * sizeof(float)) == 0);
    }

    void blocks_that_do_not_fill_the_values_are_not_unpacked() {
        std::vector<float> values(32);
        const QByteArray blocks(40, '\0');
        QVERIFY_EXCEPTION_THROWN(dequantize(GgufType::q4_1, bytes_in(blocks), values), std::invalid_argument);
        QVERIFY_EXCEPTION_THROWN(dequantize(GgufType::q4_1, bytes_in(blocks).first(19), values), std::invalid_argument);
    }

    void every_kind_of_metadata_is_read() {
        const TemporaryFolder folder;
        auto file = small();
        file.values = {
            GgufBytes::value("byte", byte, bytes_of<std::uint8_t>(200)),
            GgufBytes::value("short", int16, bytes_of<std::int16_t>(-7)),
            GgufBytes::value("large", uint64, bytes_of<std::uint64_t>(most)),
            GgufBytes::value("float", float32, bytes_of(0.5F)),
            GgufBytes::value("double", float64, bytes_of(-1e300)),
            GgufBytes::value("yes", boolean, bytes_of<std::uint8_t>(1)),
            GgufBytes::text("text", "h\xc3\xa9"),
            GgufBytes::list("texts", text, 3, gguf_text("a") + gguf_text("") + gguf_text("long one")),
            GgufBytes::list("integers", int32, 2, bytes_of(-1) + bytes_of(5)),
            GgufBytes::list("numbers", float32, 2, bytes_of(-1.5F) + bytes_of(INFINITY)),
            GgufBytes::list("flags", boolean, 2, QByteArray("\1\0", 2)),
            GgufBytes::list("nothing", text, 0, {}),
            GgufBytes::list("nested", list, 1, bytes_of<std::uint32_t>(byte) + bytes_of<std::uint64_t>(2) + "ab"),
        };
        const auto read = opened(folder, file);
        QCOMPARE(read.version(), 3U);
        QCOMPARE(read.integer("byte"), 200);
        QCOMPARE(read.integer("short"), -7);
        QCOMPARE(read.integer("large"), std::numeric_limits<std::int64_t>::max());
        QCOMPARE(read.number("float"), 0.5);
        QCOMPARE(read.number("double"), -1e300);
        QCOMPARE(read.number("short"), -7.0);
        QCOMPARE(read.flag("yes"), true);
        QCOMPARE(read.text("text"), std::string_view("h\xc3\xa9"));
        QCOMPARE(read.texts("texts"), (std::vector<std::string_view>{"a", "", "long one"}));
        QCOMPARE(read.integers("integers"), (std::vector<std::int64_t>{-1, 5}));
        QCOMPARE(read.numbers("numbers"), (std::vector<double>{-1.5, INFINITY}));
        QCOMPARE(read.flags("flags"), (std::vector<bool>{true, false}));
        QCOMPARE(read.texts("nothing"), std::vector<std::string_view>());
        QVERIFY(read.is_list("texts") && !read.is_list("text") && !read.is_list("missing"));
        QVERIFY(read.contains("nested") && !read.contains("missing"));
        QVERIFY(!read.text("missing") && !read.integer("missing") && !read.texts("missing"));
        VERIFY_ERROR(read.integer("text"), "x.gguf", "text is not a whole number");
        VERIFY_ERROR(read.integer("float"), "float is not a whole number");
        VERIFY_ERROR(read.integer("integers"), "integers is not a whole number");
        VERIFY_ERROR(read.texts("text"), "text is not a list of texts");
        VERIFY_ERROR(read.texts("nested"), "nested is not a list of texts");
        VERIFY_ERROR(read.numbers("texts"), "texts is not a list of numbers");
        VERIFY_ERROR(read.flag("byte"), "byte is not true or false");
    }

    void tensors_lie_where_the_header_says_with_their_rows_last() {
        const TemporaryFolder folder;
        auto file = small();
        file.version = 2;
        file.data = QByteArray(32, 'a') + QByteArray(32, 'b');
        const auto read = opened(folder, file);
        QCOMPARE(read.version(), 2U);
        QCOMPARE(read.tensors().size(), std::size_t{2});
        QCOMPARE(read.tensors().at("a").shape, (std::vector<std::int64_t>{3, 2}));
        QCOMPARE(read.tensors().at("a").bytes.size(), std::size_t{24});
        QCOMPARE(read.tensors().at("b").bytes.front(), std::byte{'b'});
    }

    void another_alignment_is_kept_to() {
        const TemporaryFolder folder;
        auto file = small();
        file.values.push_back(GgufBytes::number("general.alignment", 8));
        file.alignment = 8;
        file.tensors = {GgufBytes::tensor("a", {2, 3}, 0, 0), GgufBytes::tensor("b", {2}, 0, 24)};
        file.data = QByteArray(24, 'a') + QByteArray(8, 'b');
        QCOMPARE(opened(folder, file).tensors().at("b").bytes.back(), std::byte{'b'});
    }

    void a_broken_file_is_refused_with_the_reason_data() {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<QString>("reason");
        const auto add = [](const char *name, const char *reason, const auto &change) {
            auto file = small();
            change(file);
            QTest::newRow(name) << file.bytes() << QString(reason);
        };
        const auto add_value = [&](const char *name, const char *reason, const QByteArray &value) {
            add(name, reason, [&](GgufBytes &file) { file.values.push_back(value); });
        };
        const auto add_tensor = [&](const char *name, const char *reason, const QByteArray &tensor) {
            add(name, reason, [&](GgufBytes &file) { file.tensors = {tensor}; });
        };
        QTest::newRow("empty") << QByteArray() << "is not a GGUF file";
        QTest::newRow("magic alone") << QByteArray("GGUF") << "4 bytes long, too short";
        add("wrong magic", "is not a GGUF file", [](auto &file) { file.magic = "GGML"; });
        add("version 1", "GGUF version 1; versions 2 and 3 are known", [](auto &file) { file.version = 1; });
        add("version 4", "GGUF version 4", [](auto &file) { file.version = 4; });
        add("big-endian", "big-endian", [](auto &file) { file.version = 0x03000000; });
        add("absurd values", "metadata values, more than", [](auto &file) { file.claimed_values = INT64_MAX; });
        add("absurd tensors", "tensors, more than", [](auto &file) { file.claimed_tensors = INT64_MAX; });
        add("one value more", "", [](auto &file) { file.claimed_values = 3; });
        add("value twice", "llama.block_count twice",
            [](auto &file) { file.values.push_back(GgufBytes::number("llama.block_count", 2)); });
        add_value("unknown kind", "x has the value type 13", GgufBytes::value("x", 13, bytes_of(0)));
        add_value("absurd kind", "value type 4294967295", GgufBytes::value("x", 0xFFFFFFFF, bytes_of(0)));
        add_value("empty key", "metadata value 3 is 0 bytes long", GgufBytes::number("", 1));
        add_value("endless key", "the name of metadata value 3 is 18446744073709551615 bytes", bytes_of(most));
        add_value("key of two lines", "control characters", GgufBytes::number("a\nb", 1));
        add_value("endless text", "is truncated: x takes 18446744073709551615 bytes",
                  GgufBytes::value("x", text, bytes_of(most)));
        add_value("endless list", "x claims to hold 18446744073709551615 values", GgufBytes::list("x", byte, most, {}));
        add_value("overflowing list", "x claims to hold 2305843009213693952 values",
                  GgufBytes::list("x", uint64, std::uint64_t{1} << 61, {}));
        add_value("endless texts", "x claims to hold 1152921504606846976 values",
                  GgufBytes::list("x", text, std::uint64_t{1} << 60, {}));
        add_value("list of an unknown kind", "x has the value type 99", GgufBytes::list("x", 99, 0, {}));
        QByteArray deep;
        for (int i = 0; i < 20; ++i)
            deep += bytes_of<std::uint32_t>(list) + bytes_of<std::uint64_t>(1);
        add_value("deep list", "x is nested more than 8 lists deep", GgufBytes::value("x", list, deep));
        add_value("alignment 0", "general.alignment is 0", GgufBytes::number("general.alignment", 0));
        add_value("alignment 24", "general.alignment is 24, not a power of 2",
                  GgufBytes::number("general.alignment", 24));
        add_value("alignment as text", "general.alignment is not a whole number",
                  GgufBytes::text("general.alignment", "32"));
        add_value("huge alignment", "general.alignment is 2147483648",
                  GgufBytes::number("general.alignment", 0x80000000));

        add("tensor twice", "holds the tensor a twice",
            [](auto &file) { file.tensors.push_back(GgufBytes::tensor("a", {1}, 0, 0)); });
        add("overlap", "tensor b overlaps tensor a", [](auto &file) {
            file.tensors = {GgufBytes::tensor("a", {9}, 0, 0), GgufBytes::tensor("b", {2}, 0, 32)};
        });
        add("same place", "overlaps", [](auto &file) {
            file.tensors = {GgufBytes::tensor("a", {2}, 0, 0), GgufBytes::tensor("b", {2}, 0, 0)};
        });
        add_tensor("tensor without a name", "the name of tensor 1 is 0 bytes long", GgufBytes::tensor("", {1}, 0, 0));
        add_tensor("no dimensions", "tensor a has 0 dimensions",
                   GgufBytes::tensor("a", {}, 0, 0) + QByteArray(9, '\0'));
        add_tensor("many dimensions", "tensor a has 5 dimensions", GgufBytes::tensor("a", {1, 1, 1, 1, 1}, 0, 0));
        add_tensor("size 0", "tensor a has an impossible size of 0", GgufBytes::tensor("a", {4, 0}, 0, 0));
        add_tensor("huge size", "impossible size of 18446744073709551615", GgufBytes::tensor("a", {most}, 0, 0));
        add_tensor("overflow", "impossibly large shape [4294967296, 4294967296]",
                   GgufBytes::tensor("a", {1ULL << 32, 1ULL << 32}, 0, 0));
        add_tensor("overflow in bytes", "impossibly large shape", GgufBytes::tensor("a", {1ULL << 62}, 2, 0));
        add_tensor("a type that we lack", "tensor a has type IQ4_NL, which is not known here; known: F32, F16",
                   GgufBytes::tensor("a", {32}, 20, 0));
        add_tensor("a type that nobody has", "tensor a has type 4000000000",
                   GgufBytes::tensor("a", {32}, 4000000000, 0));
        add_tensor("half a block", "rows of 16 values, not a multiple of the 32 in a block of Q4_0",
                   GgufBytes::tensor("a", {16, 2}, 2, 0));
        add_tensor("odd offset", "tensor a begins at byte 4 of the data", GgufBytes::tensor("a", {1}, 0, 4));
        add_tensor("offset past the end", "begins at byte 96 of 64 bytes of data", GgufBytes::tensor("a", {1}, 0, 96));
        add_tensor("end past the end", "tensor a of 68 bytes begins at byte 0 of 64",
                   GgufBytes::tensor("a", {17}, 0, 0));
        add_tensor("endless offset", "begins at byte 18446744073709551584", GgufBytes::tensor("a", {1}, 0, most - 31));
        add("no data", "tensor a of 24 bytes begins at byte 0 of 0", [](auto &file) { file.data.clear(); });
    }
    void a_broken_file_is_refused_with_the_reason() {
        QFETCH(const QByteArray, bytes);
        QFETCH(const QString, reason);
        const TemporaryFolder folder;
        QVERIFY(write_bytes(folder / "x.gguf", bytes));
        VERIFY_ERROR(GgufFile(folder / "x.gguf"), shown(folder / "x.gguf"), reason);
    }

    void a_file_cut_off_anywhere_is_refused() {
        const TemporaryFolder folder;
        auto file = small();
        file.values.push_back(GgufBytes::list("texts", text, 2, gguf_text("one") + gguf_text("two")));
        const auto whole = file.bytes();
        for (qsizetype size = 0; size < whole.size(); ++size) {
            QVERIFY(write_bytes(folder / "x.gguf", whole.first(size)));
            VERIFY_ERROR(GgufFile(folder / "x.gguf"), "x.gguf");
        }
    }

    void any_byte_may_be_wrong_without_a_crash_or_a_large_allocation() {
        const TemporaryFolder folder;
        auto file = small();
        file.values.push_back(GgufBytes::list("texts", text, 2, gguf_text("one") + gguf_text("two")));
        const auto whole = file.bytes();
        const auto before = peak_memory();
        for (qsizetype place = 0; place < whole.size(); ++place)
            for (const char value : {'\0', '\1', '\x7f', '\xff'}) {
                auto bytes = whole;
                bytes[place] = value;
                QVERIFY(write_bytes(folder / "x.gguf", bytes));
                try {
                    const GgufFile read(folder / "x.gguf");
                    for (const char *key : {"texts", "general.architecture"})
                        if (read.contains(key) && read.is_list(key))
                            std::ignore = read.texts(key);
                } catch (const Error &error) {
                    QVERIFY(QString(error.what()).contains("x.gguf"));
                }
            }
        QVERIFY(peak_memory() - before < std::int64_t{64} << 20);
    }

    void a_path_is_known_for_a_gguf_file_by_its_ending_or_its_first_bytes() {
        const TemporaryFolder folder;
        QVERIFY(write_bytes(folder / "a.GGUF", "x") && write_bytes(folder / "blob", "GGUF!") &&
                write_bytes(folder / "short", "GG"));
        std::filesystem::create_directory(folder / "folder.gguf");
        QVERIFY(is_gguf_file(folder / "a.GGUF") && is_gguf_file(folder / "blob"));
        QVERIFY(!is_gguf_file(folder / "short") && !is_gguf_file(folder / "folder.gguf") &&
                !is_gguf_file(folder / "none.gguf"));
    }
};

QTEST_GUILESS_MAIN(TestGguf)
#include "tst_gguf.moc"
