// SPDX-License-Identifier: GPL-3.0-or-later
// For core only: includes LibTorch.
#pragma once

#include "core/base/error.h"
#include "core/model/precision.h"

#include <ATen/core/Tensor.h>
#include <c10/core/Device.h>
#include <c10/core/GradMode.h>
#include <c10/util/Exception.h>

#include <string>

namespace invar {

[[nodiscard]] at::ScalarType scalar_type_of(Precision precision);

/// In which to train decoder layers: as asked for, but in float32 where a processor is slow with anything else.
[[nodiscard]] at::ScalarType training_type(Precision precision, const at::Device &device);

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
    c10::AutoGradMode gradients_{false}; // not InferenceMode: LossGradient differentiates tensors that others made
};

/// The first line of what LibTorch says, without its backtrace.
[[nodiscard]] std::string plain_message(const c10::Error &error);

/// Runs `work`; an exception of LibTorch becomes an Error that a person can read.
template <typename Work> auto with_plain_errors(Work &&work) {
    try {
        return work();
    } catch (const c10::Error &error) {
        throw Error(plain_message(error));
    }
}

} // namespace invar
