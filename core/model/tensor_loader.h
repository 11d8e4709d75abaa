// SPDX-License-Identifier: GPL-3.0-or-later
// For core only: includes LibTorch.
#pragma once

#include "core/checkpoint/checkpoint.h"
#include "core/model/weights.h"

#include <ATen/core/Tensor.h>

#include <initializer_list>
#include <string>

namespace invar {

/// LibTorch's name for a storage type.
[[nodiscard]] at::ScalarType scalar_type_of(StorageType type);
/// The storage type of a tensor. Throws Error for types that checkpoints do not hold.
[[nodiscard]] StorageType storage_type_of(at::ScalarType type);

/// A contiguous CPU tensor as a checkpoint stores it; shares the tensor's memory.
[[nodiscard]] StoredTensor stored_tensor_from(const at::Tensor &tensor);

/// A checkpoint's tensor in float32, its own memory.
[[nodiscard]] at::Tensor float_tensor_from(const StoredTensor &stored);

/// Takes named weights out of a checkpoint: checks type and shape, converts to float32, refuses NaN and infinity.
/// Every complaint names the checkpoint and the tensor.
class TensorLoader {
public:
    /// `prefix` is put before every name, e.g. "model.decoder.".
    TensorLoader(const Checkpoint &checkpoint, std::string prefix);

    [[nodiscard]] at::Tensor load(const std::string &name, std::initializer_list<std::int64_t> shape) const;
    [[nodiscard]] Linear linear(const std::string &name, std::int64_t outputs, std::int64_t inputs, bool bias) const;
    [[nodiscard]] Norm norm(const std::string &name, std::int64_t size, bool affine) const;
    [[nodiscard]] bool contains(const std::string &name) const { return checkpoint_.contains(prefix_ + name); }

private:
    const Checkpoint &checkpoint_;
    std::string prefix_;
};

} // namespace invar
