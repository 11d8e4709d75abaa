// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/checkpoint/storage.h"

#include "core/base/error.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <limits>

namespace invar {
namespace {

struct TypeEntry {
    StorageType type;
    std::size_t size;
    std::string_view name;
};

constexpr std::array types{
    TypeEntry{StorageType::float64, 8, "F64"}, TypeEntry{StorageType::float32, 4, "F32"},
    TypeEntry{StorageType::float16, 2, "F16"}, TypeEntry{StorageType::bfloat16, 2, "BF16"},
    TypeEntry{StorageType::int64, 8, "I64"},   TypeEntry{StorageType::int32, 4, "I32"},
    TypeEntry{StorageType::int16, 2, "I16"},   TypeEntry{StorageType::int8, 1, "I8"},
    TypeEntry{StorageType::uint8, 1, "U8"},    TypeEntry{StorageType::boolean, 1, "BOOL"},
};

const TypeEntry &entry_of(StorageType type) {
    const auto *found = std::ranges::find(types, type, &TypeEntry::type);
    if (found == types.end())
        fail("unknown storage type {}", static_cast<int>(type));
    return *found;
}

} // namespace

std::size_t size_of(StorageType type) { return entry_of(type).size; }

std::string_view name_of(StorageType type) { return entry_of(type).name; }

std::optional<StorageType> storage_type_named(std::string_view name) {
    const auto *found = std::ranges::find(types, name, &TypeEntry::name);
    return found == types.end() ? std::nullopt : std::optional(found->type);
}

std::optional<std::int64_t> checked_elements(std::span<const std::int64_t> shape) {
    constexpr auto limit = std::numeric_limits<std::int64_t>::max();
    if (std::ranges::any_of(shape, [](auto size) { return size < 0; }))
        return std::nullopt;
    std::int64_t product = 1;
    for (const auto size : shape) {
        if (size != 0 && product > limit / size)
            return std::nullopt;
        product *= size;
    }
    return product;
}

std::optional<std::size_t> checked_byte_size(StorageType type, std::span<const std::int64_t> shape) {
    const auto elements = checked_elements(shape);
    const auto size = size_of(type);
    if (!elements || static_cast<std::uint64_t>(*elements) > std::numeric_limits<std::size_t>::max() / size)
        return std::nullopt;
    return static_cast<std::size_t>(*elements) * size;
}

NewTensor new_tensor(StorageType type, std::vector<std::int64_t> shape, std::size_t bytes) {
    const auto owner = std::make_shared_for_overwrite<std::byte[]>(bytes);
    return {.tensor = {.type = type, .shape = std::move(shape), .bytes = {owner.get(), bytes}, .owner = owner},
            .buffer = {owner.get(), bytes}};
}

StoredTensor aligned_tensor(StorageType type, std::vector<std::int64_t> shape, std::span<const std::byte> bytes,
                            std::shared_ptr<const void> owner) {
    if (reinterpret_cast<std::uintptr_t>(bytes.data()) % size_of(type) == 0)
        return {.type = type, .shape = std::move(shape), .bytes = bytes, .owner = std::move(owner)};
    auto copy = new_tensor(type, std::move(shape), bytes.size());
    std::ranges::copy(bytes, copy.buffer.begin());
    return std::move(copy.tensor);
}

std::int64_t StoredTensor::elements() const {
    const auto product = checked_elements(shape);
    if (!product)
        fail("a tensor's shape [{}] is impossible", fmt::join(shape, ", "));
    return *product;
}

} // namespace invar
