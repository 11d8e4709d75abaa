// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/checkpoint/torch_pickle.h"

#include "core/base/error.h"
#include "core/base/files.h"
#include "core/checkpoint/state_dict_pickle.h"
#include "core/checkpoint/storage.h"

#include <caffe2/serialize/inline_container.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstring>

namespace invar {
namespace {

using Bytes = std::span<const std::byte>;

constexpr std::size_t max_pickle_size = std::size_t{64} << 20;

std::uint16_t little_endian_16(Bytes bytes) {
    return static_cast<std::uint16_t>(std::to_integer<unsigned>(bytes[0]) | std::to_integer<unsigned>(bytes[1]) << 8U);
}

/// The records of a zip archive, as views into the mapped file. LibTorch reads the archive's directory; torch.save
/// stores records uncompressed, so their bytes can be used where they lie.
class Archive {
public:
    explicit Archive(const std::filesystem::path &file)
        : name_(file.string()), mapped_(std::make_shared<const MappedFile>(file)) {
        const auto bytes = mapped_->bytes();
        constexpr std::string_view zip_signature = "PK\3\4";
        if (bytes.size() < zip_signature.size() ||
            std::memcmp(bytes.data(), zip_signature.data(), zip_signature.size()) != 0)
            fail("{}: is not in the zip format that torch.save has written since PyTorch 1.6; load it in a newer "
                 "PyTorch and save it again",
                 name_);
        guarded("cannot be read as a zip archive; it is truncated or damaged",
                [&] { reader_ = std::make_unique<caffe2::serialize::PyTorchStreamReader>(name_); });
    }

    [[nodiscard]] bool has(const std::string &record) {
        return guarded("cannot be read as a zip archive", [&] { return reader_->hasRecord(record); });
    }

    [[nodiscard]] Bytes record(const std::string &record) {
        if (!has(record))
            fail("{}: lacks its record {}", name_, record);
        return guarded("has a damaged zip directory", [&] {
            const auto all = mapped_->bytes();
            const auto size = reader_->getRecordSize(record);
            const auto header = reader_->getRecordHeaderOffset(record);
            const auto offset = reader_->getRecordOffset(record);
            constexpr std::size_t local_header_size = 30;
            if (header > all.size() || all.size() - header < local_header_size || offset > all.size() ||
                size > all.size() - offset)
                fail("{}: its record {} lies past the end of the file, which is truncated", name_, record);
            if (little_endian_16(all.subspan(header + 8)) != 0)
                fail("{}: its record {} is compressed, which torch.save never does", name_, record);
            return all.subspan(offset, size);
        });
    }

    [[nodiscard]] const std::string &name() const { return name_; }
    [[nodiscard]] std::shared_ptr<const void> owner() const { return mapped_; }
    [[nodiscard]] std::size_t size() const { return mapped_->bytes().size(); }

private:
    /// LibTorch's own messages are pages long and name its sources, not the file.
    template <typename Action> auto guarded(std::string_view problem, Action action) -> decltype(action()) {
        try {
            return action();
        } catch (const c10::Error &) {
            fail("{}: {}", name_, problem);
        }
    }

    std::string name_;
    std::shared_ptr<const MappedFile> mapped_;
    std::unique_ptr<caffe2::serialize::PyTorchStreamReader> reader_;
};

/// Elements from a view's first to just past its last, or nothing when that overflows.
std::optional<std::int64_t> checked_extent(const PickledTensor &tensor) {
    std::int64_t last = tensor.offset;
    for (std::size_t i = 0; i < tensor.shape.size(); ++i) {
        std::int64_t span = 0;
        if (tensor.shape[i] == 0)
            return tensor.offset;
        if (__builtin_mul_overflow(tensor.shape[i] - 1, tensor.strides[i], &span) ||
            __builtin_add_overflow(last, span, &last))
            return std::nullopt;
    }
    if (last == INT64_MAX)
        return std::nullopt;
    return last + 1;
}

bool is_contiguous(const PickledTensor &tensor) {
    std::int64_t expected = 1;
    for (std::size_t i = tensor.shape.size(); i-- > 0;) {
        if (tensor.shape[i] != 1 && tensor.strides[i] != expected)
            return false;
        expected *= tensor.shape[i];
    }
    return true;
}

/// Copies a strided view row by row (of its last dimension's elements) into `target`, in row-major order.
void copy_strided(const PickledTensor &tensor, Bytes storage, std::span<std::byte> target) {
    const auto width = size_of(tensor.type);
    const auto dimensions = tensor.shape.size();
    std::vector<std::int64_t> index(dimensions, 0);
    auto position = tensor.offset;
    for (std::size_t done = 0; done < target.size(); done += width) {
        std::memcpy(target.data() + done, storage.data() + static_cast<std::size_t>(position) * width, width);
        for (std::size_t i = dimensions; i-- > 0;) {
            position += tensor.strides[i];
            if (++index[i] < tensor.shape[i])
                break;
            position -= tensor.strides[i] * tensor.shape[i];
            index[i] = 0;
        }
    }
}

StoredTensor resolve(const PickledTensor &tensor, Archive &archive, std::size_t &copied) {
    const auto storage = archive.record("data/" + tensor.storage);
    const auto width = size_of(tensor.type);
    const auto stored = storage.size() / width;
    if (storage.size() % width != 0 || static_cast<std::uint64_t>(tensor.storage_elements) != stored)
        fail("{}: the storage of tensor {} has {} bytes, but should hold {} elements of {}", archive.name(),
             tensor.name, storage.size(), tensor.storage_elements, name_of(tensor.type));
    const auto bytes = checked_byte_size(tensor.type, tensor.shape);
    const auto extent = checked_extent(tensor);
    if (!bytes || !extent || static_cast<std::uint64_t>(*extent) > stored)
        fail("{}: tensor {} with shape [{}] reaches past the end of its storage of {} elements", archive.name(),
             tensor.name, fmt::join(tensor.shape, ", "), stored);
    if (is_contiguous(tensor) || *bytes == 0)
        return aligned_tensor(tensor.type, tensor.shape,
                              storage.subspan(static_cast<std::size_t>(tensor.offset) * width, *bytes),
                              archive.owner());
    // Copies may together not outgrow the file, or a small file of many views would fill the memory.
    if (*bytes > archive.size() - copied)
        fail("{}: tensor {} repeats elements of its storage", archive.name(), tensor.name);
    copied += *bytes;
    auto contiguous = new_tensor(tensor.type, tensor.shape, *bytes);
    copy_strided(tensor, storage, contiguous.buffer);
    return std::move(contiguous.tensor);
}

} // namespace

std::map<std::string, StoredTensor> read_torch_state_dict(const std::filesystem::path &file) {
    Archive archive(file);
    if (archive.has("byteorder")) {
        const auto order = archive.record("byteorder");
        if (std::string_view(reinterpret_cast<const char *>(order.data()), order.size()) != "little")
            fail("{}: was saved on a big-endian machine, which is not supported", archive.name());
    }
    if (!archive.has("data.pkl"))
        fail("{}: holds no data.pkl, so torch.save did not write it", archive.name());
    const auto pickle = archive.record("data.pkl");
    if (pickle.size() > max_pickle_size)
        fail("{}: its pickle is {} bytes long, more than a state_dict could need", archive.name(), pickle.size());

    std::map<std::string, StoredTensor> tensors;
    std::size_t copied = 0;
    for (const auto &tensor : read_state_dict_pickle(pickle, archive.name()))
        tensors.insert_or_assign(tensor.name, resolve(tensor, archive, copied));
    return tensors;
}

} // namespace invar
