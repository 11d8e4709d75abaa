// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kernels/neuron_loops.h"

#include "core/kernels/lanes.h"

namespace invar {
namespace {

INVAR_HOST_DEVICE void row_of(const float *base, std::int64_t columns, const NeuronMapView &map, std::int64_t neuron,
                              float *out) {
    const float *own = base + map.source[neuron] * columns;
    const float scale = map.scale[neuron];
    if (map.mixed[neuron] == 0.0F) {
        for (std::int64_t k = 0; k < columns; ++k)
            out[k] = own[k] / scale;
        return;
    }
    const float *partner = base + map.partner[neuron] * columns;
    const float cosine = map.own[neuron];
    const float sine = map.mixed[neuron];
    for (std::int64_t k = 0; k < columns; ++k)
        out[k] = mix_pair(own[k], cosine, partner[k], sine) / scale;
}

INVAR_HOST_DEVICE void columns_of(const float *row, const NeuronMapView &map, std::int64_t begin, std::int64_t count,
                                  float *out) {
    const std::int32_t *source = map.source + begin;
    const std::int32_t *partner = map.partner + begin;
    const float *own = map.own + begin;
    const float *mixed = map.mixed + begin;
    const float *scale = map.scale + begin;
    for (std::int64_t j = 0; j < count; ++j)
        out[j] = mix_pair(row[source[j]], own[j], row[partner[j]], mixed[j]) * scale[j];
}

template <typename T> INVAR_HOST_DEVICE void store_all(const float *values, std::int64_t count, T *out) {
    for (std::int64_t i = 0; i < count; ++i)
        store(values[i], out[i]);
}

template <typename T>
INVAR_HOST_DEVICE void round_row(const float *base, std::int64_t columns, const NeuronMapView &map, std::int64_t neuron,
                                 std::int64_t group, const GridConstants &grid, float *scratch, T *out) {
    row_of(base, columns, map, neuron, scratch);
    for (std::int64_t begin = 0; begin < columns; begin += group)
        round_group(scratch + begin, scratch + begin, group, grid);
    store_all(scratch, columns, out);
}

template <typename T>
INVAR_HOST_DEVICE void round_columns(const float *row, const NeuronMapView &map, std::int64_t begin, std::int64_t group,
                                     const GridConstants &grid, float *scratch, T *out) {
    columns_of(row, map, begin, group, scratch);
    round_group(scratch, scratch, group, grid);
    store_all(scratch, group, out);
}

} // namespace

INVAR_CPU_CLONES void transform_row(const float *base, std::int64_t columns, const NeuronMapView &map,
                                    std::int64_t neuron, float *out) {
    row_of(base, columns, map, neuron, out);
}

INVAR_CPU_CLONES void transform_columns(const float *base_row, const NeuronMapView &map, std::int64_t begin,
                                        std::int64_t end, float *out) {
    columns_of(base_row, map, begin, end - begin, out);
}

template <>
INVAR_CPU_CLONES void transform_and_round_row(const float *base, std::int64_t columns, const NeuronMapView &map,
                                              std::int64_t neuron, std::int64_t group, const GridConstants &grid,
                                              float *scratch, float *out) {
    round_row(base, columns, map, neuron, group, grid, scratch, out);
}

template <>
INVAR_CPU_CLONES void transform_and_round_row(const float *base, std::int64_t columns, const NeuronMapView &map,
                                              std::int64_t neuron, std::int64_t group, const GridConstants &grid,
                                              float *scratch, Bfloat16 *out) {
    round_row(base, columns, map, neuron, group, grid, scratch, out);
}

template <>
INVAR_CPU_CLONES void transform_and_round_columns(const float *base_row, const NeuronMapView &map, std::int64_t begin,
                                                  std::int64_t group, const GridConstants &grid, float *scratch,
                                                  float *out) {
    round_columns(base_row, map, begin, group, grid, scratch, out);
}

template <>
INVAR_CPU_CLONES void transform_and_round_columns(const float *base_row, const NeuronMapView &map, std::int64_t begin,
                                                  std::int64_t group, const GridConstants &grid, float *scratch,
                                                  Bfloat16 *out) {
    round_columns(base_row, map, begin, group, grid, scratch, out);
}

} // namespace invar
