// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/tensor_loader.h"

#include <ATen/ATen.h>

#include <fmt/ranges.h>

#include <array>
#include <vector>

namespace invar {
namespace {

constexpr std::array types{
    std::pair{StorageType::float64, at::kDouble}, std::pair{StorageType::float32, at::kFloat},
    std::pair{StorageType::float16, at::kHalf},   std::pair{StorageType::bfloat16, at::kBFloat16},
    std::pair{StorageType::int64, at::kLong},     std::pair{StorageType::int32, at::kInt},
    std::pair{StorageType::int16, at::kShort},    std::pair{StorageType::int8, at::kChar},
    std::pair{StorageType::uint8, at::kByte},     std::pair{StorageType::boolean, at::kBool},
};

} // namespace

at::ScalarType scalar_type_of(StorageType type) {
    for (const auto &[storage, scalar] : types)
        if (storage == type)
            return scalar;
    fail("unknown storage type");
}

StorageType storage_type_of(at::ScalarType type) {
    for (const auto &[storage, scalar] : types)
        if (scalar == type)
            return storage;
    fail("tensors of type {} cannot be stored", at::toString(type));
}

StoredTensor stored_tensor_from(const at::Tensor &tensor) {
    const auto contiguous = std::make_shared<at::Tensor>(tensor.cpu().contiguous());
    return {.type = storage_type_of(contiguous->scalar_type()),
            .shape = contiguous->sizes().vec(),
            .bytes = {static_cast<const std::byte *>(contiguous->const_data_ptr()), contiguous->nbytes()},
            .owner = contiguous};
}

at::Tensor float_tensor_from(const StoredTensor &stored) {
    if (stored.unpack) {
        auto tensor = at::empty(stored.shape, at::kFloat);
        stored.unpack({tensor.data_ptr<float>(), static_cast<std::size_t>(tensor.numel())});
        return tensor;
    }
    const auto type = scalar_type_of(stored.type);
    // A borrowed view of the mapped file; the conversion copies it.
    const auto view = at::from_blob(const_cast<std::byte *>(stored.bytes.data()), stored.shape, at::dtype(type));
    return type == at::kFloat ? view.clone() : view.to(at::kFloat);
}

TensorLoader::TensorLoader(const Checkpoint &checkpoint, std::string prefix)
    : checkpoint_(checkpoint), prefix_(std::move(prefix)) {}

at::Tensor TensorLoader::load(const std::string &name, std::initializer_list<std::int64_t> shape) const {
    const auto full_name = prefix_ + name;
    const auto &stored = checkpoint_.at(full_name);
    const auto type = scalar_type_of(stored.type);
    if (!at::isFloatingType(type))
        fail("{}: tensor {} has type {}, not a floating-point one", checkpoint_.source().string(), full_name,
             name_of(stored.type));
    if (!std::ranges::equal(stored.shape, shape))
        fail("{}: tensor {} has shape [{}], its configuration asks for [{}]", checkpoint_.source().string(), full_name,
             fmt::join(stored.shape, ", "), fmt::join(shape, ", "));
    auto tensor = float_tensor_from(stored);
    if (!at::isfinite(tensor.sum()).item<bool>() && !at::isfinite(tensor).all().item<bool>())
        fail("{}: tensor {} holds NaN or infinite values", checkpoint_.source().string(), full_name);
    return tensor;
}

Linear TensorLoader::linear(const std::string &name, std::int64_t outputs, std::int64_t inputs, bool bias) const {
    return {load(name + ".weight", {outputs, inputs}), bias ? load(name + ".bias", {outputs}) : at::Tensor()};
}

Norm TensorLoader::norm(const std::string &name, std::int64_t size, bool affine) const {
    return affine ? Norm{load(name + ".weight", {size}), load(name + ".bias", {size})} : Norm{};
}

} // namespace invar
