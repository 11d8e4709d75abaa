// SPDX-License-Identifier: GPL-3.0-or-later
// oneDNN's packed matrix multiplication with the operation after it fused in, through the operators that LibTorch's
// compiler uses (aten/src/ATen/native/mkldnn/Linear.cpp).
#include "core/model/linear.h"

#include <ATen/ATen.h>
#include <ATen/core/dispatch/Dispatcher.h>

#include <optional>

namespace invar {
namespace {

using OptionalTensor = std::optional<at::Tensor>;
using Scalars = c10::List<std::optional<at::Scalar>>;

/// The operators of a LibTorch that has them.
struct PackedOperators {
    c10::TypedOperatorHandle<at::Tensor(const at::Tensor &, std::optional<c10::SymInt>)> pack;
    c10::TypedOperatorHandle<at::Tensor(const at::Tensor &, const at::Tensor &, const OptionalTensor &,
                                        std::string_view, Scalars, std::optional<std::string_view>)>
        apply;
    c10::TypedOperatorHandle<at::Tensor(const at::Tensor &, const at::Tensor &, const at::Tensor &,
                                        const OptionalTensor &, std::string_view)>
        apply_with;
};

const std::optional<PackedOperators> &packed_operators() {
    static const auto operators = []() -> std::optional<PackedOperators> {
        auto &dispatcher = c10::Dispatcher::singleton();
        const auto pack = dispatcher.findSchema({"mkldnn::_reorder_linear_weight", ""});
        const auto apply = dispatcher.findSchema({"mkldnn::_linear_pointwise", ""});
        const auto apply_with = dispatcher.findSchema({"mkldnn::_linear_pointwise", "binary"});
        if (!pack || !apply || !apply_with)
            return {};
        return PackedOperators{pack->typed<at::Tensor(const at::Tensor &, std::optional<c10::SymInt>)>(),
                               apply->typed<at::Tensor(const at::Tensor &, const at::Tensor &, const OptionalTensor &,
                                                       std::string_view, Scalars, std::optional<std::string_view>)>(),
                               apply_with->typed<at::Tensor(const at::Tensor &, const at::Tensor &, const at::Tensor &,
                                                            const OptionalTensor &, std::string_view)>()};
    }();
    return operators;
}

OptionalTensor optional(const at::Tensor &tensor) { return tensor.defined() ? OptionalTensor(tensor) : std::nullopt; }

at::Tensor pack_weight(const at::Tensor &weight, std::int64_t rows) {
    return packed_operators()->pack.call(weight, c10::SymInt(rows));
}

at::Tensor run_packed(const at::Tensor &input, const Linear &linear, Activation activation) {
    const bool gelu = activation == Activation::gelu || activation == Activation::gelu_tanh;
    const auto attribute = activation == Activation::relu ? "relu" : gelu ? "gelu" : "none";
    const auto algorithm = activation == Activation::gelu_tanh ? "tanh" : gelu ? "none" : "";
    return packed_operators()->apply.call(input, linear.packed, optional(linear.bias), attribute, Scalars(),
                                          std::string_view(algorithm));
}

/// Whether packing works here is found by trying it, since the processor decides.
bool try_packing(at::ScalarType type) {
    if (!packed_operators())
        return false;
    try {
        const c10::AutoGradMode no_gradients(false);
        const auto weight = at::ones({16, 16}, type);
        const auto result = run_packed(weight, {{}, {}, pack_weight(weight, 16)}, Activation::none);
        return at::equal(result, at::full({16, 16}, 16, type));
    } catch (const std::exception &) {
        return false;
    }
}

} // namespace

at::Tensor apply(const Linear &linear, const at::Tensor &input, Activation activation) {
    if (linear.listener)
        (*linear.listener)(input);
    if (linear.packed.defined())
        return run_packed(input, linear, activation);
    auto result = at::linear(input, linear.weight, linear.bias);
    switch (activation) {
    case Activation::relu:
        return result.relu_();
    case Activation::gelu:
        return at::gelu(result);
    case Activation::gelu_tanh:
        return at::gelu(result, "tanh");
    case Activation::none:
        break;
    }
    return result;
}

at::Tensor apply_and_add(const Linear &linear, const at::Tensor &input, const at::Tensor &residual) {
    if (linear.listener)
        (*linear.listener)(input);
    if (linear.packed.defined())
        return packed_operators()->apply_with.call(input, residual, linear.packed, optional(linear.bias), "add");
    return at::linear(input, linear.weight, linear.bias).add_(residual);
}

bool can_pack(at::ScalarType type, const at::Device &device) {
    static const bool float32 = try_packing(at::kFloat);
    static const bool bfloat16 = try_packing(at::kBFloat16);
    return device.is_cpu() && ((type == at::kFloat && float32) || (type == at::kBFloat16 && bfloat16));
}

Linear pack(Linear linear, std::int64_t rows, bool keep_plain) {
    if (!linear.weight.defined() || !can_pack(linear.weight.scalar_type(), linear.weight.device()))
        return linear;
    linear.packed = pack_weight(linear.weight, rows);
    if (!keep_plain)
        linear.weight.reset();
    return linear;
}

DecoderLayer pack(DecoderLayer layer, const std::vector<std::size_t> &stacked, std::int64_t rows) {
    const auto &any = layer.projections.front().weight;
    if (!stacked.empty() && can_pack(any.scalar_type(), any.device())) {
        std::vector<at::Tensor> weights;
        std::vector<at::Tensor> biases;
        for (const auto index : stacked) {
            auto &projection = layer.projections[index];
            layer.stack_sizes.push_back(projection.weight.size(0));
            weights.push_back(std::move(projection.weight));
            if (projection.bias.defined())
                biases.push_back(projection.bias);
        }
        layer.stack.bias = biases.empty() ? at::Tensor() : at::cat(biases);
        layer.stack.weight = at::cat(weights);
        layer.stack = pack(std::move(layer.stack), rows);
    }
    for (auto &projection : layer.projections)
        projection = pack(std::move(projection), rows);
    return layer;
}

} // namespace invar
