// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/checkpoint/checkpoint.h"
#include "core/checkpoint/torch_pickle.h"
#include "support/error_of.h"
#include "support/golden.h"

#include <QCryptographicHash>
#include <QTest>

#include <nlohmann/json.hpp>

using namespace invar;
using namespace invar::test;

namespace {

std::string described(const StoredTensor &tensor) {
    const QByteArrayView bytes(tensor.bytes.data(), static_cast<qsizetype>(tensor.bytes.size()));
    const auto digest = QCryptographicHash::hash(bytes, QCryptographicHash::Sha256).toHex();
    const nlohmann::json json{
        {"type", name_of(tensor.type)}, {"shape", tensor.shape}, {"sha256", digest.toStdString()}};
    return json.dump();
}

void compare_with_golden(const std::map<std::string, StoredTensor> &tensors, const char *name) {
    const auto golden_file = nlohmann::json::parse(read_bytes(golden("checkpoint-tensors.json")).toStdString());
    const auto &expected = golden_file.at(name);
    QCOMPARE(tensors.size(), expected.size());
    for (const auto &[tensor_name, tensor] : tensors) {
        QVERIFY2(expected.contains(tensor_name), tensor_name.c_str());
        QCOMPARE(described(tensor), expected[tensor_name].dump());
        QCOMPARE(reinterpret_cast<std::uintptr_t>(tensor.bytes.data()) % size_of(tensor.type), std::uintptr_t{0});
    }
}

} // namespace

class TestCheckpoint : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void every_tensor_equals_what_the_originals_read_data() {
        QTest::addColumn<QByteArray>("folder");
        for (const char *folder :
             {"tiny-opt", "tiny-opt-350m", "tiny-opt-sharded", "tiny-opt-bin", "tiny-opt-bin-sharded"})
            QTest::newRow(folder) << QByteArray(folder);
    }
    void every_tensor_equals_what_the_originals_read() {
        QFETCH(QByteArray, folder);
        compare_with_golden(Checkpoint::open(golden(folder.constData())).tensors(), folder.constData());
    }

    void views_parameters_and_all_types_are_read_from_a_pickle() {
        compare_with_golden(read_torch_state_dict(golden("pickle-views.bin")), "pickle-views.bin");
    }
    void the_attributes_of_a_state_dict_are_passed_over() {
        compare_with_golden(read_torch_state_dict(golden("pickle-metadata.bin")), "pickle-metadata.bin");
    }

    void safetensors_are_preferred_to_pickles() {
        const TemporaryFolder folder;
        const auto model = folder.copy_of(golden("tiny-opt"));
        QVERIFY(write_bytes(model / "pytorch_model.bin", "not even read"));
        compare_with_golden(Checkpoint::open(model).tensors(), "tiny-opt");
    }

    void a_missing_tensor_is_named_with_its_checkpoint() {
        const auto checkpoint = Checkpoint::open(golden("tiny-opt"));
        QVERIFY(!checkpoint.contains("model.nothing"));
        VERIFY_ERROR(checkpoint.at("model.nothing"), "tiny-opt", "model.nothing");
    }

    void a_stop_request_ends_opening() {
        std::stop_source stop;
        stop.request_stop();
        QVERIFY_EXCEPTION_THROWN(std::ignore = Checkpoint::open(golden("tiny-opt-sharded"), {.stop = stop.get_token()}),
                                 Cancelled);
    }

    void a_folder_without_weights_says_what_was_looked_for() {
        const TemporaryFolder folder;
        VERIFY_ERROR(Checkpoint::open(folder.path()), shown(folder.path()), "holds no weights", "model.safetensors",
                     "pytorch_model.bin.index.json");
        VERIFY_ERROR(Checkpoint::open(folder / "none"), "none", "does not exist");
        QVERIFY(write_bytes(folder / "file", "x"));
        VERIFY_ERROR(Checkpoint::open(folder / "file"), "file", "neither a folder nor a GGUF file");
    }

    void a_missing_shard_is_named() {
        const TemporaryFolder folder;
        for (const auto &[model, shard] : {std::pair{"tiny-opt-sharded", "model-00002-of-00003.safetensors"},
                                           std::pair{"tiny-opt-bin-sharded", "pytorch_model-00001-of-00002.bin"}}) {
            const auto copy = folder.copy_of(golden(model));
            std::filesystem::remove(copy / shard);
            VERIFY_ERROR(Checkpoint::open(copy), "index.json", shard, "missing");
        }
    }

    void a_broken_index_is_refused_with_the_reason_data() {
        QTest::addColumn<QByteArray>("index");
        QTest::addColumn<QString>("reason");
        QTest::newRow("bad JSON") << QByteArray("{\"weight_map\": {") << "not valid JSON";
        QTest::newRow("no map") << QByteArray("{\"metadata\": {}}") << "has no weight_map";
        QTest::newRow("a list") << QByteArray("[1]") << "has no weight_map";
        QTest::newRow("number") << QByteArray(R"({"weight_map": {"a": 3}})") << "tensor a is not mapped to a file";
        QTest::newRow("outside") << QByteArray(R"({"weight_map": {"a": "../x"}})")
                                 << "tensor a is not mapped to a file of the same folder";
        QTest::newRow("unknown tensor")
            << QByteArray(R"({"weight_map": {"decoder.ghost": "model-00001-of-00003.safetensors"}})")
            << "lists tensor decoder.ghost in model-00001-of-00003.safetensors, which does not hold it";
    }
    void a_broken_index_is_refused_with_the_reason() {
        QFETCH(QByteArray, index);
        QFETCH(QString, reason);
        const TemporaryFolder folder;
        const auto model = folder.copy_of(golden("tiny-opt-sharded"));
        QVERIFY(write_bytes(model / "model.safetensors.index.json", index));
        VERIFY_ERROR(Checkpoint::open(model), QStringLiteral("model.safetensors.index.json"), reason);
    }
};

QTEST_APPLESS_MAIN(TestCheckpoint)
#include "tst_checkpoint.moc"
