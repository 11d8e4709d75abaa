// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/search/deferred_score.h"

#include "core/cuda/device_ops.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <numeric>

namespace invar {

DeferredScore::DeferredScore(std::vector<std::size_t> watched, std::int64_t tokens, std::int64_t predicted,
                             const at::Device &device)
    : watched_(std::move(watched)), tokens_(tokens), predicted_(predicted),
      sums_(static_cast<std::int64_t>(watched_.size()) * tokens + predicted + 1, device) {}

std::int64_t DeferredScore::first_slot(std::size_t layer) const {
    return (std::ranges::find(watched_, layer) - watched_.begin()) * tokens_;
}

void DeferredScore::add_layer(std::size_t layer, const at::Tensor &hidden, const at::Tensor &target,
                              const at::Tensor &weights) {
    auto rows = sums_.on_device().narrow(0, first_slot(layer), tokens_);
    if (hidden.is_cuda() && cuda_kernels_built()) {
        const auto unread = static_cast<std::int64_t>(watched_.size()) * tokens_ + predicted_;
        cuda::squared_difference(hidden.contiguous(), target, rows, sums_.slot(unread));
    } else {
        const double limit = difference_limit;
        const auto all = (hidden.to(at::kFloat) - target.to(at::kFloat)).clamp_(-limit, limit).square_();
        rows.copy_(all.sum({-1}, false, at::kDouble).view({-1}));
    }
    if (weights.defined())
        rows.mul_(weights);
    added_.push_back(layer);
}

void DeferredScore::add_losses(const at::Tensor &losses) {
    sums_.on_device().narrow(0, static_cast<std::int64_t>(watched_.size()) * tokens_, predicted_).copy_(losses);
}

void DeferredScore::settle(UnitScore &score) {
    sums_.start();
    const auto sums = sums_.wait();
    const auto take = [&](std::int64_t first, std::int64_t count, std::vector<double> &out) {
        const auto some = sums.subspan(static_cast<std::size_t>(first), static_cast<std::size_t>(count));
        out.assign(some.begin(), some.end());
        return std::accumulate(out.begin(), out.end(), 0.0);
    };
    for (const auto layer : added_)
        score.squared_sum[layer] = take(first_slot(layer), tokens_, score.squared[layer]);
    added_.clear();
    score.loss_sum = take(static_cast<std::int64_t>(watched_.size()) * tokens_, predicted_, score.losses);
}

} // namespace invar
