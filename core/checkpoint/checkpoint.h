// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/task.h"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace invar {

/// Element types that checkpoints of language models hold.
enum class StorageType { float64, float32, float16, bfloat16, int64, int32, int16, int8, uint8, boolean };

[[nodiscard]] std::size_t size_of(StorageType type);
/// The safetensors spelling: "F32", "BF16", "I64", ...
[[nodiscard]] std::string_view name_of(StorageType type);

/// One tensor of a checkpoint: contiguous row-major bytes, owned by a mapped file or a buffer that `owner` keeps alive.
struct StoredTensor {
    StorageType type = StorageType::float32;
    std::vector<std::int64_t> shape;
    std::span<const std::byte> bytes; ///< exactly product(shape) * size_of(type), aligned to size_of(type)
    std::shared_ptr<const void> owner;
    /// For values that a file holds packed: works them out into float32, elements() of them, each time it is called.
    /// `type` is float32 then, and `bytes` is empty.
    std::function<void(std::span<float> values)> unpack = {};

    [[nodiscard]] std::int64_t elements() const;
};

/// The named tensors of one model, whatever files they came from.
class Checkpoint {
public:
    /// Opens the weights in a Hugging Face folder: model.safetensors, its sharded form (…index.json),
    /// pytorch_model.bin or its sharded form, in this order of preference; or a .gguf file, with Hugging Face's names
    /// for its tensors. Files are memory-mapped; nothing pickled is executed. Throws Error naming the file and what is
    /// wrong with it.
    [[nodiscard]] static Checkpoint open(const std::filesystem::path &path, const Task &task = {});

    explicit Checkpoint(std::map<std::string, StoredTensor> tensors, std::filesystem::path source = {});

    [[nodiscard]] bool contains(const std::string &name) const { return tensors_.contains(name); }
    /// Throws Error naming the tensor and the checkpoint when it is missing.
    [[nodiscard]] const StoredTensor &at(const std::string &name) const;
    [[nodiscard]] const std::map<std::string, StoredTensor> &tensors() const { return tensors_; }
    [[nodiscard]] const std::filesystem::path &source() const { return source_; }

private:
    std::map<std::string, StoredTensor> tensors_;
    std::filesystem::path source_;
};

} // namespace invar
