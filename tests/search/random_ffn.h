// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/invariance/ffn_weights.h"

#include <ATen/ATen.h>

namespace invar::test {

inline constexpr std::int64_t neurons = 96;
inline constexpr std::int64_t width = 48;

/// The same at every call.
inline FfnWeights random_ffn(bool gated) {
    at::manual_seed(3);
    const auto linear = [](std::int64_t rows, std::int64_t columns) {
        return Linear{at::randn({rows, columns}), at::randn({rows}), {}};
    };
    FfnWeights ffn{.inputs = {linear(neurons, width)}, .output = linear(width, neurons)};
    if (gated)
        ffn.inputs.push_back(linear(neurons, width));
    return ffn;
}

inline FfnLayout layout_of(const FfnWeights &ffn) {
    return ffn.inputs.size() == 1 ? FfnLayout{.inputs = {0}, .scaled_input = 0, .output = 1}
                                  : FfnLayout{.inputs = {0, 1}, .scaled_input = 1, .output = 2};
}

inline bool same(const FfnWeights &a, const FfnWeights &b) {
    const auto equal = [](const Linear &x, const Linear &y) {
        return at::equal(x.weight, y.weight) && at::equal(x.bias, y.bias);
    };
    for (std::size_t i = 0; i < a.inputs.size(); ++i)
        if (!equal(a.inputs[i], b.inputs[i]))
            return false;
    return equal(a.output, b.output);
}

} // namespace invar::test
