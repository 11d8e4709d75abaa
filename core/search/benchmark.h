// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/task.h"
#include "core/search/memory_plan.h"
#include "core/search/settings.h"

#include <cstdint>
#include <string>
#include <vector>

namespace invar {

/// How fast this machine multiplies matrices of one shape, as the search does it: packed, one unit of tokens a thread.
struct MultiplicationRate {
    std::string name; ///< "fc1", "output head"
    std::int64_t rows = 0, cols = 0;
    double flops_per_second = 0;
    double flops = 0; ///< in an average step
};

/// What a search will cost here.
struct BenchmarkResult {
    std::int64_t steps = 0;
    double steps_per_second = 0;
    double seconds_first_layer = 0; ///< of one step in the first decoder layer, which costs the most
    double seconds_last_layer = 0;  ///< and in the last, which costs the least
    double seconds_rounding = 0;    ///< of those, putting the moved FFN on the grid, as the method does in a search
    double flops = 0;               ///< multiplications and additions that an average step cannot do without
    double flops_per_second = 0;    ///< flops * steps_per_second
    double multiplication_flops_per_second = 0; ///< the rates, weighed by what a step takes of each
    std::vector<MultiplicationRate> rates;
    MemoryPlan memory;
    std::int64_t peak_memory = 0; ///< of this process so far; 0: not known
    int threads = 0;

    /// Share of the machine's own rate that the search reaches.
    [[nodiscard]] double efficiency() const { return flops_per_second / multiplication_flops_per_second; }
};

/// Tries `steps` proposals of the settings' policy without keeping a run, and times them. Throws Error, Cancelled.
[[nodiscard]] BenchmarkResult benchmark(const SearchSettings &settings, std::int64_t steps, const Task &task);

} // namespace invar
