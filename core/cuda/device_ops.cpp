// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cuda/device_ops.h"

#include "core/base/error.h"

#include <ATen/ATen.h>

#ifdef INVAR_CUDA_KERNELS
#include "core/cuda/kernels.h"
#include "core/quant/group_quantizer.h"

#include <c10/core/DeviceGuard.h>
#include <c10/cuda/CUDAStream.h>

#include <limits>
#endif

namespace invar {

#ifdef INVAR_CUDA_KERNELS

bool cuda_kernels_built() { return true; }

namespace cuda {
namespace {

/// A tensor's data on `device`, or an Error that says which tensor is not as it must be.
void check_tensor(const at::Tensor &tensor, const char *name, const at::Device &device) {
    if (!tensor.defined())
        fail("a CUDA kernel's {} is missing", name);
    if (!tensor.is_cuda())
        fail("a CUDA kernel's {} is on {}, not on a CUDA device", name, tensor.device().str());
    if (tensor.device() != device)
        fail("a CUDA kernel's {} is on {}, the rest on {}", name, tensor.device().str(), device.str());
    if (!tensor.is_contiguous())
        fail("a CUDA kernel's {} is not contiguous", name);
}

void check_type(const at::Tensor &tensor, const char *name, at::ScalarType type) {
    if (tensor.scalar_type() != type)
        fail("a CUDA kernel's {} is {}, not {}", name, at::toString(tensor.scalar_type()), at::toString(type));
}

void check_shape(const at::Tensor &tensor, const char *name, at::IntArrayRef sizes) {
    if (tensor.sizes() != sizes)
        fail("a CUDA kernel's {} has {} elements in another shape than the {} that are wanted", name, tensor.numel(),
             c10::multiply_integers(sizes));
}

template <typename T> T *data_of(const at::Tensor &tensor) { return static_cast<T *>(tensor.mutable_data_ptr()); }

/// call(T{}) with the type that the tensor is stored in.
template <typename Call> int with_stored_type(const at::Tensor &tensor, const char *name, const Call &call) {
    switch (tensor.scalar_type()) {
    case at::kFloat:
        return call(float{});
    case at::kHalf:
        return call(Float16{});
    case at::kBFloat16:
        return call(Bfloat16{});
    default:
        fail("a CUDA kernel's {} is {}, not float32, float16 or bfloat16", name, at::toString(tensor.scalar_type()));
    }
}

/// Sets the tensor's device and starts a kernel on the thread's stream there.
template <typename Start> void start(const at::Tensor &tensor, const char *kernel, const Start &start_kernel) {
    const c10::DeviceGuard guard(tensor.device());
    const int status = start_kernel(c10::cuda::getCurrentCUDAStream(tensor.device().index()).stream());
    if (status != cudaSuccess)
        fail("the CUDA kernel {} could not be started: {}", kernel,
             cudaGetErrorString(static_cast<cudaError_t>(status)));
}

int group_of(const Grid &grid, std::int64_t columns) {
    if (grid.bits < 1 || grid.bits > 8)
        fail("{} bits: a grid has 1 to 8", grid.bits);
    if (!grid.divides(columns))
        fail("a group size of {} does not divide a row of {} weights", grid.group_size, columns);
    if (columns > std::numeric_limits<int>::max())
        fail("a row of {} weights is too long for a CUDA kernel", columns);
    return static_cast<int>(grid.group_of(columns));
}

void check_base(const at::Tensor &base, std::int64_t dimensions, std::int64_t neuron_dimension,
                const DeviceNeurons &neurons) {
    if (base.defined() && base.dim() != dimensions)
        fail("a CUDA kernel's base has {} dimensions, not {}", base.dim(), dimensions);
    check_tensor(base, "base", neurons.device());
    check_type(base, "base", at::kFloat);
    if (base.size(neuron_dimension) != neurons.neurons())
        fail("a CUDA kernel's base has {} neurons, its map {}", base.size(neuron_dimension), neurons.neurons());
}

/// Fills what RowsTask and ColumnsTask have in common; `units` is how many rows, or groups of a row, there are.
template <typename Task> void aim(Task &task, const at::Tensor &base, const NeuronTarget &target, std::int64_t units) {
    task.count = units;
    if (target.touched != nullptr) {
        if (target.touched->device() != base.device() || target.touched->greatest() >= units)
            fail("a CUDA kernel's list of touched rows or groups is on {} and leads to {} of {}",
                 target.touched->device().str(), target.touched->greatest(), units);
        task.count = target.touched->size();
    }
    if (target.values.defined()) {
        check_tensor(target.values, "values", base.device());
        check_type(target.values, "values", at::kFloat);
        check_shape(target.values, "values", base.sizes());
        task.values = data_of<float>(target.values);
    }
}

const std::int32_t *list_of(const NeuronTarget &target) {
    return target.touched != nullptr ? target.touched->data() : nullptr;
}

} // namespace

void round_groups(const at::Tensor &weights, const Grid &grid, const at::Tensor &out) {
    check_tensor(weights, "matrix", weights.device());
    check_tensor(out, "output", weights.device());
    check_type(out, "output", weights.scalar_type());
    check_shape(out, "output", weights.sizes());
    if (weights.dim() != 2)
        fail("a CUDA kernel's matrix has {} dimensions, not 2", weights.dim());
    const int group = group_of(grid, weights.size(1));
    start(weights, "round_groups", [&](Stream stream) {
        return with_stored_type(weights, "matrix", [&]<typename T>(T) {
            return round_groups(GroupsTask<T>{.weights = data_of<T>(weights),
                                              .out = data_of<T>(out),
                                              .groups = group == 0 ? 0 : weights.numel() / group,
                                              .group = group,
                                              .grid = grid_constants(grid)},
                                stream);
        });
    });
}

void round_rows(const at::Tensor &base, const DeviceNeurons &neurons, const Grid &grid, const NeuronTarget &target) {
    check_base(base, 2, 0, neurons);
    check_tensor(target.out, "output", base.device());
    check_shape(target.out, "output", base.sizes());
    const int group = group_of(grid, base.size(1));
    start(base, "round_rows", [&](Stream stream) {
        return with_stored_type(target.out, "output", [&]<typename T>(T) {
            RowsTask<T> task{.base = data_of<float>(base),
                             .columns = base.size(1),
                             .map = neurons.view(),
                             .positions = list_of(target),
                             .group = group,
                             .grid = grid_constants(grid),
                             .out = data_of<T>(target.out)};
            aim(task, base, target, base.size(0));
            return round_rows(task, stream);
        });
    });
}

void round_columns(const at::Tensor &base, const DeviceNeurons &neurons, const Grid &grid, const NeuronTarget &target) {
    check_base(base, 2, 1, neurons);
    check_tensor(target.out, "output", base.device());
    check_shape(target.out, "output", base.sizes());
    const int group = group_of(grid, base.size(1));
    start(base, "round_columns", [&](Stream stream) {
        return with_stored_type(target.out, "output", [&]<typename T>(T) {
            ColumnsTask<T> task{.base = data_of<float>(base),
                                .rows = base.size(0),
                                .neurons = base.size(1),
                                .map = neurons.view(),
                                .groups = list_of(target),
                                .group = group,
                                .grid = grid_constants(grid),
                                .out = data_of<T>(target.out)};
            aim(task, base, target, group == 0 ? 0 : base.size(1) / group);
            return round_columns(task, stream);
        });
    });
}

void transform_bias(const at::Tensor &base, const DeviceNeurons &neurons, const at::Tensor &out) {
    check_base(base, 1, 0, neurons);
    check_tensor(out, "output", base.device());
    check_shape(out, "output", base.sizes());
    start(base, "transform_bias", [&](Stream stream) {
        return with_stored_type(out, "output", [&]<typename T>(T) {
            return transform_bias(BiasTask<T>{.base = data_of<float>(base),
                                              .map = neurons.view(),
                                              .neurons = base.size(0),
                                              .out = data_of<T>(out)},
                                  stream);
        });
    });
}

void squared_difference(const at::Tensor &a, const at::Tensor &b, const at::Tensor &row_sums, const at::Tensor &total) {
    check_tensor(a, "first operand", a.device());
    check_tensor(b, "second operand", a.device());
    check_type(b, "second operand", a.scalar_type());
    check_shape(b, "second operand", a.sizes());
    check_tensor(row_sums, "row sums", a.device());
    check_type(row_sums, "row sums", at::kDouble);
    check_tensor(total, "total", a.device());
    check_type(total, "total", at::kDouble);
    const auto columns = a.dim() == 0 ? 1 : a.size(-1);
    const auto rows = columns == 0 ? 0 : a.numel() / columns;
    if (row_sums.numel() < rows || total.numel() != 1)
        fail("a CUDA kernel has room for {} row sums and {} totals, not for {} and 1", row_sums.numel(), total.numel(),
             rows);
    start(a, "squared_difference", [&](Stream stream) {
        return with_stored_type(a, "first operand", [&]<typename T>(T) {
            return squared_difference(DifferenceTask<T>{.a = data_of<T>(a),
                                                        .b = data_of<T>(b),
                                                        .rows = rows,
                                                        .columns = columns,
                                                        .row_sums = data_of<double>(row_sums)},
                                      data_of<double>(total), stream);
        });
    });
}

} // namespace cuda

#else

bool cuda_kernels_built() { return false; }

namespace cuda {
namespace {

[[noreturn]] void fail_without_kernels() {
    fail("this program was built without CUDA kernels; build it where nvcc and a CUDA LibTorch are (INVAR_CUDA=ON)");
}

} // namespace

void round_groups(const at::Tensor &, const Grid &, const at::Tensor &) { fail_without_kernels(); }
void round_rows(const at::Tensor &, const DeviceNeurons &, const Grid &, const NeuronTarget &) {
    fail_without_kernels();
}
void round_columns(const at::Tensor &, const DeviceNeurons &, const Grid &, const NeuronTarget &) {
    fail_without_kernels();
}
void transform_bias(const at::Tensor &, const DeviceNeurons &, const at::Tensor &) { fail_without_kernels(); }
void squared_difference(const at::Tensor &, const at::Tensor &, const at::Tensor &, const at::Tensor &) {
    fail_without_kernels();
}

} // namespace cuda

#endif

} // namespace invar
