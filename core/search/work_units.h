// SPDX-License-Identifier: GPL-3.0-or-later
// For core only: includes LibTorch.
#pragma once

#include "core/base/task.h"

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <functional>
#include <span>
#include <stop_token>
#include <utility>
#include <vector>

namespace invar {

/// The calibration set cut into pieces of whole sequences. One thread takes one piece through the model at a time, so
/// that its hidden states stay in that core's caches and no operation waits for another thread. Where there are fewer
/// pieces than threads, and on other devices, pieces run one by one with all threads in each operation.
class WorkUnits {
public:
    /// `ids` int64 [sequences, tokens], on the device to compute on. On the CPU in at least `looks` pieces, as far as
    /// there are sequences: a candidate can be given up between them.
    WorkUnits(const at::Tensor &ids, int threads, std::int64_t looks);

    [[nodiscard]] std::size_t count() const { return ids_.size(); }
    [[nodiscard]] const at::Tensor &ids(std::size_t unit) const { return ids_[unit]; }
    [[nodiscard]] std::int64_t tokens(std::size_t unit) const { return ids_[unit].numel(); }
    [[nodiscard]] std::int64_t all_tokens() const { return tokens_; }
    [[nodiscard]] std::int64_t all_predicted() const { return predicted_; }
    /// Units that run at the same time.
    [[nodiscard]] std::size_t at_once() const { return at_once_; }

    /// From now on run() throws Cancelled soon after a stop was requested.
    void stop_with(std::stop_token stop) { stop_ = std::move(stop); }
    void check() const { Task{.stop = stop_, .progress = {}}.check(); }

    /// Calls `work(unit)` for all of `units`; returns when all are done. Throws what `work` throws; Cancelled.
    void run(std::span<const std::size_t> units, const std::function<void(std::size_t)> &work) const;
    void run_all(const std::function<void(std::size_t)> &work) const;

private:
    std::vector<at::Tensor> ids_;
    std::int64_t tokens_, predicted_;
    std::size_t at_once_;
    std::stop_token stop_;
};

} // namespace invar
