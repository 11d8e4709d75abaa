// SPDX-License-Identifier: GPL-3.0-or-later
// An FFN state (core/invariance/ffn_weights.h) as the loops read it: each new neuron is a mix of an old one and its
// partner in the rotated pair, rescaled. In the first projection a neuron is a row, divided by its scale; in the last
// one a column, multiplied by it.
#pragma once

#include "core/kernels/host_device.h"

#include <cstdint>

namespace invar {

/// One entry per new neuron; n entries each. Device pointers for CUDA.
struct NeuronMapView {
    const std::int32_t *source = nullptr;  ///< the old neuron that comes here
    const std::int32_t *partner = nullptr; ///< the other one of its pair
    const float *own = nullptr;            ///< cosine of the pair's angle
    const float *mixed = nullptr;          ///< sine for the first of a pair, minus sine for the second
    const float *scale = nullptr;
};

INVAR_HOST_DEVICE float mix_pair(float own_weight, float own, float partner_weight, float mixed) {
    return own * own_weight + mixed * partner_weight;
}

inline constexpr float difference_limit = 100.0F;

/// A difference of hidden states, clamped as the published code does, squared.
INVAR_HOST_DEVICE float clamped_square(float difference) {
    const float raised = difference < -difference_limit ? -difference_limit : difference;
    const float clamped = raised > difference_limit ? difference_limit : raised;
    return clamped * clamped;
}

} // namespace invar
