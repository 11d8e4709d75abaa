// SPDX-License-Identifier: GPL-3.0-or-later
// The output head with the cross-entropy fused in.
#include "core/model/cross_entropy.h"
#include "sizes.h"

#include <ATen/ATen.h>

#include <vector>

namespace invar::benchmarks {
namespace {

void head_and_cross_entropy(benchmark::State &state) {
    const auto &sizes = sizes_of(state);
    const auto type = state.range(1) == 0 ? at::kFloat : at::kBFloat16;
    const auto tokens = sizes.tokens / 4; // as one thread takes them
    const CrossEntropyHead head(at::randn({sizes.vocabulary, sizes.width}).mul(0.02).to(type));
    const auto states = at::randn({tokens, sizes.width}).to(type);
    const auto next = at::randint(sizes.vocabulary, {tokens}, at::kLong);
    std::vector<double> losses(static_cast<std::size_t>(tokens));
    for ([[maybe_unused]] auto _ : state) {
        head.token_losses(states, next, losses);
        benchmark::DoNotOptimize(losses.data());
    }
    state.counters["FLOP/s"] =
        benchmark::Counter(2.0 * static_cast<double>(tokens * sizes.vocabulary * sizes.width),
                           benchmark::Counter::kIsIterationInvariantRate, benchmark::Counter::kIs1000);
}

BENCHMARK(head_and_cross_entropy)->ArgNames({"model", "bfloat16"})->ArgsProduct({{0, 1}, {0, 1}})->UseRealTime();

} // namespace
} // namespace invar::benchmarks
