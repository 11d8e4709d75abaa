// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/compute.h"

#include "core/model/device_name.h"

#include <ATen/Context.h>
#include <ATen/Parallel.h>
#include <ATen/detail/CUDAHooksInterface.h>

#include <algorithm>
#include <thread>

namespace invar {

std::string_view name_of(Precision precision) { return precision == Precision::float32 ? "float32" : "bfloat16"; }

Precision parse_precision(std::string_view name) {
    for (const auto precision : {Precision::float32, Precision::bfloat16})
        if (name_of(precision) == name)
            return precision;
    fail("the precision \"{}\" is not known; known: float32, bfloat16", name);
}

bool has_fast_bfloat16() {
#if defined(__x86_64__)
    return __builtin_cpu_supports("avx512bf16") != 0;
#else
    return true; // not known to be slow
#endif
}

at::ScalarType training_type(Precision precision, const at::Device &device) {
    return device.is_cpu() && !has_fast_bfloat16() ? at::kFloat : scalar_type_of(precision);
}

at::ScalarType scalar_type_of(Precision precision) {
    return precision == Precision::float32 ? at::kFloat : at::kBFloat16;
}

at::Device usable_device(const std::string &name) {
    at::Device device(at::kCPU);
    try {
        device = at::Device(name);
    } catch (const std::exception &) {
        fail("the device \"{}\" is not known; use cpu, cuda or cuda:i", name);
    }
    if (device.is_cpu())
        return device;
    if (!device.is_cuda())
        fail("the device \"{}\" is not supported; use cpu, cuda or cuda:i", name);
    const int count = at::hasCUDA() ? static_cast<int>(at::detail::getCUDAHooks().deviceCount()) : 0;
    if (count == 0)
        fail("the device \"{}\" cannot be used: no CUDA device was found", name);
    const int index = device.has_index() ? device.index() : 0;
    if (index >= count)
        fail("the device \"{}\" does not exist: this machine has {} CUDA device(s), counted from 0", name, count);
    return {at::kCUDA, static_cast<c10::DeviceIndex>(index)};
}

std::string problem_of_device(const std::string &name) {
    try {
        (void)usable_device(name);
        return {};
    } catch (const Error &error) {
        return error.what();
    }
}

int resolve_threads(int requested) {
    if (requested > 0)
        return requested;
    return std::max(1, static_cast<int>(std::thread::hardware_concurrency()) - 1);
}

std::string plain_message(const c10::Error &error) {
    const std::string text = error.what_without_backtrace();
    return text.substr(0, text.find('\n'));
}

ComputeScope::ComputeScope(int threads) { at::set_num_threads(resolve_threads(threads)); }

} // namespace invar
