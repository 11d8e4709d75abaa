// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <benchmark/benchmark.h>

#include <cstdint>

namespace invar::benchmarks {

/// Sizes of the models that the micro-benchmarks are run at.
struct ModelSizes {
    const char *name;
    std::int64_t width, ffn, vocabulary, tokens, group;
};

inline constexpr ModelSizes demo{"demo", 128, 512, 2048, 2048, 64};
inline constexpr ModelSizes opt_125m{"opt-125m", 768, 3072, 50272, 2048, 128};

/// The sizes that a benchmark's first argument stands for; labels the result with their name.
inline const ModelSizes &sizes_of(benchmark::State &state) {
    const auto &sizes = state.range(0) == 0 ? demo : opt_125m;
    state.SetLabel(sizes.name);
    return sizes;
}

} // namespace invar::benchmarks
