// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/search/compare_methods.h"

#include "core/base/files.h"
#include "core/evaluate/perplexity.h"
#include "core/model/compute.h"
#include "core/quant/matrix_error.h"
#include "core/quant/method.h"
#include "core/search/calibration.h"
#include "core/search/open_model.h"
#include "core/search/settings_error.h"

#include <fmt/format.h>

#include <chrono>

namespace invar {
namespace {

double mean_sqnr(const StartingPoint &start) {
    double sum = 0;
    std::size_t count = 0;
    for (std::size_t layer = 0; layer < start.quantized.layers.size(); ++layer)
        for (std::size_t i = 0; i < start.quantized.layers[layer].projections.size(); ++i, ++count)
            sum += matrix_error(start.reference.layers[layer].projections[i].weight,
                                start.quantized.layers[layer].projections[i].weight, static_cast<int>(layer), {})
                       .sqnr_db;
    return count > 0 ? sum / static_cast<double>(count) : 0;
}

/// A part of a task: its fractions from `begin` on, `share` of the whole.
Task part_of(const Task &task, double begin, double share) {
    return {.stop = task.stop, .progress = [&task, begin, share](double fraction, std::string_view stage) {
                task.report(begin + share * fraction, stage);
            }};
}

} // namespace

std::vector<MethodOutcome> compare_methods(const SearchSettings &asked, const std::filesystem::path &heldout,
                                           const Task &task, const std::function<void(const MethodOutcome &)> &found,
                                           const std::function<void(const MethodTraining &)> &training) {
    const ComputeScope scope(asked.threads);
    return with_plain_errors([&] {
        const auto model = open_model(asked.model, task, RunState::full_precision);
        auto settings = settled(asked, model->info());
        const auto ids = model->tokenizer().encode(read_text_file(heldout), false);
        const EvaluationOptions evaluation{
            .precision = settings.precision, .device = settings.device, .threads = settings.threads};
        std::vector<MethodOutcome> outcomes;
        const auto share = 1 / static_cast<double>(starting_methods().size() + 1);
        const auto add = [&](MethodOutcome outcome, const LanguageModel &measured) {
            const auto begin = static_cast<double>(outcomes.size()) * share;
            outcome.perplexity =
                measure_perplexity(measured, ids, evaluation, part_of(task, begin + 0.7 * share, 0.3 * share))
                    .perplexity;
            outcomes.push_back(outcome);
            if (found)
                found(outcomes.back());
        };
        add({.method = {}, .bits_per_weight = 32}, *model);
        for (const auto &method : starting_methods()) {
            settings.method = method.name;
            settings.method_options = method.name == asked.method ? asked.method_options : MethodOptions();
            if (auto problems = find_problems(settings, model->info()); !problems.empty())
                throw SettingsError(std::move(problems));
            const GridPlan grids(settings.grid, settings.layer_bits, model->info());
            const auto calibration = load_calibration(settings, *model);
            const auto begun = std::chrono::steady_clock::now();
            const auto start = make_starting_method(method.name)
                                   ->quantize({.family = model->family(),
                                               .weights = model->weights(),
                                               .calibration = calibration,
                                               .grids = grids,
                                               .options = settings.method_options,
                                               .seed = settings.seed,
                                               .type = training_type(settings.precision, at::kCPU),
                                               .training =
                                                   [&](const TrainingPoint &point) {
                                                       if (training)
                                                           training({.method = method.name, .point = point});
                                                   }},
                                              part_of(task, static_cast<double>(outcomes.size()) * share, 0.7 * share));
            const auto seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
            add({.method = method.name,
                 .bits_per_weight = grids.bits_per_weight(model->info()),
                 .seconds = seconds,
                 .mean_sqnr_db = mean_sqnr(start)},
                *model->with_weights(std::make_shared<const ModelWeights>(start.quantized)));
        }
        return outcomes;
    });
}

} // namespace invar
