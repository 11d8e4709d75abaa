// SPDX-License-Identifier: GPL-3.0-or-later
// Inner products of an FFN's weights with their gradient, on the CPU; T is float or Bfloat16. Fixed order of summation.
#pragma once

#include "core/kernels/bfloat16.h"
#include "core/kernels/neuron_arithmetic.h"

#include <cstdint>

namespace invar {

/// Where the gradient of an FFN's neurons lies: neuron `i` of the weights is `source[i]` of the gradient, which counts
/// `factor[i]` times.
struct NeuronPlaces {
    const std::int32_t *source;
    const float *factor;
    std::int64_t neurons;
};

/// Sum over all elements; neurons are rows. weights, gradient [neurons, columns].
template <typename T>
[[nodiscard]] double product_of_rows(const T *weights, const float *gradient, const NeuronPlaces &places,
                                     std::int64_t columns);

/// The same where neurons are columns. weights, gradient [rows, neurons].
template <typename T>
[[nodiscard]] double product_of_columns(const T *weights, const float *gradient, const NeuronPlaces &places,
                                        std::int64_t rows);

/// The same of each `group` consecutive neurons by themselves, added to sums [neurons / group].
template <typename T>
void add_products_of_column_groups(const T *weights, const float *gradient, const NeuronPlaces &places,
                                   std::int64_t rows, std::int64_t group, double *sums);

/// The loss's gradient, half its curvature's diagonal, and the weights at which both were taken; all as the gradient
/// above.
struct CurvedLoss {
    const float *gradient;
    const float *curvature;
    const float *reference;
};

/// Inner products of the weights' difference d to the reference: with the gradient, and of d squared with the
/// curvature.
struct CurvedProducts {
    double slope = 0;
    double curvature = 0;
};

/// Sums over all elements; neurons are rows. weights [neurons, columns].
template <typename T>
[[nodiscard]] CurvedProducts curved_products_of_rows(const T *weights, const CurvedLoss &loss,
                                                     const NeuronPlaces &places, std::int64_t columns);

/// Of each `group` consecutive neurons, which are columns, added to sums [neurons / group]. weights [rows, neurons].
template <typename T>
void add_curved_products_of_column_groups(const T *weights, const CurvedLoss &loss, const NeuronPlaces &places,
                                          std::int64_t rows, std::int64_t group, CurvedProducts *sums);

} // namespace invar
