// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/checkpoint/state_dict_pickle.h"
#include "core/checkpoint/torch_pickle.h"
#include "support/error_of.h"
#include "support/golden.h"

#include <QRandomGenerator>
#include <QTest>

using namespace invar;
using namespace invar::test;

namespace {

/// Reads opcodes as the pickle of a file called "model.bin".
std::vector<PickledTensor> pickled(const QByteArray &opcodes) {
    return read_state_dict_pickle(std::as_bytes(std::span(opcodes.data(), static_cast<std::size_t>(opcodes.size()))),
                                  "model.bin");
}

QByteArray text(const QByteArray &value) {
    return "X" + QByteArray(1, static_cast<char>(value.size())) + QByteArray(3, '\0') + value;
}

/// The opcodes that push a float32 storage of eight elements, with the key "0".
QByteArray storage() { return "(" + text("storage") + "ctorch\nFloatStorage\n" + text("0") + text("cpu") + "K\x08tQ"; }

/// A whole pickle: {"w": tensor over storage(), with this offset, shape and strides (opcodes)}.
QByteArray tensor(const QByteArray &offset, const QByteArray &shape, const QByteArray &strides) {
    return "\x80\x02}" + text("w") + "ctorch._utils\n_rebuild_tensor_v2\n(" + storage() + offset + shape + strides +
           "\x89" + "}tRs.";
}

} // namespace

class TestTorchPickle : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void a_tensor_is_described_by_its_pickle() {
        const auto tensors = pickled(tensor("K\x01", "K\x02K\x03\x86", "K\x03K\x01\x86"));
        QCOMPARE(tensors.size(), std::size_t{1});
        QCOMPARE(tensors[0].name, std::string("w"));
        QCOMPARE(tensors[0].storage, std::string("0"));
        QCOMPARE(tensors[0].storage_elements, std::int64_t{8});
        QCOMPARE(tensors[0].offset, std::int64_t{1});
        QCOMPARE(tensors[0].shape, (std::vector<std::int64_t>{2, 3}));
        QCOMPARE(tensors[0].strides, (std::vector<std::int64_t>{3, 1}));
    }

    void a_broken_pickle_is_refused_with_the_reason_data() {
        QTest::addColumn<QByteArray>("pickle");
        QTest::addColumn<QString>("reason");
        const auto add = [](const char *name, const QByteArray &pickle, const char *reason) {
            QTest::newRow(name) << pickle << QString(reason);
        };
        add("os.system", "cos\nsystem\n(" + text("echo") + "tR.", "uses the global os.system, which is not allowed");
        add("eval", "cbuiltins\neval\n.", "uses the global builtins.eval, which is not allowed");
        add("a global that only begins like ours", "ctorch\nFloatStorage.x\n.", "the global torch.FloatStorage.x,");
        add("a global with odd characters", "ca\x1b[31m\nb\n.", "the global a?[31m.b, which is not allowed");
        add("a class instance", "(ios\nsystem\n.", "uses the opcode INST");
        add("newer globals", text("os") + text("system") + "\x93.", "uses the opcode STACK_GLOBAL");
        add("an unknown opcode", "\xff", "uses the opcode 0xff");
        add("protocol 4", "\x80\x04.", "protocol 4; only protocol 2");
        add("nothing", "", "has no end");
        add("no STOP", "}", "has no end");
        add("STOP on an empty stack", ".", "empty stack");
        add("cut in a number", "J\x01\x02", "ends in the middle of an instruction");
        add("a string longer than the file",
            "X\xff\xff\xff\xff"
            "abc",
            "ends in the middle of an instruction");
        add("a name without an end", "ctorch", "ends in the middle of a name");
        add("a memo that was never filled", "h\x05.", "uses a value that it never stored");
        add("no mark", "K\x01t.", "closes a group that was never opened");
        add("an odd number of items", "}(K\x01u.", "sets items of something that is not a dictionary");
        add("items of a number", "K\x01K\x02K\x03s.", "sets items of something that is not a dictionary");
        add("calling a number", "K\x01)R.", "calls something that cannot be called");
        add("calling a storage type", "ctorch\nFloatStorage\n)R.", "calls something that cannot be called");
        add("an integer of 72 bits", QByteArray("\x8a\x09") + QByteArray(9, '\1') + ".", "more than 64 bits");
        add("a negative size", tensor("K\x01", "J\xff\xff\xff\xff\x85", "K\x01\x85"), "negative or wrong size");
        add("sizes and strides differ", tensor("K\x01", "K\x02K\x03\x86", "K\x03\x85"), "different number of sizes");
        add("a shape that is no tuple", tensor("K\x01", "K\x02", "K\x03\x85"), "not a tuple of sizes");
        add("a list of tensors", text("x") + ".", "does not hold a dictionary of tensors");
        add("keys that are no names", "}K\x01K\x02s.", "keys are not all names");
        add("no state_dict", "}" + text("epoch") + "K\x02s.", "its entry epoch is not a tensor");
        add("a dictionary in itself", "}q\x01" + text("me") + "h\x01s.", "its entry me is not a tensor");
        add("values without end", QByteArray(2'000'000, 'N'), "piles up more values");
        add("values without end, in dictionaries", "}" + QByteArray("NNs").repeated(1'500'000), "more values than");
        add("tuples nested without end", ")" + QByteArray(1'500'000, '\x85') + ".", "not hold a dictionary");
    }
    void a_broken_pickle_is_refused_with_the_reason() {
        QFETCH(QByteArray, pickle);
        QFETCH(QString, reason);
        VERIFY_ERROR(pickled(pickle), QStringLiteral("model.bin"), reason);
    }

    void what_torch_can_save_but_a_state_dict_is_not_is_refused_data() {
        QTest::addColumn<QByteArray>("file");
        QTest::addColumn<QString>("reason");
        QTest::newRow("code") << QByteArray("pickle-system.bin") << "the global posix.system, which is not allowed";
        QTest::newRow("expanded") << QByteArray("pickle-expanded.bin") << "tensor weight repeats elements";
        QTest::newRow("legacy") << QByteArray("pickle-legacy.bin") << "not in the zip format";
        QTest::newRow("list") << QByteArray("pickle-list.bin") << "uses the opcode EMPTY_LIST";
        QTest::newRow("tensor") << QByteArray("pickle-tensor.bin") << "does not hold a dictionary of tensors";
        QTest::newRow("nested") << QByteArray("pickle-nested.bin") << "entry state_dict is not a tensor";
        QTest::newRow("protocol 4") << QByteArray("pickle-protocol4.bin") << "pickled with protocol 4";
        QTest::newRow("compressed") << QByteArray("pickle-compressed.bin") << "is compressed";
    }
    void what_torch_can_save_but_a_state_dict_is_not_is_refused() {
        QFETCH(QByteArray, file);
        QFETCH(QString, reason);
        VERIFY_ERROR(read_torch_state_dict(golden(file.constData())), QString::fromUtf8(file), reason);
    }

    void a_file_cut_off_anywhere_is_refused() {
        const TemporaryFolder folder;
        const auto whole = read_bytes(golden("pickle-views.bin"));
        for (qsizetype size = 0; size < whole.size(); size += 61) {
            QVERIFY(write_bytes(folder / "cut.bin", whole.first(size)));
            const auto message = error_of([&] { return read_torch_state_dict(folder / "cut.bin"); });
            QVERIFY2(message.contains("cut.bin: ") && !message.contains('\n'), qPrintable(message));
        }
    }

    void a_file_of_other_content_is_refused() {
        const TemporaryFolder folder;
        QVERIFY(write_bytes(folder / "text.bin", "version https://git-lfs.github.com/spec/v1\n"));
        VERIFY_ERROR(read_torch_state_dict(folder / "text.bin"), "text.bin", "not in the zip format");
        QVERIFY(write_bytes(folder / "zip.bin", QByteArray("PK\3\4") + QByteArray(200, 'x')));
        VERIFY_ERROR(read_torch_state_dict(folder / "zip.bin"), "zip.bin", "cannot be read as a zip archive");
    }

    /// A tensor may be read from damaged bytes, but nothing outside its storage may be touched (run with ASan).
    void damaged_bytes_are_refused_or_read_within_bounds() {
        const TemporaryFolder folder;
        const auto whole = read_bytes(golden("pickle-views.bin"));
        QRandomGenerator random(1);
        for (int i = 0; i < 150; ++i) {
            auto damaged = whole;
            for (int k = 0; k < 3; ++k)
                damaged[random.bounded(static_cast<int>(damaged.size()))] = static_cast<char>(random.bounded(256));
            QVERIFY(write_bytes(folder / "damaged.bin", damaged));
            const auto message = error_of([&] {
                unsigned sum = 0;
                for (const auto &[name, tensor] : read_torch_state_dict(folder / "damaged.bin"))
                    for (const auto byte : tensor.bytes)
                        sum += std::to_integer<unsigned>(byte);
                return sum;
            });
            QVERIFY2(message.isEmpty() || message.contains("damaged.bin"), qPrintable(message));
        }
    }
};

QTEST_APPLESS_MAIN(TestTorchPickle)
#include "tst_torch_pickle.moc"
