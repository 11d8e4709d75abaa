// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/search/put_back.h"

#include <ATen/ATen.h>

namespace invar {
namespace {

enum class Scaled { divided, multiplied };

/// What undoes the scaling of weights that were divided or multiplied by it.
std::vector<float> undoing(PutBack what, Scaled weights, const std::vector<float> &scale) {
    const bool divide = (what == PutBack::weights) == (weights == Scaled::multiplied);
    auto factors = divide ? inverse(scale) : scale;
    if (what == PutBack::curvature)
        for (auto &factor : factors)
            factor *= factor;
    return factors;
}

Linear rows_put_back(const Linear &rows, const NeuronMap &map, const std::vector<float> &factor) {
    return {put_back(rows.weight, 0, map, factor),
            rows.bias.defined() ? put_back(rows.bias, 0, map, factor) : rows.bias,
            {}};
}

} // namespace

at::Tensor places_of(const NeuronMap &map, const at::Device &device) {
    return at::tensor(std::vector<std::int64_t>(map.source.begin(), map.source.end())).to(device);
}

at::Tensor with_factors(const at::Tensor &tensor, std::int64_t neurons, const std::vector<float> &factor) {
    const auto factors = at::tensor(factor).to(tensor.device());
    return tensor * (neurons + 1 < tensor.dim() ? factors.unsqueeze(1) : factors);
}

at::Tensor put_back(const at::Tensor &tensor, std::int64_t neurons, const NeuronMap &map,
                    const std::vector<float> &factor) {
    const auto single = tensor.to(at::kFloat);
    return at::zeros_like(single).index_copy_(neurons, places_of(map, single.device()),
                                              with_factors(single, neurons, factor));
}

std::vector<float> inverse(std::vector<float> factors) {
    for (auto &factor : factors)
        factor = 1 / factor;
    return factors;
}

FfnWeights put_back(PutBack what, const FfnWeights &ffn, const FfnLayout &layout, const NeuronMap &map) {
    const std::vector<float> ones(map.scale.size(), 1);
    auto result = ffn;
    for (std::size_t i = 0; i < result.inputs.size(); ++i)
        result.inputs[i] =
            rows_put_back(ffn.inputs[i], map,
                          layout.inputs[i] == layout.scaled_input ? undoing(what, Scaled::divided, map.scale) : ones);
    result.output.weight = put_back(ffn.output.weight, 1, map, undoing(what, Scaled::multiplied, map.scale));
    return result;
}

AttentionWeights put_back(PutBack what, const AttentionWeights &attention, const AttentionMaps &maps) {
    auto result = attention;
    const auto rows = [&](const Linear &linear, const NeuronMap &map) {
        return rows_put_back(linear, map, undoing(what, Scaled::divided, map.scale));
    };
    result.query = rows(attention.query, maps.query);
    result.key = rows(attention.key, maps.key);
    result.value = rows(attention.value, maps.value);
    result.output.weight =
        put_back(attention.output.weight, 1, maps.output, undoing(what, Scaled::multiplied, maps.output.scale));
    return result;
}

} // namespace invar
