// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/search/open_model.h"

#include "core/model/compute.h"
#include "core/model/weights.h"
#include "core/search/calibration.h"
#include "core/search/effective_weights.h"
#include "core/search/norm_scales.h"
#include "core/search/run_folder.h"
#include "core/search/run_state.h"
#include "core/search/start_file.h"

#include <ATen/ATen.h>

#include <cstdlib>

namespace invar {
namespace {

/// A run's model as it was rounded at the start.
struct RunStart {
    SearchSettings settings;
    std::shared_ptr<const LanguageModel> model; ///< full precision
    GridPlan grids;
    StartingPoint point;

    [[nodiscard]] std::shared_ptr<const LanguageModel> quantized() const {
        return model->with_weights(std::make_shared<const ModelWeights>(point.quantized));
    }
};

RunStart open_start(const std::filesystem::path &folder, const Task &task) {
    auto settings = read_run_settings(folder);
    auto model = open_model(settings.model, task);
    const GridPlan grids(settings.grid, settings.layer_bits, model->info());
    auto kept = read_start(folder, *model, settings, task);
    auto point = kept ? std::move(*kept)
                      : make_starting_method(settings.method)
                            ->quantize({model->family(), model->weights(), at::Tensor(), grids, settings.method_options,
                                        settings.seed},
                                       task);
    return {std::move(settings), std::move(model), grids, std::move(point)};
}

/// Where the run is now, if it fits its model.
RunPosition position_of(const std::filesystem::path &folder, const RunStart &start) {
    auto position = read_run_position(folder);
    for (const auto &layer : position.states)
        check(layer, start.model->info().layer_shape());
    if (position.states.size() != start.point.base.layers.size())
        fail("{}: was made with another model than {}", folder.string(), start.settings.model);
    return position;
}

/// The full-precision model moved to where the run is now.
std::shared_ptr<const LanguageModel> open_transformed(const std::filesystem::path &folder, const RunStart &start) {
    const auto position = position_of(folder, start);
    const auto &family = start.model->family();
    const auto moved = apply_exactly(start.point.reference, position.states, family);
    return start.model->with_weights(std::make_shared<const ModelWeights>(
        reorder_residual(moved, family, ResidualOrder(position.residual_order, at::kCPU))));
}

/// The start moved to where the run is now.
std::shared_ptr<const LanguageModel> open_current(const std::filesystem::path &folder, const RunStart &start) {
    const auto &family = start.model->family();
    const auto position = position_of(folder, start);
    const ResidualOrder order(position.residual_order, at::kCPU);
    const auto applied = [&](const StartingPoint &point) {
        return apply_states(with_norm_scales(point, position.states, family, order), position.states, start.grids,
                            family);
    };
    if (order.channels().empty())
        return start.model->with_weights(std::make_shared<const ModelWeights>(applied(start.point)));
    auto weights = reorder_residual(start.model->weights(), family, order);
    weights.layers = applied(reorder_residual(start.point, family, order, start.grids)).layers;
    return start.model->with_weights(std::make_shared<const ModelWeights>(std::move(weights)));
}

std::shared_ptr<const LanguageModel> open_run(const std::filesystem::path &folder, const Task &task, RunState state) {
    if (state == RunState::full_precision)
        return open_model(read_run_settings(folder).model, task);
    const c10::AutoGradMode no_gradients(false);
    const auto start = open_start(folder, task);
    if (state == RunState::transformed)
        return open_transformed(folder, start);
    return state == RunState::at_start ? start.quantized() : open_current(folder, start);
}

} // namespace

std::shared_ptr<const LanguageModel> open_model(const std::string &model, const Task &task, RunState state) {
    if (model == "demo")
        return LanguageModel::open(demo_folder() / "model", task);
    if (is_run_folder(model))
        return open_run(model, task, state);
    return LanguageModel::open(model, task);
}

RunModels open_run_models(const std::filesystem::path &folder, const Task &task) {
    const c10::AutoGradMode no_gradients(false);
    const auto start = open_start(folder, task);
    return {.full_precision = start.model, .at_start = start.quantized(), .current = open_current(folder, start)};
}

std::filesystem::path demo_folder() {
    std::error_code error;
    if (const char *chosen = std::getenv("INVARSCOPE_DEMO"); chosen != nullptr && *chosen != '\0') {
        if (std::filesystem::exists(std::filesystem::path(chosen) / "calibration.txt", error))
            return chosen;
        fail("{}: $INVARSCOPE_DEMO names a folder without the demo model and texts", chosen);
    }
    const auto program = std::filesystem::read_symlink("/proc/self/exe", error);
    for (const std::filesystem::path &place :
         {program.parent_path().parent_path() / "share/invarscope/demo", std::filesystem::path(INVAR_SOURCE_DEMO_DIR)})
        if (std::filesystem::exists(place / "calibration.txt", error))
            return place;
    fail("the demo model was not found beside the program; set INVARSCOPE_DEMO to the folder resources/demo");
}

} // namespace invar
