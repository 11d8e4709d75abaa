// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/model/device_name.h"
#include "core/quant/grid_plan.h"
#include "core/quant/methods.h"
#include "core/search/idle_moves.h"
#include "core/search/policies.h"
#include "core/search/settings.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <set>

namespace invar {
namespace {

class ProblemList {
public:
    template <typename... Args> void add(const char *field, fmt::format_string<Args...> format, Args &&...args) {
        problems_.push_back({field, fmt::format(format, std::forward<Args>(args)...)});
    }
    template <typename... Args>
    void require(bool holds, const char *field, fmt::format_string<Args...> format, Args &&...args) {
        if (!holds)
            add(field, format, std::forward<Args>(args)...);
    }
    std::vector<SettingsProblem> take() { return std::move(problems_); }

private:
    std::vector<SettingsProblem> problems_;
};

/// Whether any matrix is to get signs alone.
bool has_signs(const SearchSettings &settings, const ModelInfo &model) {
    const GridPlan grids(settings.grid, settings.layer_bits, model);
    for (std::size_t layer = 0; layer < static_cast<std::size_t>(model.layers); ++layer)
        for (std::size_t projection = 0; projection < model.projections.size(); ++projection)
            if (grids.at(layer, projection).is_signs())
                return true;
    return false;
}

void check_grid(const SearchSettings &settings, const ModelInfo &model, ProblemList &problems) {
    problems.require(settings.grid.bits >= 1 && settings.grid.bits <= 8, "bits", "must be 1 to 8, not {}",
                     settings.grid.bits);
    if (const auto problem = settings.layer_bits.problem_for(model); !problem.empty())
        problems.add("layer_bits", "{}", problem);
    const auto *const method = find_starting_method(settings.method);
    if (method != nullptr && method->learns_ranges)
        problems.require(!has_signs(settings, model), "symmetric",
                         "one bit of it is a sign and a size, with no range for {} to learn; use an asymmetric grid",
                         method->title);
    std::set<std::int64_t> bad_rows;
    for (const auto &matrix : model.matrices)
        if (!settings.grid.divides(matrix.cols))
            bad_rows.insert(matrix.cols);
    if (!bad_rows.empty())
        problems.add("group_size", "{} does not divide this model's rows of {} weights", settings.grid.group_size,
                     fmt::join(bad_rows, ", "));
}

void check_invariances(const SearchSettings &settings, const ModelInfo &model, ProblemList &problems) {
    problems.require(!settings.invariances.empty(), "invariances", "choose at least one");
    for (const auto &[invariance, exactness] : model.invariances)
        if (settings.invariances.contains(invariance)) {
            problems.require(exactness != Exactness::none, "invariances", "{} does not apply to the {} family",
                             name_of(invariance), model.family);
            problems.require(settings.approximate || !model.needs_consent.contains(invariance), "invariances",
                             "{} is only approximate for the {} family: it changes the full-precision model too, which "
                             "needs your yes (approximate)",
                             name_of(invariance), model.family);
        }
    const auto chosen = members_of(settings.invariances);
    const auto idle = idle_moves(settings);
    problems.require(chosen.empty() ||
                         !std::ranges::all_of(chosen, [&](Invariance invariance) { return idle.contains(invariance); }),
                     "invariances", "a new order changes nothing where a whole row shares one scale (group size 0)");
    const auto touched = std::llround(static_cast<double>(model.ffn_size) * settings.swap_fraction);
    problems.require(settings.swap_fraction > 0 && settings.swap_fraction <= 1 && touched / 2 >= 1, "swap_fraction",
                     "must be above 0 and at most 1, and touch at least 2 of the {} neurons", model.ffn_size);
    problems.require(std::isfinite(settings.scale_std) && settings.scale_std > 0 && settings.scale_std <= 1,
                     "scale_std", "must be above 0 and at most 1");
    problems.require(std::isfinite(settings.rotation_std) && settings.rotation_std > 0 && settings.rotation_std <= 1,
                     "rotation_std", "must be above 0 and at most 1 radian");
}

void check_calibration(const SearchSettings &settings, const ModelInfo &model, ProblemList &problems) {
    problems.require(settings.sequences >= 1 && settings.sequences <= 65536, "sequences", "must be 1 to 65536");
    problems.require(settings.sequence_length >= 2 && settings.sequence_length <= model.context_length,
                     "sequence_length", "must be 2 to the model's context of {} tokens", model.context_length);
    std::error_code error;
    const auto check_file = [&](const char *field, const std::string &file) {
        problems.require(file.empty() || std::filesystem::is_regular_file(file, error), field, "{} is not a file",
                         file);
    };
    check_file("calibration_text", settings.calibration_text);
    check_file("calibration_ids", settings.calibration_ids);
}

void check_device(const SearchSettings &settings, ProblemList &problems) {
    if (const auto problem = problem_of_device(settings.device); !problem.empty())
        problems.add("device", "{}", problem);
}

void check_start(const SearchSettings &settings, const ModelInfo &model, ProblemList &problems) {
    problems.require(find_starting_method(settings.method) != nullptr, "method", "\"{}\" is not known here",
                     settings.method);
    if (const auto problem = problem_of(settings.method_options, settings.method); !problem.empty())
        problems.add("method_options", "{}", problem);
    check_grid(settings, model, problems);
    check_calibration(settings, model, problems);
    check_device(settings, problems);
    problems.require(settings.threads >= 0 && settings.threads <= 1024, "threads", "must be 0 (automatic) to 1024");
}

void check_search(const SearchSettings &settings, ProblemList &problems) {
    problems.require(std::isfinite(settings.alpha) && settings.alpha >= 0, "alpha", "must be 0 or more");
    problems.require(settings.watched_layers >= 1, "watched_layers", "must be at least 1");
    problems.require(settings.steps >= 0, "steps", "must be 0 (until stopped) or more");
    problems.require(std::isfinite(settings.seconds) && settings.seconds >= 0, "seconds",
                     "must be 0 (no limit) or more");
    const auto &policies = move_policies();
    problems.require(std::ranges::find(policies, settings.policy, &PolicyInfo::name) != policies.end(), "policy",
                     "\"{}\" is not known here", settings.policy);
    problems.require(settings.draws >= 1 && settings.draws <= 65536, "draws", "must be 1 to 65536");
    problems.require(settings.gradient_age >= 1, "gradient_age", "must be at least 1");
    problems.require(settings.racing_error >= 0 && settings.racing_error <= 0.5, "racing_error",
                     "must be 0 (no racing) to 0.5");
    problems.require(settings.racing_audit >= 0 && settings.racing_audit <= 1, "racing_audit", "must be 0 to 1");
    problems.require(std::isfinite(settings.memory_limit) && settings.memory_limit >= 0, "memory_limit",
                     "must be 0 (what is free) or more");
}

} // namespace

bool moves_norms_unasked(std::string_view policy) {
    const auto *const known = find_policy(policy);
    return known != nullptr && known->walks_norms;
}

InvarianceSet usual_invariances(const SearchSettings &settings, const ModelInfo &model) {
    const auto is_usual = [&](MovedPart part) {
        return part == MovedPart::ffn || (part == MovedPart::norms && moves_norms_unasked(settings.policy));
    };
    InvarianceSet usual;
    for (const auto invariance : all_invariances) {
        const auto found = model.invariances.find(invariance);
        const bool applies =
            is_usual(part_of(invariance)) && found != model.invariances.end() && found->second != Exactness::none;
        usual.set(invariance, applies && (settings.approximate || !model.needs_consent.contains(invariance)));
    }
    return usual;
}

SearchSettings settled(SearchSettings settings, const ModelInfo &model) {
    const auto usual_under = [&](const std::string &policy) {
        auto under = settings;
        under.policy = policy;
        const auto usual = usual_invariances(under, model);
        auto that_matter = usual;
        for (const auto invariance : members_of(idle_moves(settings)))
            that_matter.set(invariance, false);
        return that_matter.empty() ? usual : that_matter;
    };
    const auto &earlier = settings.usual_moves_of;
    if (settings.usual_moves || (!earlier.empty() && settings.invariances == usual_under(earlier)))
        settings.invariances = usual_under(settings.policy);
    settings.usual_moves = false;
    settings.usual_moves_of.clear();
    return settings;
}

std::vector<SettingsProblem> find_start_problems(const SearchSettings &settings, const ModelInfo &model) {
    ProblemList problems;
    check_start(settings, model, problems);
    return problems.take();
}

std::vector<SettingsProblem> find_problems(const SearchSettings &settings, const ModelInfo &model) {
    ProblemList problems;
    check_start(settings, model, problems);
    check_invariances(settings, model, problems);
    check_search(settings, problems);
    return problems.take();
}

} // namespace invar
