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
    std::string problem;
    double effort; ///< StartingMethod::effort()
};

/// All methods and their variants, those that cannot run with their reason in `problem`.
std::vector<Contender> contenders(const SearchSettings &settings, const std::map<std::string, MethodOptions> &options,
                                  const ModelInfo &model) {
    std::vector<Contender> found;
    for (const auto &method : starting_methods()) {
        const auto typed = options.find(method.name);
        const auto own = method.name == settings.method ? settings.method_options
                         : typed != options.end()       ? typed->second
                                                        : MethodOptions();
        auto as_it_is = settings;
        as_it_is.method = method.name;
        as_it_is.method_options = own;
        const auto problems = find_start_problems(as_it_is, model);
        const auto problem = problems.empty() ? std::string() : problems.front().reason;
        const auto maker = make_starting_method(method.name);
        found.push_back({method.name, {}, own, problem, maker->effort(own, settings.sequences)});
        for (const auto &variant : method.variants) {
            auto varied = variant.options;
            varied.insert(own.begin(), own.end());
            found.push_back({method.name, variant.title, varied, problem, maker->effort(varied, settings.sequences)});
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

/// The rows of one comparison, as they come to be.
class Comparison {
public:
    Comparison(const SearchSettings &asked, const std::filesystem::path &heldout, const Task &task)
        : model_(open_model(asked.model, task, RunState::full_precision)), settings_(settled(asked, model_->info())),
          device_(checked_device()), weights_(model_->weights().to(at::kFloat, device_)),
          heldout_(model_->tokenizer().encode(read_text_file(heldout), false)),
          calibration_(load_calibration(settings_, *model_).to(device_)),
          grids_(settings_.grid, settings_.layer_bits, model_->info()) {}

    [[nodiscard]] const SearchSettings &settings() const { return settings_; }
    [[nodiscard]] const ModelInfo &info() const { return model_->info(); }

    /// What measuring one model takes, in passes of the calibration set through it.
    [[nodiscard]] double measuring_effort() const {
        return 1 + static_cast<double>(heldout_.size()) / static_cast<double>(calibration_.numel());
    }

    [[nodiscard]] MethodOutcome full_precision(const Task &part) const {
        return {.method = {}, .perplexity = perplexity_of(*model_, part), .bits_per_weight = 32};
    }

    [[nodiscard]] MethodOutcome measure(const Contender &row, const TrainingListener &training,
                                        const Task &part) const {
        const auto quantizing = row.effort / (row.effort + measuring_effort());
        const auto begun = std::chrono::steady_clock::now();
        const auto start = make_starting_method(row.method)
                               ->quantize({.family = model_->family(),
                                           .weights = weights_,
                                           .calibration = calibration_,
                                           .grids = grids_,
                                           .options = row.options,
                                           .seed = settings_.seed,
                                           .type = training_type(settings_.precision, device_),
                                           .training = training},
                                          part_of(part, 0, quantizing));
        const auto seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
        const auto rest = 1 - quantizing;
        const auto errors = errors_of(start, model_->family(), calibration_, part_of(part, quantizing, 0.3 * rest));
        const auto quantized =
            model_->with_weights(std::make_shared<const ModelWeights>(start.quantized.to(at::kFloat, at::kCPU)));
        return {.method = row.method,
                .variant = row.variant,
                .options = row.options,
                .perplexity = perplexity_of(*quantized, part_of(part, quantizing + 0.3 * rest, 0.7 * rest)),
                .bits_per_weight = grids_.bits_per_weight(info()),
                .seconds = seconds,
                .mean_sqnr_db = mean_sqnr(errors),
                .mean_output_error = mean_output_error(errors)};
    }

private:
    /// Where it is to run, once all that can be told beforehand is in order.
    [[nodiscard]] at::Device checked_device() const {
        if (auto problems = find_start_problems(settings_, model_->info()); !problems.empty())
            throw SettingsError(std::move(problems));
        return usable_device(settings_.device);
    }

    [[nodiscard]] double perplexity_of(const LanguageModel &measured, const Task &part) const {
        const EvaluationOptions evaluation{
            .precision = settings_.precision, .device = settings_.device, .threads = settings_.threads};
        return measure_perplexity(measured, heldout_, evaluation, part).perplexity;
    }

    std::shared_ptr<const LanguageModel> model_;
    SearchSettings settings_;
    at::Device device_;
    ModelWeights weights_; ///< full precision, on the device
    std::vector<std::int32_t> heldout_;
    at::Tensor calibration_;
    GridPlan grids_;
};

} // namespace

std::vector<MethodOutcome> compare_methods(const SearchSettings &asked,
                                           const std::map<std::string, MethodOptions> &options,
                                           const std::filesystem::path &heldout, const Task &task,
                                           const std::function<void(const MethodOutcome &)> &found,
                                           const std::function<void(const MethodTraining &)> &training) {
    const ComputeScope scope(asked.threads);
    return with_plain_errors([&] {
        const Comparison comparison(asked, heldout, part_of(task, 0, 0));
        const auto rows = contenders(comparison.settings(), options, comparison.info());
        const auto measuring = comparison.measuring_effort();
        auto whole = measuring;
        for (const auto &row : rows)
            whole += row.problem.empty() ? row.effort + measuring : 0;
        double done = 0;
        std::vector<MethodOutcome> outcomes;
        const auto add = [&](MethodOutcome outcome) {
            outcomes.push_back(std::move(outcome));
            if (found)
                found(outcomes.back());
        };
        const auto next = [&](double effort) {
            const auto part = part_of(task, done / whole, effort / whole);
            done += effort;
            return part;
        };
        add(comparison.full_precision(next(measuring)));
        for (const auto &row : rows) {
            if (!row.problem.empty()) {
                add({.method = row.method, .variant = row.variant, .options = row.options, .problem = row.problem});
                continue;
            }
            const auto hear = [&](const TrainingPoint &point) {
                if (training)
                    training({.method = row.method, .point = point});
            };
            add(comparison.measure(row, hear, next(row.effort + measuring)));
        }
        return outcomes;
    });
}

} // namespace invar
