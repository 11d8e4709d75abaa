// SPDX-License-Identifier: GPL-3.0-or-later
// Loops that move, mix and rescale neurons on the CPU, and round what they made; raw pointers, callers check sizes and
// share rows out among threads.
#pragma once

#include "core/kernels/bfloat16.h"
#include "core/kernels/group_arithmetic.h"
#include "core/kernels/neuron_arithmetic.h"

#include <cstdint>

namespace invar {

/// Row `neuron` of the transformed first projection: out[k] = mix(W[source], W[partner])[k] / scale. `base` [n,
/// columns].
void transform_row(const float *base, std::int64_t columns, const NeuronMapView &map, std::int64_t neuron, float *out);

/// Columns [begin, end) of one row of the transformed last projection: out[j - begin] = mix(row[source], row[partner])
/// * scale. `base_row` [n].
void transform_columns(const float *base_row, const NeuronMapView &map, std::int64_t begin, std::int64_t end,
                       float *out);

/// transform_row(), rounded group by group, stored as T (float or Bfloat16). `scratch` holds a row.
template <typename T>
void transform_and_round_row(const float *base, std::int64_t columns, const NeuronMapView &map, std::int64_t neuron,
                             std::int64_t group, const GridConstants &grid, float *scratch, T *out);

/// One group of transform_columns(), columns [begin, begin + group), rounded and stored as T. `scratch` holds a group.
template <typename T>
void transform_and_round_columns(const float *base_row, const NeuronMapView &map, std::int64_t begin,
                                 std::int64_t group, const GridConstants &grid, float *scratch, T *out);

} // namespace invar
