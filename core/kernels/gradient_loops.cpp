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

/// Of one row, neurons [begin, end).
template <typename T>
INVAR_HOST_DEVICE float product_of_some(const T *weights, const float *gradient, const NeuronPlaces &places,
                                        std::int64_t begin, std::int64_t end) {
    Lanes sum = {};
    Lanes weight;
    Lanes slope = {};
    Lanes factor;
    for (auto i = begin; i < end; i += lane_count) {
        const auto count = std::min(lane_count, end - i);
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
    return sum_of(sum);
}

template <typename T>
INVAR_HOST_DEVICE double add_columns(const T *weights, const float *gradient, const NeuronPlaces &places,
                                     std::int64_t rows) {
    double total = 0;
    for (std::int64_t row = 0; row < rows; ++row, weights += places.neurons, gradient += places.neurons)
        total += static_cast<double>(product_of_some(weights, gradient, places, 0, places.neurons));
    return total;
}

template <typename T>
INVAR_HOST_DEVICE void add_groups(const T *weights, const float *gradient, const NeuronPlaces &places,
                                  std::int64_t rows, std::int64_t group, double *sums) {
    for (std::int64_t row = 0; row < rows; ++row, weights += places.neurons, gradient += places.neurons)
        for (std::int64_t begin = 0; begin < places.neurons; begin += group)
            sums[begin / group] +=
                static_cast<double>(product_of_some(weights, gradient, places, begin, begin + group));
}

template <typename T>
INVAR_HOST_DEVICE CurvedProducts add_curved_rows(const T *weights, const CurvedLoss &loss, const NeuronPlaces &places,
                                                 std::int64_t columns) {
    CurvedProducts total;
    for (std::int64_t neuron = 0; neuron < places.neurons; ++neuron, weights += columns) {
        const auto row = places.source[neuron] * columns;
        Lanes slope_sum = {};
        Lanes curvature_sum = {};
        Lanes weight;
        Lanes slope;
        Lanes curvature;
        Lanes reference;
        for (std::int64_t i = 0; i < columns; i += lane_count) {
            if (const auto left = columns - i; left >= lane_count) {
                load_lanes(weights + i, weight);
                load_lanes(loss.gradient + row + i, slope);
                load_lanes(loss.curvature + row + i, curvature);
                load_lanes(loss.reference + row + i, reference);
            } else {
                load_tail(weights + i, left, 0.0F, weight);
                load_tail(loss.gradient + row + i, left, 0.0F, slope);
                load_tail(loss.curvature + row + i, left, 0.0F, curvature);
                load_tail(loss.reference + row + i, left, 0.0F, reference);
            }
            const Lanes difference = weight * places.factor[neuron] - reference;
            slope_sum += difference * slope;
            curvature_sum += difference * difference * curvature;
        }
        total.slope += static_cast<double>(sum_of(slope_sum));
        total.curvature += static_cast<double>(sum_of(curvature_sum));
    }
    return total;
}

template <typename T>
INVAR_HOST_DEVICE void add_curved_groups(const T *weights, const CurvedLoss &loss, const NeuronPlaces &places,
                                         std::int64_t rows, std::int64_t group, CurvedProducts *sums) {
    for (std::int64_t row = 0; row < rows; ++row) {
        const auto first = row * places.neurons;
        for (std::int64_t begin = 0; begin < places.neurons; begin += group) {
            Lanes slope_sum = {};
            Lanes curvature_sum = {};
            for (auto i = begin; i < begin + group; i += lane_count) {
                Lanes difference = {};
                Lanes slope = {};
                Lanes curvature = {};
                const auto count = std::min(lane_count, begin + group - i);
                for (std::int64_t lane = 0; lane < count; ++lane) {
                    const auto from = first + places.source[i + lane];
                    difference[lane] =
                        to_float(weights[first + i + lane]) * places.factor[i + lane] - loss.reference[from];
                    slope[lane] = loss.gradient[from];
                    curvature[lane] = loss.curvature[from];
                }
                slope_sum += difference * slope;
                curvature_sum += difference * difference * curvature;
            }
            sums[begin / group].slope += static_cast<double>(sum_of(slope_sum));
            sums[begin / group].curvature += static_cast<double>(sum_of(curvature_sum));
        }
    }
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

template <>
INVAR_CPU_CLONES void add_products_of_column_groups(const float *weights, const float *gradient,
                                                    const NeuronPlaces &places, std::int64_t rows, std::int64_t group,
                                                    double *sums) {
    add_groups(weights, gradient, places, rows, group, sums);
}

template <>
INVAR_CPU_CLONES void add_products_of_column_groups(const Bfloat16 *weights, const float *gradient,
                                                    const NeuronPlaces &places, std::int64_t rows, std::int64_t group,
                                                    double *sums) {
    add_groups(weights, gradient, places, rows, group, sums);
}

template <>
INVAR_CPU_CLONES CurvedProducts curved_products_of_rows(const float *weights, const CurvedLoss &loss,
                                                        const NeuronPlaces &places, std::int64_t columns) {
    return add_curved_rows(weights, loss, places, columns);
}

template <>
INVAR_CPU_CLONES void add_curved_products_of_column_groups(const float *weights, const CurvedLoss &loss,
                                                           const NeuronPlaces &places, std::int64_t rows,
                                                           std::int64_t group, CurvedProducts *sums) {
    add_curved_groups(weights, loss, places, rows, group, sums);
}

template <>
INVAR_CPU_CLONES CurvedProducts curved_products_of_rows(const Bfloat16 *weights, const CurvedLoss &loss,
                                                        const NeuronPlaces &places, std::int64_t columns) {
    return add_curved_rows(weights, loss, places, columns);
}

template <>
INVAR_CPU_CLONES void add_curved_products_of_column_groups(const Bfloat16 *weights, const CurvedLoss &loss,
                                                           const NeuronPlaces &places, std::int64_t rows,
                                                           std::int64_t group, CurvedProducts *sums) {
    add_curved_groups(weights, loss, places, rows, group, sums);
}

} // namespace invar
