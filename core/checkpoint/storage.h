// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/checkpoint/checkpoint.h"

#include <optional>

namespace invar {

/// Most dimensions that a tensor in a file may have (LibTorch's own limit).
inline constexpr std::size_t max_dimensions = 64;

/// The type that a safetensors header calls `name`, if it is one that we hold.
[[nodiscard]] std::optional<StorageType> storage_type_named(std::string_view name);

/// product(shape), or nothing when a dimension is negative or the product overflows.
[[nodiscard]] std::optional<std::int64_t> checked_elements(std::span<const std::int64_t> shape);

/// product(shape) * size_of(type), or nothing when a dimension is negative or the product overflows.
[[nodiscard]] std::optional<std::size_t> checked_byte_size(StorageType type, std::span<const std::int64_t> shape);

/// A tensor over bytes that `owner` keeps alive; copied when they do not lie at a multiple of the element size.
[[nodiscard]] StoredTensor aligned_tensor(StorageType type, std::vector<std::int64_t> shape,
                                          std::span<const std::byte> bytes, std::shared_ptr<const void> owner);

/// A tensor over an own buffer of uninitialised bytes, and that buffer to fill.
struct NewTensor {
    StoredTensor tensor;
    std::span<std::byte> buffer;
};
[[nodiscard]] NewTensor new_tensor(StorageType type, std::vector<std::int64_t> shape, std::size_t bytes);

} // namespace invar
