// SPDX-License-Identifier: GPL-3.0-or-later
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic ignored "-Wnull-dereference" // GCC 12 sees some in LibTorch's headers for custom functions
#endif
#include "core/quant/trained_rounding.h"

#include "core/kernels/trained_rounding_loops.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <torch/csrc/autograd/custom_function.h>

namespace invar {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

/// Functions of autograd take no undefined tensors; an empty one stands for none.
bool has_offsets(const at::Tensor &offsets) { return offsets.defined() && offsets.numel() > 0; }

/// Calls `work(group's index, TrainedGroup)` for all groups, shared out among threads.
template <typename Work>
void each_group(const at::Tensor &weight, const RoundingParameters &parameters, const Work &work) {
    const auto size = weight.numel() / parameters.high_factors.numel();
    const auto *weights = weight.const_data_ptr<float>();
    const auto *offsets = has_offsets(parameters.offsets) ? parameters.offsets.const_data_ptr<float>() : nullptr;
    const auto *low = parameters.low_factors.const_data_ptr<float>();
    const auto *high = parameters.high_factors.const_data_ptr<float>();
    at::parallel_for(0, parameters.high_factors.numel(), 64, [&](auto begin, auto end) {
        for (auto group = begin; group < end; ++group)
            work(group, TrainedGroup{.weights = weights + group * size,
                                     .offsets = offsets ? offsets + group * size : nullptr,
                                     .low_factor = low[group],
                                     .high_factor = high[group],
                                     .size = size});
    });
}

/// A grid in a form that an autograd function keeps.
at::Tensor numbers_of(const Grid &grid) {
    return at::tensor({static_cast<std::int64_t>(grid.bits), static_cast<std::int64_t>(grid.symmetric),
                       static_cast<std::int64_t>(grid.scales)},
                      at::kLong);
}
Grid grid_from(const at::Tensor &numbers) {
    const auto *values = numbers.const_data_ptr<std::int64_t>();
    return {.bits = static_cast<int>(values[0]),
            .group_size = 0,
            .symmetric = values[1] != 0,
            .scales = static_cast<ScalePrecision>(values[2])};
}

class Rounding : public torch::autograd::Function<Rounding> {
public:
    static at::Tensor forward(AutogradContext *context, const at::Tensor &weight, const at::Tensor &offsets,
                              const at::Tensor &low_factors, const at::Tensor &high_factors,
                              const at::Tensor &grid_numbers) {
        context->save_for_backward({weight, offsets, low_factors, high_factors, grid_numbers});
        const auto grid = grid_constants(grid_from(grid_numbers));
        auto result = at::empty_like(weight);
        auto *out = result.data_ptr<float>();
        each_group(weight, {offsets, low_factors, high_factors}, [&](std::int64_t index, const TrainedGroup &group) {
            invar::round_trained(group, grid, out + index * group.size, nullptr);
        });
        return result;
    }

    static variable_list backward(AutogradContext *context, const variable_list &gradients) {
        const auto saved = context->get_saved_variables();
        const auto &weight = saved[0];
        const auto &offsets = saved[1];
        const auto grid = grid_constants(grid_from(saved[4]));
        const auto slopes = gradients[0].contiguous();
        const auto by_weight = context->needs_input_grad(0) ? at::empty_like(weight) : at::Tensor();
        const auto by_offset =
            has_offsets(offsets) && context->needs_input_grad(1) ? at::empty_like(weight) : at::Tensor();
        auto by_low = at::empty_like(saved[2]);
        auto by_high = at::empty_like(saved[3]);
        const auto data = [](const at::Tensor &tensor) {
            return tensor.defined() ? tensor.data_ptr<float>() : nullptr;
        };
        auto *const weight_slopes = data(by_weight);
        auto *const offset_slopes = data(by_offset);
        each_group(weight, {offsets, saved[2], saved[3]}, [&](std::int64_t index, const TrainedGroup &group) {
            const auto first = index * group.size;
            TrainedGroupGradient gradient{.weights = weight_slopes ? weight_slopes + first : nullptr,
                                          .offsets = offset_slopes ? offset_slopes + first : nullptr,
                                          .low_factor = 0,
                                          .high_factor = 0};
            trained_gradient(group, grid, slopes.const_data_ptr<float>() + first, gradient);
            by_low.data_ptr<float>()[index] = gradient.low_factor;
            by_high.data_ptr<float>()[index] = gradient.high_factor;
        });
        return {by_weight, by_offset, by_low, by_high, {}, {}};
    }
};

/// trained_rounding_loops' arithmetic on whole tensors. All [rows, groups, group], or 1 in place of group.
struct TrainedGroups {
    at::Tensor weights, least, greatest; ///< of each group
    at::Tensor low, scale, zero;         ///< of its narrowed range
    at::Tensor exact, raised, codes;     ///< of each weight: w / s; rounded, before it is clamped; after

    TrainedGroups(const at::Tensor &weight, const RoundingParameters &parameters, const Grid &grid)
        : weights(weight.view({weight.size(0), parameters.high_factors.size(1), -1})) {
        const auto top = static_cast<double>((1 << grid.bits) - 1);
        const auto middle = static_cast<double>(1 << (grid.bits - 1));
        std::tie(least, greatest) = weights.aminmax(2, true);
        const auto high_factors = parameters.high_factors.unsqueeze(2);
        low = least * (grid.symmetric ? high_factors : parameters.low_factors.unsqueeze(2));
        const auto high = greatest * high_factors;
        const auto reach = grid.symmetric ? at::max(high, -low) : high - low;
        scale = scales_of(reach, grid.symmetric ? middle - 1 : top, grid);
        zero = grid.symmetric ? at::full_like(scale, middle) : (low / scale).round().neg().clamp(0, top);
        exact = weights / scale;
        raised =
            (has_offsets(parameters.offsets) ? exact + parameters.offsets.view(weights.sizes()) : exact).round() + zero;
        codes = raised.clamp(grid.symmetric ? 1 : 0, top);
    }

    [[nodiscard]] at::Tensor values() const { return (codes - zero) * scale; }
};

class RoundingByTensors : public torch::autograd::Function<RoundingByTensors> {
public:
    static at::Tensor forward(AutogradContext *context, const at::Tensor &weight, const at::Tensor &offsets,
                              const at::Tensor &low_factors, const at::Tensor &high_factors,
                              const at::Tensor &grid_numbers) {
        context->save_for_backward({weight, offsets, low_factors, high_factors, grid_numbers});
        const TrainedGroups groups(weight, {offsets, low_factors, high_factors}, grid_from(grid_numbers));
        return groups.values().view(weight.sizes());
    }

    static variable_list backward(AutogradContext *context, const variable_list &gradients) {
        const auto saved = context->get_saved_variables();
        const auto grid = grid_from(saved[4]);
        const TrainedGroups groups(saved[0], {saved[1], saved[2], saved[3]}, grid);
        const auto slopes = gradients[0].reshape(groups.weights.sizes());
        const auto inside = groups.codes == groups.raised;
        // Of a clamped weight the code stays, and z moves.
        const auto beyond = grid.symmetric ? at::zeros_like(groups.scale) : groups.low / groups.scale;
        const auto by_scale =
            (slopes * (groups.codes - groups.zero - at::where(inside, groups.exact, beyond))).sum(2, true);
        auto by_weight = slopes * inside;
        const auto by_offset = has_offsets(saved[1]) ? (by_weight * groups.scale).view(saved[0].sizes()) : at::Tensor();
        const auto add_at = [&](const at::Tensor &places, const at::Tensor &slope) {
            by_weight.scatter_add_(2, places, slope);
        };
        const auto high_factors = saved[3].unsqueeze(2);
        const auto sizes = saved[3].sizes();
        if (grid.symmetric) {
            const auto middle = static_cast<double>(1 << (grid.bits - 1));
            const auto by_reach = by_scale / (middle - 1);
            const auto positive = groups.greatest > -groups.least;
            add_at(at::where(positive, groups.weights.argmax(2, true), groups.weights.argmin(2, true)),
                   by_reach * high_factors * at::where(positive, 1.0, -1.0));
            return {by_weight.view(saved[0].sizes()),
                    by_offset,
                    at::zeros_like(saved[2]),
                    (by_reach * at::where(positive, groups.greatest, -groups.least)).view(sizes),
                    {},
                    {}};
        }
        const auto by_high = by_scale / static_cast<double>((1 << grid.bits) - 1);
        const auto by_low = (slopes * inside.logical_not()).sum(2, true) - by_high;
        add_at(groups.weights.argmin(2, true), by_low * saved[2].unsqueeze(2));
        add_at(groups.weights.argmax(2, true), by_high * high_factors);
        return {by_weight.view(saved[0].sizes()),        by_offset, (by_low * groups.least).view(sizes),
                (by_high * groups.greatest).view(sizes), {},        {}};
    }
};

/// Applies one of the two: same values, same gradients.
template <typename Function>
at::Tensor apply_rounding(const at::Tensor &weight, const RoundingParameters &parameters, const Grid &grid) {
    const auto offsets = has_offsets(parameters.offsets) ? parameters.offsets : at::empty({0}, weight.options());
    return Function::apply(weight.contiguous(), offsets, parameters.low_factors, parameters.high_factors,
                           numbers_of(grid));
}

} // namespace

RoundingParameters untrained(const at::Tensor &weight, const Grid &grid, bool offsets) {
    const auto groups = weight.size(1) / grid.group_of(weight.size(1));
    return {.offsets = offsets ? at::zeros_like(weight) : at::Tensor(),
            .low_factors = at::ones({weight.size(0), groups}, weight.options()),
            .high_factors = at::ones({weight.size(0), groups}, weight.options())};
}

at::Tensor round_trained(const at::Tensor &weight, const RoundingParameters &parameters, const Grid &grid) {
    return weight.is_cpu() ? apply_rounding<Rounding>(weight, parameters, grid)
                           : round_trained_by_tensors(weight, parameters, grid);
}

at::Tensor round_trained_by_tensors(const at::Tensor &weight, const RoundingParameters &parameters, const Grid &grid) {
    return apply_rounding<RoundingByTensors>(weight, parameters, grid);
}

QuantizedMatrix quantize_trained(const at::Tensor &weight, const RoundingParameters &parameters, const Grid &grid) {
    if (!weight.is_cpu())
        return quantize_trained_by_tensors(weight, parameters, grid);
    QuantizedMatrix matrix{.codes = at::empty_like(weight, at::kByte),
                           .scales = at::empty_like(parameters.high_factors),
                           .zeros = at::empty_like(parameters.high_factors)};
    auto values = at::empty_like(weight);
    const auto constants = grid_constants(grid);
    each_group(weight, parameters, [&](std::int64_t index, const TrainedGroup &group) {
        const auto scale = trained_scale(group, constants);
        matrix.scales.data_ptr<float>()[index] = scale.scale;
        matrix.zeros.data_ptr<float>()[index] = scale.zero;
        round_trained(group, constants, values.data_ptr<float>() + index * group.size,
                      matrix.codes.data_ptr<std::uint8_t>() + index * group.size);
    });
    return matrix;
}

QuantizedMatrix quantize_trained_by_tensors(const at::Tensor &weight, const RoundingParameters &parameters,
                                            const Grid &grid) {
    const TrainedGroups groups(weight, parameters, grid);
    return {.codes = groups.codes.to(at::kByte).view(weight.sizes()),
            .scales = groups.scale.squeeze(2),
            .zeros = groups.zero.squeeze(2)};
}

at::Tensor clamp_to_range(const at::Tensor &weight, const RoundingParameters &parameters, const Grid &grid) {
    const auto groups = weight.view({weight.size(0), parameters.high_factors.size(1), -1});
    const auto high_factor = parameters.high_factors.unsqueeze(2);
    if (grid.symmetric) {
        const auto reach = groups.abs().amax(2, true) * high_factor;
        return at::max(at::min(groups, reach), -reach).view(weight.sizes());
    }
    const auto [low, high] = groups.aminmax(2, true);
    return at::max(at::min(groups, high * high_factor), low * parameters.low_factors.unsqueeze(2)).view(weight.sizes());
}

} // namespace invar
