// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/attention.h"

#include "core/kernels/attention_loops.h"
#include "core/kernels/lanes.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <c10/core/GradMode.h>

#include <cmath>
#include <optional>
#include <vector>

namespace invar {
namespace {

constexpr std::int64_t most_tokens = 2048; // beyond, a few rows' scores leave the first-level cache

bool loops_can_read(const at::Tensor &tensor, std::int64_t size) {
    return tensor.is_cpu() && (tensor.scalar_type() == at::kFloat || tensor.scalar_type() == at::kBFloat16) &&
           tensor.stride(-1) == 1 && size % lane_count == 0 && tensor.size(1) <= most_tokens && attends_fast() &&
           !(c10::GradMode::is_enabled() && tensor.requires_grad());
}

double scale_of(const AttentionShape &shape, std::int64_t size) {
    return shape.scale > 0 ? shape.scale : 1 / std::sqrt(static_cast<double>(size));
}

template <typename T> const T *rows_of(const at::Tensor &tensor) {
    return static_cast<const T *>(tensor.const_data_ptr());
}

template <typename T>
at::Tensor attend_by_loops(const at::Tensor &query, const at::Tensor &key, const at::Tensor &value,
                           const AttentionShape &shape) {
    const auto heads = shape.heads;
    const auto sharing = heads / shape.key_value_heads;
    auto result = at::empty(query.sizes(), query.options());
    auto *out = static_cast<T *>(result.data_ptr());
    const auto tokens = query.size(1);
    const auto size = query.size(2) / heads;
    at::parallel_for(0, query.size(0) * heads, 1, [&](auto begin, auto end) {
        std::vector<float> scratch(static_cast<std::size_t>(attention_scratch(tokens, size)));
        for (auto index = begin; index < end; ++index) {
            const auto sequence = index / heads;
            const auto column = index % heads * size;
            const auto shared_column = index % heads / sharing * size;
            attend(AttentionHead<T>{.query = rows_of<T>(query) + sequence * query.stride(0) + column,
                                    .key = rows_of<T>(key) + sequence * key.stride(0) + shared_column,
                                    .value = rows_of<T>(value) + sequence * value.stride(0) + shared_column,
                                    .out = out + sequence * result.stride(0) + column,
                                    .query_stride = query.stride(1),
                                    .key_stride = key.stride(1),
                                    .value_stride = value.stride(1),
                                    .out_stride = result.stride(1),
                                    .tokens = tokens,
                                    .size = size,
                                    .scale = static_cast<float>(scale_of(shape, size))},
                   scratch.data());
        }
    });
    return result;
}

} // namespace

at::Tensor causal_attention(const at::Tensor &query, const at::Tensor &key, const at::Tensor &value,
                            const AttentionShape &shape) {
    const auto size = query.size(2) / shape.heads;
    const bool windowed = shape.window > 0 && shape.window < query.size(1);
    if (windowed || !loops_can_read(query, size) || !loops_can_read(key, size) || !loops_can_read(value, size))
        return causal_attention_by_tensors(query, key, value, shape);
    return query.scalar_type() == at::kFloat ? attend_by_loops<float>(query, key, value, shape)
                                             : attend_by_loops<Bfloat16>(query, key, value, shape);
}

at::Tensor causal_attention_by_tensors(const at::Tensor &query, const at::Tensor &key, const at::Tensor &value,
                                       const AttentionShape &shape) {
    const auto tokens = query.size(1);
    const auto split = [&](const at::Tensor &tensor, std::int64_t heads) {
        const auto parts = tensor.reshape({tensor.size(0), tokens, heads, -1}).transpose(1, 2);
        return heads == shape.heads ? parts : parts.repeat_interleave(shape.heads / heads, 1);
    };
    std::optional<at::Tensor> seen;
    if (shape.window > 0 && shape.window < tokens) {
        const auto ones = at::ones({tokens, tokens}, at::dtype(at::kBool).device(query.device()));
        seen = ones.tril().triu(1 - shape.window);
    }
    return at::scaled_dot_product_attention(split(query, shape.heads), split(key, shape.key_value_heads),
                                            split(value, shape.key_value_heads), seen, 0.0, !seen,
                                            scale_of(shape, query.size(2) / shape.heads))
        .transpose(1, 2)
        .reshape(query.sizes());
}

} // namespace invar
