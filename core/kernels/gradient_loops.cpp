// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kernels/gradient_loops.h"

#include "core/kernels/lanes.h"

#include <algorithm>

namespace invar {
namespace {

template <typename T>
INVAR_HOST_DEVICE double add_rows(const T *weights, const float *gradient, const NeuronPlaces &places,
                                  std::int64_t columns) {
    double total = 0;
    for (std::int64_t neuron = 0; neuron < places.neurons; ++neuron, weights += columns) {
        const float *row = gradient + places.source[neuron] * columns;
        Lanes sum = {};
        Lanes weight;
        Lanes slope;
        std::int64_t i = 0;
        for (; i + lane_count <= columns; i += lane_count) {
            load_lanes(weights + i, weight);
            load_lanes(row + i, slope);
            sum += weight * slope;
        }
        if (i < columns) {
            load_tail(weights + i, columns - i, 0.0F, weight);
            load_tail(row + i, columns - i, 0.0F, slope);
            sum += weight * slope;
        }
        total += static_cast<double>(sum_of(sum) * places.factor[neuron]);
    }
    return total;
}

template <typename T>
INVAR_HOST_DEVICE double add_columns(const T *weights, const float *gradient, const NeuronPlaces &places,
                                     std::int64_t rows) {
    double total = 0;
    for (std::int64_t row = 0; row < rows; ++row, weights += places.neurons, gradient += places.neurons) {
        Lanes sum = {};
        Lanes weight;
        Lanes slope = {};
        Lanes factor;
        for (std::int64_t i = 0; i < places.neurons; i += lane_count) {
            const auto count = std::min(lane_count, places.neurons - i);
            if (count == lane_count) {
                load_lanes(weights + i, weight);
                load_lanes(places.factor + i, factor);
            } else {
                load_tail(weights + i, count, 0.0F, weight);
                load_tail(places.factor + i, count, 0.0F, factor);
            }
            for (std::int64_t lane = 0; lane < count; ++lane)
                slope[lane] = gradient[places.source[i + lane]];
            sum += weight * slope * factor;
        }
        total += static_cast<double>(sum_of(sum));
    }
    return total;
}

} // namespace

template <>
INVAR_CPU_CLONES double product_of_rows(const float *weights, const float *gradient, const NeuronPlaces &places,
                                        std::int64_t columns) {
    return add_rows(weights, gradient, places, columns);
}

template <>
INVAR_CPU_CLONES double product_of_rows(const Bfloat16 *weights, const float *gradient, const NeuronPlaces &places,
                                        std::int64_t columns) {
    return add_rows(weights, gradient, places, columns);
}

template <>
INVAR_CPU_CLONES double product_of_columns(const float *weights, const float *gradient, const NeuronPlaces &places,
                                           std::int64_t rows) {
    return add_columns(weights, gradient, places, rows);
}

template <>
INVAR_CPU_CLONES double product_of_columns(const Bfloat16 *weights, const float *gradient, const NeuronPlaces &places,
                                           std::int64_t rows) {
    return add_columns(weights, gradient, places, rows);
}

} // namespace invar
