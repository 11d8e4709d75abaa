// SPDX-License-Identifier: GPL-3.0-or-later
// One proposal's weights: gather, rotate and scale a whole FFN, or bring the accepted one up to date.
#include "core/search/effective_weights.h"
#include "core/search/ffn_update.h"
#include "core/search/proposal.h"
#include "sizes.h"

#include <ATen/ATen.h>

namespace invar::benchmarks {
namespace {

struct Ffn {
    FfnWeights weights;
    FfnLayout layout{.inputs = {0}, .scaled_input = 0, .output = 1};

    explicit Ffn(const ModelSizes &sizes)
        : weights{.inputs = {random_linear(sizes.ffn, sizes.width)}, .output = random_linear(sizes.width, sizes.ffn)} {}

    static Linear random_linear(std::int64_t outputs, std::int64_t inputs) {
        return {at::randn({outputs, inputs}), at::randn({outputs}), {}};
    }
};

/// A move of the published kind and size.
NeuronState propose(const NeuronState &accepted, std::int64_t step) {
    StepRandom random(0, step);
    const LayerState layer{.ffn = accepted, .value = {}, .key = {}};
    return make_move(random, 0, layer, InvarianceSet{}, move_sizes(SearchSettings{})).state.ffn;
}

void gather_rotate_and_scale(benchmark::State &state) {
    const auto &sizes = sizes_of(state);
    const Ffn ffn(sizes);
    const auto candidate = propose(NeuronState::identity(sizes.ffn), 1);
    for ([[maybe_unused]] auto _ : state)
        benchmark::DoNotOptimize(apply(candidate, ffn.weights, ffn.layout));
    state.SetItemsProcessed(state.iterations() * 2 * sizes.ffn * sizes.width);
}

void update_a_quantized_ffn(benchmark::State &state) {
    const auto &sizes = sizes_of(state);
    const Ffn ffn(sizes);
    const Grid grid{.bits = 2, .group_size = sizes.group};
    const auto accepted = NeuronState::identity(sizes.ffn);
    const auto map = NeuronMap::of(accepted);
    const auto quantized = requantize(LayerGrids(grid, {}), ffn.layout, ffn.weights);
    const auto next = NeuronMap::of(propose(accepted, 1));
    for ([[maybe_unused]] auto _ : state)
        benchmark::DoNotOptimize(update({ffn.weights, quantized, map}, next, {LayerGrids(grid, {}), ffn.layout}));
    state.SetItemsProcessed(state.iterations() * 2 * sizes.ffn * sizes.width);
}

BENCHMARK(gather_rotate_and_scale)->ArgNames({"model"})->Arg(0)->Arg(1)->UseRealTime();
BENCHMARK(update_a_quantized_ffn)->ArgNames({"model"})->Arg(0)->Arg(1)->UseRealTime();

} // namespace
} // namespace invar::benchmarks
