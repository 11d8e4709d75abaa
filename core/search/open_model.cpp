// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/search/open_model.h"

#include "core/model/compute.h"
#include "core/model/weights.h"
#include "core/search/calibration.h"
#include "core/search/effective_weights.h"
#include "core/search/run_folder.h"
#include "core/search/run_state.h"

#include <ATen/ATen.h>

#include <cstdlib>

namespace invar {
namespace {

std::shared_ptr<const LanguageModel> open_run(const std::filesystem::path &folder, const Task &task, RunState state) {
    const auto settings = read_run_settings(folder);
    const auto model = open_model(settings.model, task);
    if (state == RunState::full_precision)
        return model;
    const c10::AutoGradMode no_gradients(false);
    const auto method = make_starting_method(settings.method);
    const auto ids = method->info().needs_calibration ? load_calibration(settings, *model) : at::Tensor();
    const auto start = method->quantize({model->family(), model->weights(), ids, settings.grid}, task);
    if (state == RunState::at_start)
        return model->with_weights(std::make_shared<const ModelWeights>(start.quantized));
    const auto position = read_run_position(folder);
    for (const auto &layer : position.states)
        check(layer, model->info().ffn_size, model->info().attention);
    if (position.states.size() != start.base.layers.size())
        fail("{}: was made with another model than {}", folder.string(), settings.model);
    const auto &family = model->family();
    const ResidualOrder order(position.residual_order, at::kCPU);
    if (order.channels().empty())
        return model->with_weights(
            std::make_shared<const ModelWeights>(apply_states(start, position.states, *method, settings.grid, family)));
    auto weights = reorder_residual(model->weights(), family, order);
    weights.layers = apply_states(reorder_residual(start, family, order, *method, settings.grid), position.states,
                                  *method, settings.grid, family)
                         .layers;
    return model->with_weights(std::make_shared<const ModelWeights>(std::move(weights)));
}

} // namespace

std::shared_ptr<const LanguageModel> open_model(const std::string &model, const Task &task, RunState state) {
    if (model == "demo")
        return LanguageModel::open(demo_folder() / "model", task);
    if (is_run_folder(model))
        return open_run(model, task, state);
    return LanguageModel::open(model, task);
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
