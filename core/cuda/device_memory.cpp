// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cuda/device_memory.h"

#include "core/base/error.h"
#include "core/model/compute.h"

#include <ATen/ATen.h>
#include <c10/core/DeviceGuard.h>
#include <c10/core/impl/VirtualGuardImpl.h>

#include <algorithm>
#include <cstring>

namespace invar::cuda {
namespace {

at::Tensor device_buffer(std::int64_t count, at::ScalarType type, const at::Device &device) {
    return at::zeros({count}, at::dtype(type).device(usable_device(device.str())));
}

/// On the CPU both sides are one.
at::Tensor host_buffer_of(const at::Tensor &device) {
    if (!device.is_cuda())
        return device;
    return at::empty(device.sizes(), at::dtype(device.scalar_type()).pinned_memory(true));
}

std::optional<c10::Event> event_for(const at::Device &device) {
    if (!device.is_cuda())
        return std::nullopt;
    return c10::Event(device.type());
}

c10::Stream current_stream(const at::Device &device) {
    return c10::impl::VirtualGuardImpl(device.type()).getStream(device);
}

void record(c10::Event &event, const at::Device &device) {
    const c10::DeviceGuard guard(device);
    event.record(current_stream(device));
}

/// Makes `later` wait for what `earlier` has to do by now.
void order(const c10::Stream &earlier, const c10::Stream &later) {
    const c10::DeviceGuard guard(earlier.device());
    c10::Event event(earlier.device_type());
    event.record(earlier);
    event.block(later);
}

} // namespace

StreamScope::StreamScope(const at::Device &device) {
    const auto usable = usable_device(device.str());
    if (!usable.is_cuda())
        return;
    const c10::impl::VirtualGuardImpl streams(usable.type());
    own_ = streams.getStreamFromGlobalPool(usable);
    before_ = streams.exchangeStream(*own_);
    order(*before_, *own_);
}

StreamScope::~StreamScope() {
    if (!own_)
        return;
    try {
        c10::impl::VirtualGuardImpl(own_->device_type()).exchangeStream(*before_);
        order(*own_, *before_);
    } catch (const std::exception &) { // a broken device says so at the next call; a destructor cannot
    }
}

PinnedSums::PinnedSums(std::int64_t count, const at::Device &device)
    : device_(device_buffer(count, at::kDouble, device)), host_(host_buffer_of(device_)),
      copied_(event_for(device_.device())) {}

void PinnedSums::start() {
    if (!copied_)
        return;
    host_.copy_(device_, /*non_blocking=*/true);
    record(*copied_, device_.device());
}

std::span<const double> PinnedSums::wait() {
    if (copied_)
        copied_->synchronize();
    return {host_.const_data_ptr<double>(), static_cast<std::size_t>(host_.numel())};
}

UploadBuffer::UploadBuffer(std::int64_t words, const at::Device &device)
    : device_(device_buffer(words, at::kInt, device)), host_(host_buffer_of(device_)),
      copied_(event_for(device_.device())) {}

std::int32_t *UploadBuffer::begin_write() {
    if (copied_ && copied_->was_marked_for_recording())
        copied_->synchronize();
    return host_.mutable_data_ptr<std::int32_t>();
}

void UploadBuffer::end_write(std::int64_t words) {
    if (!copied_ || words == 0)
        return;
    device_.narrow(0, 0, words).copy_(host_.narrow(0, 0, words), /*non_blocking=*/true);
    record(*copied_, device_.device());
}

DeviceNeurons::DeviceNeurons(std::int64_t neurons, const at::Device &device)
    : neurons_(neurons), words_(5 * neurons, device) {}

void DeviceNeurons::assign(const NeuronMapView &host) {
    const auto exists = [this](std::int32_t neuron) { return neuron >= 0 && neuron < neurons_; };
    const auto count = static_cast<std::size_t>(neurons_);
    if (!std::ranges::all_of(std::span(host.source, count), exists) ||
        !std::ranges::all_of(std::span(host.partner, count), exists))
        fail("a neuron map leads out of its {} neurons", neurons_);
    auto *words = words_.begin_write();
    const auto put = [&](const void *numbers) {
        std::memcpy(words, numbers, count * sizeof(std::int32_t));
        words += count;
    };
    put(host.source);
    put(host.partner);
    put(host.own);
    put(host.mixed);
    put(host.scale);
    words_.end_write(5 * neurons_);
}

NeuronMapView DeviceNeurons::view() const {
    const auto *words = words_.on_device();
    const auto numbers = [&](std::int64_t part) { return reinterpret_cast<const float *>(words + part * neurons_); };
    return {words, words + neurons_, numbers(2), numbers(3), numbers(4)};
}

DeviceIndices::DeviceIndices(std::int64_t capacity, const at::Device &device) : words_(capacity, device) {}

void DeviceIndices::assign(std::span<const std::int32_t> indices) {
    if (static_cast<std::int64_t>(indices.size()) > words_.capacity())
        fail("a list of {} indices does not fit in one of {}", indices.size(), words_.capacity());
    if (std::ranges::any_of(indices, [](std::int32_t index) { return index < 0; }))
        fail("a list of indices holds a negative one");
    std::ranges::copy(indices, words_.begin_write());
    size_ = static_cast<std::int64_t>(indices.size());
    greatest_ = indices.empty() ? -1 : *std::ranges::max_element(indices);
    words_.end_write(size_);
}

} // namespace invar::cuda
