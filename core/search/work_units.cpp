// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/search/work_units.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <c10/core/GradMode.h>

#include <algorithm>
#include <numeric>

namespace invar {
namespace {

constexpr std::int64_t tokens_in_a_unit = 512; // fewer slow the matrix multiplications, more leave the caches

std::int64_t sequences_in_a_unit(const at::Tensor &ids, int threads, std::int64_t looks) {
    if (!ids.is_cpu())
        return ids.size(0);
    const auto for_caches = std::max<std::int64_t>(1, tokens_in_a_unit / ids.size(1));
    const auto for_threads = std::max<std::int64_t>(1, ids.size(0) / threads);
    const auto for_looks = std::max<std::int64_t>(1, ids.size(0) / looks);
    return std::min({for_caches, for_threads, for_looks});
}

} // namespace

WorkUnits::WorkUnits(const at::Tensor &ids, int threads, std::int64_t looks)
    : tokens_(ids.numel()), predicted_(ids.size(0) * (ids.size(1) - 1)) {
    for (const auto &unit : ids.split(sequences_in_a_unit(ids, threads, looks)))
        ids_.push_back(unit.contiguous());
    const auto workers = static_cast<std::size_t>(threads);
    at_once_ = ids.is_cpu() && ids_.size() >= workers ? workers : 1;
}

void WorkUnits::run(std::span<const std::size_t> units, const std::function<void(std::size_t)> &work) const {
    const auto run_one = [&](std::size_t unit) {
        check();
        work(unit);
    };
    if (at_once_ == 1) {
        std::ranges::for_each(units, run_one);
        return;
    }
    at::parallel_for(0, static_cast<std::int64_t>(units.size()), 1, [&](auto begin, auto end) {
        const c10::AutoGradMode no_gradients(false); // kept per thread
        for (auto i = begin; i < end; ++i)
            run_one(units[static_cast<std::size_t>(i)]);
    });
}

void WorkUnits::run_all(const std::function<void(std::size_t)> &work) const {
    std::vector<std::size_t> units(count());
    std::iota(units.begin(), units.end(), std::size_t{0});
    run(units, work);
}

} // namespace invar
