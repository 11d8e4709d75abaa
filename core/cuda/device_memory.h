// SPDX-License-Identifier: GPL-3.0-or-later
// For core only: includes LibTorch. A stream of our own, and the small buffers that go to a device and come back once a
// step. On the CPU device all of this works too and costs nothing: an engine need not ask where it runs.
#pragma once

#include "core/kernels/neuron_arithmetic.h"

#include <ATen/core/Tensor.h>
#include <c10/core/Event.h>
#include <c10/core/Stream.h>

#include <cstdint>
#include <optional>
#include <span>

namespace invar::cuda {

/// While it lives, this thread's work on a CUDA device goes to a non-blocking stream of LibTorch's pool, in order after
/// what was on the thread's stream before; what comes after it waits for what it did. On the CPU: nothing. Memory that
/// was allocated before it must not be freed within it. Throws Error when there is no such device (as do the buffers
/// below).
class StreamScope {
public:
    explicit StreamScope(const at::Device &device);
    ~StreamScope();
    StreamScope(const StreamScope &) = delete;
    StreamScope &operator=(const StreamScope &) = delete;

private:
    std::optional<c10::Stream> before_;
    std::optional<c10::Stream> own_;
};

/// Float64 sums that kernels leave on the device and the host reads once a step.
class PinnedSums {
public:
    PinnedSums(std::int64_t count, const at::Device &device);

    /// All sums, float64 [count] on the device.
    [[nodiscard]] const at::Tensor &on_device() const { return device_; }
    /// One sum, float64 [1] on the device: what squared_difference() and LibTorch's `out=` functions write to.
    [[nodiscard]] at::Tensor slot(std::int64_t index) const { return device_.narrow(0, index, 1); }

    /// Starts the copy to pinned host memory, behind what the current stream has to do.
    void start();
    /// Waits for the copy last started: the step's one synchronization. Valid until the next start().
    [[nodiscard]] std::span<const double> wait();

private:
    at::Tensor device_;
    at::Tensor host_;
    std::optional<c10::Event> copied_; ///< none on the CPU
};

/// 32-bit words that the host writes to pinned memory and sends to the device without waiting.
class UploadBuffer {
public:
    UploadBuffer(std::int64_t words, const at::Device &device);

    /// The words to fill; waits until the last copy has left them.
    [[nodiscard]] std::int32_t *begin_write();
    /// Starts the copy of the first `words` words, in the current stream's order.
    void end_write(std::int64_t words);
    [[nodiscard]] const std::int32_t *on_device() const { return device_.const_data_ptr<std::int32_t>(); }
    [[nodiscard]] std::int64_t capacity() const { return host_.numel(); }
    [[nodiscard]] at::Device device() const { return device_.device(); }

private:
    at::Tensor device_;
    at::Tensor host_;
    std::optional<c10::Event> copied_;
};

/// A NeuronMapView on a device.
class DeviceNeurons {
public:
    DeviceNeurons(std::int64_t neurons, const at::Device &device);

    /// Sends a map in host memory. Throws Error when a source or partner is not one of the neurons.
    void assign(const NeuronMapView &host);
    /// Device pointers, valid while this lives.
    [[nodiscard]] NeuronMapView view() const;
    [[nodiscard]] std::int64_t neurons() const { return neurons_; }
    [[nodiscard]] at::Device device() const { return words_.device(); }

private:
    std::int64_t neurons_ = 0;
    UploadBuffer words_;
};

/// A list of touched rows or groups on a device.
class DeviceIndices {
public:
    DeviceIndices(std::int64_t capacity, const at::Device &device);

    /// Sends a list of different, non-negative indices. Throws Error when it is too long or one is negative.
    void assign(std::span<const std::int32_t> indices);
    [[nodiscard]] const std::int32_t *data() const { return words_.on_device(); }
    [[nodiscard]] std::int64_t size() const { return size_; }
    [[nodiscard]] std::int32_t greatest() const { return greatest_; } ///< -1 when empty
    [[nodiscard]] at::Device device() const { return words_.device(); }

private:
    std::int64_t size_ = 0;
    std::int32_t greatest_ = -1;
    UploadBuffer words_;
};

} // namespace invar::cuda
