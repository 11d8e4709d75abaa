// SPDX-License-Identifier: GPL-3.0-or-later
// Round to nearest: every projection of every decoder layer, on its own, without looking at data.
#include "core/quant/group_quantizer.h"
#include "core/quant/method.h"

#include <ATen/ATen.h>

namespace invar {
namespace {

class RoundToNearest final : public StartingMethod {
public:
    MethodInfo info() const override {
        return {.name = "rtn",
                .title = "Round to nearest",
                .description = "Rounds each weight to the nearest grid point of its group; needs no data."};
    }

    StartingPoint quantize(const MethodInput &input, const Task &task) const override {
        StartingPoint start{.base = input.weights, .quantized = input.weights};
        const auto layers = start.quantized.layers.size();
        for (std::size_t index = 0; index < layers; ++index) {
            task.check();
            task.report(static_cast<double>(index) / static_cast<double>(layers), "rounding to nearest");
            for (auto &projection : start.quantized.layers[index].projections)
                projection.weight = requantize(projection.weight, input.grid);
        }
        return start;
    }

    at::Tensor requantize(const at::Tensor &weight, const Grid &grid) const override {
        return round_to_grid(weight, grid);
    }

    bool rounds_to_nearest() const override { return true; }
};

} // namespace

std::unique_ptr<StartingMethod> make_rtn() { return std::make_unique<RoundToNearest>(); }

} // namespace invar
