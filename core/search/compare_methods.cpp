// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/search/compare_methods.h"

#include "core/base/files.h"
#include "core/evaluate/perplexity.h"
#include "core/model/compute.h"
#include "core/quant/matrix_error.h"
#include "core/quant/method.h"
#include "core/quant/output_error.h"
#include "core/search/calibration.h"
#include "core/search/open_model.h"
#include "core/search/settings_error.h"

#include <fmt/format.h>

#include <chrono>

namespace invar {
namespace {

/// A row of the comparison: a method, with other options where it is a variant.
struct Contender {
    std::string method;
    std::string variant; ///< its title; empty: none
    MethodOptions options;
};

std::vector<Contender> contenders(const SearchSettings &asked) {
    std::vector<Contender> found;
    for (const auto &method : starting_methods()) {
        const auto own = method.name == asked.method ? asked.method_options : MethodOptions();
        found.push_back({method.name, {}, own});
        for (const auto &variant : method.variants) {
            found.push_back({method.name, variant.title, variant.options});
            found.back().options.insert(own.begin(), own.end());
        }
    }
    return found;
}

std::vector<MatrixError> errors_of(const StartingPoint &start, const ModelFamily &family, const at::Tensor &calibration,
                                   const Task &task) {
    const auto projections = family.info().projections;
    std::vector<MatrixError> errors;
    for (std::size_t layer = 0; layer < start.quantized.layers.size(); ++layer)
        for (std::size_t i = 0; i < projections.size(); ++i)
            errors.push_back(matrix_error(start.reference.layers[layer].projections[i].weight,
                                          start.quantized.layers[layer].projections[i].weight, static_cast<int>(layer),
                                          projections[i]));
    const auto outputs = output_errors(
        family, LayerWalk(family, start.reference, output_error_ids(calibration)),
        [&start](std::size_t layer) { return start.reference.layers[layer]; }, start.quantized.layers, task);
    set_outputs(errors, outputs, projections);
    return errors;
}

double mean_sqnr(const std::vector<MatrixError> &errors) {
    double sum = 0;
    for (const auto &error : errors)
        sum += error.sqnr_db;
    return errors.empty() ? 0 : sum / static_cast<double>(errors.size());
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
        const auto rows = contenders(settings);
        const auto share = 1 / static_cast<double>(rows.size() + 1);
        const auto add = [&](MethodOutcome outcome, const LanguageModel &measured) {
            const auto begin = static_cast<double>(outcomes.size()) * share;
            outcome.perplexity =
                measure_perplexity(measured, ids, evaluation, part_of(task, begin + 0.7 * share, 0.3 * share))
                    .perplexity;
            outcomes.push_back(outcome);
            if (found)
                found(outcomes.back());
        };
        const auto choose = [&](const Contender &row) {
            settings.method = row.method;
            settings.method_options = row.options;
        };
        for (const auto &row : rows) { // all before the first is measured
            choose(row);
            if (auto problems = find_problems(settings, model->info()); !problems.empty())
                throw SettingsError(std::move(problems));
        }
        add({.method = {}, .bits_per_weight = 32}, *model);
        for (const auto &row : rows) {
            choose(row);
            const GridPlan grids(settings.grid, settings.layer_bits, model->info());
            const auto calibration = load_calibration(settings, *model);
            const auto begin = static_cast<double>(outcomes.size()) * share;
            const auto begun = std::chrono::steady_clock::now();
            const auto start = make_starting_method(row.method)
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
                                                           training({.method = row.method, .point = point});
                                                   }},
                                              part_of(task, begin, 0.6 * share));
            const auto seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
            const auto errors =
                errors_of(start, model->family(), calibration, part_of(task, begin + 0.6 * share, 0.1 * share));
            add({.method = row.method,
                 .variant = row.variant,
                 .options = row.options,
                 .bits_per_weight = grids.bits_per_weight(model->info()),
                 .seconds = seconds,
                 .mean_sqnr_db = mean_sqnr(errors),
                 .mean_output_error = mean_output_error(errors)},
                *model->with_weights(std::make_shared<const ModelWeights>(start.quantized)));
        }
        return outcomes;
    });
}

} // namespace invar
