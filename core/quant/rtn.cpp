// SPDX-License-Identifier: GPL-3.0-or-later
// Round to nearest: every projection of every decoder layer, on its own, without looking at data.
#include "core/quant/clipping.h"
#include "core/quant/method.h"

#include <fmt/format.h>

#include <ATen/ATen.h>

namespace invar {
namespace {

class RoundToNearest final : public StartingMethod {
public:
    MethodInfo info() const override {
        return {.name = "rtn",
                .title = "Round to nearest",
                .description = "Rounds each weight to the nearest grid point of its group; needs no data.",
                .options = {{.name = "clip",
                             .title = "Clip outliers",
                             .description = "Narrow each group's range to where its squared rounding error is least; "
                                            "the largest weights are cut off",
                             .kind = MethodOption::Kind::flag}}};
    }

    StartingPoint quantize(const MethodInput &input, const Task &task) const override {
        auto base = input.weights;
        const auto names = input.family.info().projections;
        const auto layers = base.layers.size();
        for (std::size_t index = 0; index < layers; ++index) {
            auto &projections = base.layers[index].projections;
            for (std::size_t i = 0; i < projections.size(); ++i) {
                task.check();
                const auto done =
                    static_cast<double>(index) + static_cast<double>(i) / static_cast<double>(names.size());
                task.report(done / static_cast<double>(layers),
                            fmt::format("rounding to nearest, layer {} of {}, {}", index + 1, layers, names[i]));
                if (option(input, "clip") != 0)
                    projections[i].weight = clip_by_error(projections[i].weight, input.grids.at(index, i));
            }
        }
        return StartingPoint::rounded(input.weights, std::move(base), input.grids);
    }

    double effort(const MethodOptions &, std::int64_t) const override { return 0.1; }

    /// Clipped matrices are a base of their own.
    std::int64_t extra_bytes(const MethodOptions &options, const ModelInfo &model) const override {
        return option(options, "clip") != 0 ? model.matrix_weights() * std::int64_t{sizeof(float)} : 0;
    }

    bool is_quick() const override { return true; }
};

} // namespace

std::unique_ptr<StartingMethod> make_rtn() { return std::make_unique<RoundToNearest>(); }

} // namespace invar
