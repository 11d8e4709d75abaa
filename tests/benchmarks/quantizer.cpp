// SPDX-License-Identifier: GPL-3.0-or-later
// Rounding a first projection to its grid, in one pass over groups.
#include "core/quant/group_quantizer.h"
#include "sizes.h"

#include <ATen/ATen.h>

namespace invar::benchmarks {
namespace {

void round_a_projection(benchmark::State &state) {
    const auto &sizes = sizes_of(state);
    const auto weight = at::randn({sizes.ffn, sizes.width}, at::kFloat);
    const Grid grid{.bits = static_cast<int>(state.range(1)), .group_size = sizes.group};
    for ([[maybe_unused]] auto _ : state)
        benchmark::DoNotOptimize(round_to_grid(weight, grid));
    state.SetItemsProcessed(state.iterations() * weight.numel());
}

BENCHMARK(round_a_projection)->ArgNames({"model", "bits"})->ArgsProduct({{0, 1}, {2, 4}})->UseRealTime();

} // namespace
} // namespace invar::benchmarks
