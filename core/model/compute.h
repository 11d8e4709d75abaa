// SPDX-License-Identifier: GPL-3.0-or-later
// For core only: includes LibTorch.
#pragma once

#include "core/model/precision.h"

#include <ATen/core/Tensor.h>
#include <c10/core/Device.h>
#include <c10/core/InferenceMode.h>

#include <string>

namespace invar {

[[nodiscard]] at::ScalarType scalar_type_of(Precision precision);

/// "cpu", "cuda", "cuda:1" to a device that can be used here. Throws Error saying why not.
[[nodiscard]] at::Device usable_device(const std::string &name);

/// Threads to use for `requested` (0: all but one core, so that a window stays responsive; at least one).
[[nodiscard]] int resolve_threads(int requested);

/// Sets up the calling thread for computing without gradients, with so many threads; construct it inside the worker,
/// since LibTorch keeps both per thread.
class ComputeScope {
public:
    explicit ComputeScope(int threads);

private:
    c10::InferenceMode inference_;
};

} // namespace invar
