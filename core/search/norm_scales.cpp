// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/search/norm_scales.h"

#include <ATen/ATen.h>

#include <algorithm>

namespace invar {
namespace {

at::Device device_of(const DecoderLayer &layer) { return layer.projections.front().weight.device(); }

} // namespace

std::vector<at::Tensor> quotient(const NormScales &over, const NormScales &under, const ResidualOrder &order,
                                 const at::Device &device) {
    const auto tensor_of = [&](const NormScales &norms, std::size_t norm) {
        return norms.empty() ? at::ones({1}, at::TensorOptions(device)) : order.put(at::tensor(norms[norm]).to(device));
    };
    std::vector<at::Tensor> factors;
    for (std::size_t norm = 0; norm < std::max(over.size(), under.size()); ++norm)
        factors.push_back(tensor_of(over, norm) / tensor_of(under, norm));
    return factors;
}

DecoderLayer with_norm_scales(const DecoderLayer &layer, const NormScales &norms, const ModelFamily &family,
                              const ResidualOrder &order) {
    return norms.empty() ? layer : apply({.norms = quotient(norms, {}, order, device_of(layer))}, layer, family);
}

DecoderLayer with_norm_gains(const DecoderLayer &layer, const NormScales &norms, const ModelFamily &family,
                             const ResidualOrder &order) {
    auto result = layer;
    const auto folds = family.norm_folds();
    const auto factors = quotient(norms, {}, order, device_of(layer));
    for (std::size_t i = 0; i < factors.size(); ++i)
        result.norms[folds[i].norm] = divided(layer.norms[folds[i].norm], factors[i], folds[i].gain_offset);
    return result;
}

DecoderLayer seen_from(const DecoderLayer &layer, const NormScales &from, const NormScales &to,
                       const ModelFamily &family, const ResidualOrder &order) {
    return from == to ? layer : apply({.norms = quotient(from, to, order, device_of(layer))}, layer, family);
}

StartLayer scaled_layer(const StartingPoint &start, std::size_t layer, const NormScales &norms,
                        const ModelFamily &family, const ResidualOrder &order) {
    return {.reference = with_norm_scales(start.reference.layers[layer], norms, family, order),
            .base = with_norm_gains(start.base.layers[layer], norms, family, order),
            .quantized = with_norm_gains(start.quantized.layers[layer], norms, family, order)};
}

void put_layer(StartingPoint &start, std::size_t layer, StartLayer scaled) {
    start.reference.layers[layer] = std::move(scaled.reference);
    start.base.layers[layer] = std::move(scaled.base);
    start.quantized.layers[layer] = std::move(scaled.quantized);
}

StartingPoint with_norm_scales(StartingPoint start, const std::vector<LayerState> &states, const ModelFamily &family,
                               const ResidualOrder &order) {
    for (std::size_t layer = 0; layer < states.size(); ++layer)
        if (const auto &norms = states[layer].norms; !norms.empty())
            put_layer(start, layer, scaled_layer(start, layer, norms, family, order));
    return start;
}

} // namespace invar
