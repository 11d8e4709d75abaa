// SPDX-License-Identifier: GPL-3.0-or-later
// Causal attention for sequences whose scores of a few rows fit the first-level cache: no score above the diagonal's
// block is computed, and heads are read where the projections left them. Products are summed with fused multiply-adds.
#include "core/kernels/attention_loops.h"

#include "core/kernels/exponential.h"

#include <algorithm>

namespace invar {
namespace {

constexpr std::int64_t row_tile = 6;  // with column_tile: 24 accumulators of the 32 registers
constexpr std::int64_t lane_tile = 4; // vectors side by side
constexpr std::int64_t column_tile = lane_tile * lane_count;

std::int64_t rounded_up(std::int64_t value, std::int64_t multiple) {
    return (value + multiple - 1) / multiple * multiple;
}

/// The scratch's parts. Keys are transposed, so that neighbouring keys share a vector.
struct Scratch {
    float *keys;   ///< [size, padded tokens]
    float *values; ///< [padded tokens, size]
    float *query;  ///< [row_tile, size], scaled
    float *scores; ///< [row_tile, padded tokens]
    std::int64_t padded;
};

INVAR_HOST_DEVICE void store_lanes(const Lanes &values, float *out) { std::memcpy(out, &values, sizeof(values)); }
INVAR_HOST_DEVICE void store_lanes(const Lanes &values, Bfloat16 *out) {
    for (std::int64_t lane = 0; lane < lane_count; ++lane)
        store(values[lane], out[lane]);
}

/// C[rows][columns] = A[rows][depth] B[depth][columns] for one tile, A read element by element, B by vectors.
template <std::int64_t Vectors>
INVAR_HOST_DEVICE void multiply_tile(const float *a, std::int64_t a_stride, const float *b, std::int64_t b_stride,
                                     std::int64_t depth, float *c, std::int64_t c_stride) {
    Lanes sums[row_tile][Vectors] = {};
    for (std::int64_t k = 0; k < depth; ++k, b += b_stride) {
        Lanes columns[Vectors];
        for (std::int64_t v = 0; v < Vectors; ++v)
            load_lanes(b + v * lane_count, columns[v]);
        for (std::int64_t row = 0; row < row_tile; ++row)
            for (std::int64_t v = 0; v < Vectors; ++v)
                sums[row][v] += columns[v] * a[row * a_stride + k];
    }
    for (std::int64_t row = 0; row < row_tile; ++row)
        for (std::int64_t v = 0; v < Vectors; ++v)
            store_lanes(sums[row][v], c + row * c_stride + v * lane_count);
}

/// Scores of one query row against keys 0 … last become probabilities; those after it, up to `end`, zeros. Returns the
/// factor that makes them sum to one.
INVAR_HOST_DEVICE float soften(float *scores, std::int64_t last, std::int64_t end) {
    for (auto i = last + 1; i < end; ++i)
        scores[i] = -1e30F;
    Lanes high;
    Lanes piece;
    load_lanes(scores, high);
    for (std::int64_t i = lane_count; i < end; i += lane_count) {
        load_lanes(scores + i, piece);
        high = piece > high ? piece : high;
    }
    const float maximum = greatest_of(high);
    Lanes sum = {};
    for (std::int64_t i = 0; i < end; i += lane_count) {
        load_lanes(scores + i, piece);
        piece -= maximum;
        exp_of_negative(piece, piece);
        sum += piece;
        store_lanes(piece, scores + i);
    }
    return 1.0F / sum_of(sum);
}

template <typename T> INVAR_HOST_DEVICE void unpack(const AttentionHead<T> &head, const Scratch &scratch) {
    for (std::int64_t k = 0; k < head.size; ++k) {
        float *keys = scratch.keys + k * scratch.padded;
        for (std::int64_t token = 0; token < head.tokens; ++token)
            keys[token] = to_float(head.key[token * head.key_stride + k]);
        for (auto token = head.tokens; token < scratch.padded; ++token)
            keys[token] = 0;
    }
    for (std::int64_t token = 0; token < head.tokens; ++token)
        for (std::int64_t k = 0; k < head.size; ++k)
            scratch.values[token * head.size + k] = to_float(head.value[token * head.value_stride + k]);
}

template <typename T> INVAR_HOST_DEVICE void attend_all(const AttentionHead<T> &head, float *memory) {
    Scratch scratch{};
    scratch.padded = (head.tokens + column_tile - 1) / column_tile * column_tile;
    scratch.keys = memory;
    scratch.values = scratch.keys + head.size * scratch.padded;
    scratch.query = scratch.values + head.size * scratch.padded;
    scratch.scores = scratch.query + row_tile * head.size;
    float *out = scratch.scores + row_tile * scratch.padded; // [row_tile, size]
    unpack(head, scratch);
    for (std::int64_t first = 0; first < head.tokens; first += row_tile) {
        const auto rows = head.tokens - first < row_tile ? head.tokens - first : row_tile;
        for (std::int64_t row = 0; row < row_tile; ++row) {
            const T *query = head.query + (first + (row < rows ? row : 0)) * head.query_stride;
            for (std::int64_t k = 0; k < head.size; ++k)
                scratch.query[row * head.size + k] = head.scale * to_float(query[k]);
        }
        const auto seen = first + row_tile < head.tokens ? first + row_tile : head.tokens;
        const auto end = (seen + column_tile - 1) / column_tile * column_tile;
        for (std::int64_t column = 0; column < end; column += column_tile)
            multiply_tile<lane_tile>(scratch.query, head.size, scratch.keys + column, scratch.padded, head.size,
                                     scratch.scores + column, scratch.padded);
        float factors[row_tile] = {};
        const auto used = (seen + lane_count - 1) / lane_count * lane_count;
        for (std::int64_t row = 0; row < row_tile; ++row) {
            const auto token = first + row < head.tokens ? first + row : head.tokens - 1;
            factors[row] = soften(scratch.scores + row * scratch.padded, token, used);
        }
        std::int64_t column = 0;
        for (; column + 2 * lane_count <= head.size; column += 2 * lane_count)
            multiply_tile<2>(scratch.scores, scratch.padded, scratch.values + column, head.size, seen, out + column,
                             head.size);
        for (; column < head.size; column += lane_count)
            multiply_tile<1>(scratch.scores, scratch.padded, scratch.values + column, head.size, seen, out + column,
                             head.size);
        for (std::int64_t row = 0; row < rows; ++row) {
            T *target = head.out + (first + row) * head.out_stride;
            for (std::int64_t k = 0; k < head.size; k += lane_count) {
                Lanes values;
                load_lanes(out + row * head.size + k, values);
                values *= factors[row];
                store_lanes(values, target + k);
            }
        }
    }
}

} // namespace

std::int64_t attention_scratch(std::int64_t tokens, std::int64_t size) {
    const auto padded = rounded_up(tokens, column_tile);
    return 2 * size * padded + row_tile * (2 * size + padded);
}

template <> INVAR_CPU_CLONES void attend(const AttentionHead<float> &head, float *scratch) {
    attend_all(head, scratch);
}
template <> INVAR_CPU_CLONES void attend(const AttentionHead<Bfloat16> &head, float *scratch) {
    attend_all(head, scratch);
}

bool attends_fast() {
#if defined(__x86_64__)
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
           __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
#else
    return false;
#endif
}

} // namespace invar
