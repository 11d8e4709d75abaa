// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/search/sensitivity.h"

#include "core/model/compute.h"
#include "core/model/cross_entropy.h"
#include "core/model/family.h"
#include "core/quant/grid_plan.h"
#include "core/quant/group_quantizer.h"
#include "core/search/calibration.h"
#include "core/search/open_model.h"
#include "core/search/settings_error.h"
#include "core/search/work_units.h"

#include <fmt/format.h>

#include <numeric>

namespace invar {
namespace {

/// The full-precision model standing before one of its layers.
class Walk {
public:
    Walk(const ModelFamily &family, ModelWeights weights, const at::Tensor &ids, int threads)
        : family_(family), weights_(std::move(weights)), units_(ids, threads, 1),
          head_(weights_.head, units_.tokens(0)), inputs_(units_.count()) {
        units_.run_all([&](std::size_t unit) { inputs_[unit] = family_.embed(weights_, units_.ids(unit)); });
    }

    /// Mean cross-entropy if the layer at hand were `layer`.
    [[nodiscard]] double cross_entropy(const DecoderLayer &layer) const {
        std::vector<double> sums(units_.count());
        units_.run_all([&](std::size_t unit) {
            auto hidden = family_.run_layer(layer, inputs_[unit]);
            for (auto next = index_ + 1; next < weights_.layers.size(); ++next)
                hidden = family_.run_layer(weights_.layers[next], hidden);
            sums[unit] = summed_cross_entropy(family_, weights_, head_, hidden, units_.ids(unit));
        });
        return std::accumulate(sums.begin(), sums.end(), 0.0) / static_cast<double>(units_.all_predicted());
    }
    [[nodiscard]] const DecoderLayer &layer() const { return weights_.layers[index_]; }
    void advance() {
        units_.run_all([&](std::size_t unit) { inputs_[unit] = family_.run_layer(layer(), inputs_[unit]); });
        ++index_;
    }

private:
    const ModelFamily &family_;
    ModelWeights weights_;
    WorkUnits units_;
    CrossEntropyHead head_;
    std::vector<at::Tensor> inputs_; ///< [unit], of the layer at hand
    std::size_t index_ = 0;
};

} // namespace

SensitivitySweep measure_sensitivity(const SearchSettings &asked, const Task &task,
                                     const std::function<void(const MatrixSensitivity &)> &found) {
    const ComputeScope scope(asked.threads);
    return with_plain_errors([&] {
        const auto model = open_model(asked.model, task, RunState::full_precision);
        const auto settings = settled(asked, model->info());
        if (auto problems = find_start_problems(settings, model->info()); !problems.empty())
            throw SettingsError(std::move(problems));
        const auto type = scalar_type_of(settings.precision);
        const auto device = usable_device(settings.device);
        const auto &family = model->family();
        const auto &info = model->info();
        const GridPlan grids(settings.grid, settings.layer_bits, info);
        Walk walk(family, model->weights().to(type, device), load_calibration(settings, *model).to(device),
                  resolve_threads(settings.threads));
        SensitivitySweep sweep{.full_precision_ce = walk.cross_entropy(walk.layer()), .matrices = {}};
        const auto steps = static_cast<double>(info.projections.size() + 1) * info.layers;
        const auto add = [&](int layer, const std::string &projection, const DecoderLayer &rounded) {
            task.check();
            task.report(
                static_cast<double>(sweep.matrices.size()) / steps,
                fmt::format("layer {} of {}{}{}", layer + 1, info.layers, projection.empty() ? "" : ", ", projection));
            sweep.matrices.push_back({.layer = layer,
                                      .projection = projection,
                                      .rise = walk.cross_entropy(rounded) - sweep.full_precision_ce});
            if (found)
                found(sweep.matrices.back());
        };
        for (int layer = 0; layer < info.layers; ++layer) {
            const auto index = static_cast<std::size_t>(layer);
            const auto exact = walk.layer();
            auto whole = exact;
            for (std::size_t i = 0; i < info.projections.size(); ++i) {
                auto alone = exact;
                const auto weight = model->weights().layers[index].projections[i].weight.to(device, at::kFloat);
                alone.projections[i].weight = whole.projections[i].weight =
                    round_to_grid(weight.contiguous(), grids.at(index, i)).to(type);
                add(layer, info.projections[i], alone);
            }
            add(layer, {}, whole);
            walk.advance();
        }
        return sweep;
    });
}

} // namespace invar
