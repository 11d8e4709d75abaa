// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/quant/methods.h"

#include "core/base/error.h"
#include "core/quant/gptq_solver.h"
#include "core/quant/group_quantizer.h"
#include "core/quant/method.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <stdexcept>

namespace invar {

std::unique_ptr<StartingMethod> make_rtn();
std::unique_ptr<StartingMethod> make_gptq();
std::unique_ptr<StartingMethod> make_awq();
std::unique_ptr<StartingMethod> make_omniquant();
std::unique_ptr<StartingMethod> make_auto_round();

namespace {

/// Every starting method: one line each.
constexpr std::array registrations{
    &make_rtn, &make_gptq, &make_awq, &make_omniquant, &make_auto_round,
};

const MethodOption *find_option(const MethodInfo &method, std::string_view name) {
    const auto found = std::ranges::find(method.options, name, &MethodOption::name);
    return found == method.options.end() ? nullptr : &*found;
}

std::string problem_of_value(const MethodOption &option, double value) {
    if (option.kind == MethodOption::Kind::flag && value != 0 && value != 1)
        return fmt::format("{} is 0 (off) or 1 (on), not {}", option.name, value);
    if (option.kind == MethodOption::Kind::whole && value != std::floor(value))
        return fmt::format("{} is a whole number, not {}", option.name, value);
    if (!(value >= option.least && value <= option.most))
        return fmt::format("{} must be {} to {}, not {}", option.name, option.least, option.most, value);
    return {};
}

} // namespace

const std::vector<MethodInfo> &starting_methods() {
    static const auto methods = [] {
        std::vector<MethodInfo> infos;
        for (const auto make : registrations)
            infos.push_back(make()->info());
        return infos;
    }();
    return methods;
}

const MethodInfo *find_starting_method(std::string_view name) {
    const auto &methods = starting_methods();
    const auto found = std::ranges::find(methods, name, &MethodInfo::name);
    return found == methods.end() ? nullptr : &*found;
}

std::unique_ptr<StartingMethod> make_starting_method(const std::string &name) {
    std::vector<std::string> known;
    for (const auto make : registrations) {
        auto method = make();
        if (method->info().name == name)
            return method;
        known.push_back(method->info().name);
    }
    fail("the starting method \"{}\" is not known here; known: {}", name, fmt::join(known, ", "));
}

std::string problem_of(const MethodOptions &options, std::string_view method) {
    const auto *const info = find_starting_method(method);
    if (!info)
        return {};
    for (const auto &[name, value] : options) {
        const auto *const option = find_option(*info, name);
        if (!option) {
            std::vector<std::string> known;
            for (const auto &other : info->options)
                known.push_back(other.name);
            return known.empty()
                       ? fmt::format("the method {} has no options, so no \"{}\"", method, name)
                       : fmt::format("\"{}\" is no option of {}; known: {}", name, method, fmt::join(known, ", "));
        }
        if (auto problem = problem_of_value(*option, value); !problem.empty())
            return problem;
    }
    return {};
}

MethodOptions parse_method_options(std::string_view text) {
    MethodOptions options;
    while (!text.empty()) {
        const auto word = text.substr(0, text.find(','));
        text.remove_prefix(std::min(text.size(), word.size() + 1));
        const auto equals = word.find('=');
        const auto name = word.substr(0, equals);
        double value = 1;
        const auto *const end = word.data() + word.size();
        const auto read = equals == std::string_view::npos ? std::from_chars_result{end, {}}
                                                           : std::from_chars(word.data() + equals + 1, end, value);
        if (name.empty() || read.ec != std::errc() || read.ptr != end || !std::isfinite(value))
            fail("\"{}\" is not of the form name=number", word);
        options[std::string(name)] = value;
    }
    return options;
}

std::string to_string(const MethodOptions &options) {
    std::vector<std::string> words;
    for (const auto &[name, value] : options)
        words.push_back(fmt::format("{}={}", name, value));
    return fmt::format("{}", fmt::join(words, ","));
}

StartingPoint StartingPoint::rounded(ModelWeights reference, ModelWeights base, const GridPlan &grids,
                                     std::vector<ChannelScales> scales) {
    StartingPoint point{
        .reference = std::move(reference), .base = std::move(base), .quantized = {}, .scales = std::move(scales)};
    point.quantized = point.base;
    for (std::size_t layer = 0; layer < point.quantized.layers.size(); ++layer) {
        auto &projections = point.quantized.layers[layer].projections;
        for (std::size_t i = 0; i < projections.size(); ++i)
            projections[i].weight = round_to_grid(projections[i].weight, grids.at(layer, i));
    }
    return point;
}

StartingPoint StartingPoint::rounded(ModelWeights reference, ModelWeights base, const GridPlan &grids,
                                     std::vector<LayerFactors> factors, const ModelFamily &family, const Task &task) {
    if (factors.empty())
        return rounded(std::move(reference), std::move(base), grids);
    StartingPoint point{.reference = std::move(reference), .base = std::move(base), .quantized = {}};
    point.factors = std::move(factors);
    point.quantized = point.base;
    for (std::size_t layer = 0; layer < point.factors.size(); ++layer) {
        task.report(static_cast<double>(layer) / static_cast<double>(point.factors.size()),
                    fmt::format("rounding by GPTQ, layer {} of {}", layer + 1, point.factors.size()));
        auto &projections = point.quantized.layers[layer].projections;
        for (std::size_t i = 0; i < projections.size(); ++i) {
            task.check();
            projections[i].weight = round_by_gptq(projections[i].weight, *factor_of(point.factors_of(layer), i, family),
                                                  grids.at(layer, i));
        }
    }
    return point;
}

double StartingMethod::option(const MethodOptions &options, std::string_view name) const {
    if (const auto chosen = options.find(std::string(name)); chosen != options.end())
        return chosen->second;
    const auto method = info();
    const auto *const found = find_option(method, name);
    if (!found)
        throw std::logic_error("a method asks for an option that it does not list");
    return found->standard;
}

} // namespace invar
