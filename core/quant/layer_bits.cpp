// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/quant/layer_bits.h"

#include "core/base/error.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <map>

namespace invar {
namespace {

/// All of `text` as a number from 0 to `most`.
std::optional<int> number_from(std::string_view text, int most) {
    int value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size() || value < 0 || value > most)
        return {};
    return value;
}

/// "4" or "0-3" as a rule's layers.
bool read_layers(std::string_view text, BitsRule &rule) {
    const auto dash = text.find('-');
    const auto first = number_from(text.substr(0, dash), BitsRule::every_layer);
    const auto last =
        dash == std::string_view::npos ? first : number_from(text.substr(dash + 1), BitsRule::every_layer);
    if (!first || !last || *first > *last)
        return false;
    rule.first_layer = *first;
    rule.last_layer = *last;
    return true;
}

BitsRule rule_from(std::string_view part) {
    BitsRule rule;
    const auto colon = part.rfind(':');
    const auto bits = colon == std::string_view::npos ? std::nullopt : number_from(part.substr(colon + 1), 8);
    if (!bits || *bits < 1)
        fail("\"{}\" is not of the form MATRICES:BITS, with 1 to 8 bits", part);
    rule.bits = *bits;
    const auto which = part.substr(0, colon);
    if (which == "*")
        return rule;
    const auto dot = which.find('.');
    const bool starts_with_layers = !which.empty() && which.front() >= '0' && which.front() <= '9';
    if (starts_with_layers && !read_layers(which.substr(0, dot), rule))
        fail("\"{}\" names no layers: write 3 or 0-3", which);
    if (!starts_with_layers)
        rule.projection = which;
    else if (dot != std::string_view::npos)
        rule.projection = which.substr(dot + 1);
    if (rule.projection.empty() && (!starts_with_layers || dot != std::string_view::npos))
        fail("\"{}\" names no matrices: write *, layers (0-3), a projection (fc2) or both (0-3.fc2)", part);
    return rule;
}

std::string layers_of(const BitsRule &rule) {
    return rule.first_layer == rule.last_layer ? fmt::format("{}", rule.first_layer)
                                               : fmt::format("{}-{}", rule.first_layer, rule.last_layer);
}

std::string text_of(const BitsRule &rule) {
    const bool all_layers = rule.first_layer == 0 && rule.last_layer == BitsRule::every_layer;
    std::string which = "*";
    if (!all_layers)
        which = layers_of(rule) + (rule.projection.empty() ? "" : "." + rule.projection);
    else if (!rule.projection.empty())
        which = rule.projection;
    return fmt::format("{}:{}", which, rule.bits);
}

/// Whether a rule is of that matrix.
auto fits(int layer, std::string_view projection) {
    return [layer, projection](const BitsRule &rule) {
        return layer >= rule.first_layer && layer <= rule.last_layer &&
               (rule.projection.empty() || rule.projection == projection);
    };
}

} // namespace

LayerBits LayerBits::parse(std::string_view text) {
    std::vector<BitsRule> rules;
    while (!text.empty()) {
        const auto comma = text.find(',');
        rules.push_back(rule_from(text.substr(0, comma)));
        if (comma != std::string_view::npos && comma + 1 == text.size())
            fail("\"{}\" ends with a comma", text);
        text.remove_prefix(comma == std::string_view::npos ? text.size() : comma + 1);
    }
    return LayerBits(std::move(rules));
}

LayerBits LayerBits::of_table(const std::vector<std::vector<int>> &bits, std::span<const std::string> projections,
                              int usual) {
    const auto layers = static_cast<int>(bits.size());
    // One that has the same bits in all layers gets the last word; before it stand the layers that differ.
    std::vector<BitsRule> single;
    std::vector<BitsRule> whole;
    for (std::size_t projection = 0; projection < projections.size(); ++projection) {
        const auto at = [&](int layer) { return bits[static_cast<std::size_t>(layer)].at(projection); };
        std::map<int, int> counts;
        for (int layer = 0; layer < layers; ++layer)
            ++counts[at(layer)];
        const auto most = std::ranges::max_element(counts, {}, [](const auto &entry) { return entry.second; });
        const int common = counts.empty() ? usual : most->first;
        if (common != usual)
            whole.push_back({.projection = projections[projection], .bits = common});
        for (int first = 0; first < layers;) {
            int last = first;
            while (last + 1 < layers && at(last + 1) == at(first))
                ++last;
            if (at(first) != common)
                single.push_back({.first_layer = first,
                                  .last_layer = last,
                                  .projection = projections[projection],
                                  .bits = at(first)});
            first = last + 1;
        }
    }
    // What all projections say of the same layers is said once.
    std::vector<BitsRule> rules;
    for (const auto &rule : single) {
        const auto same = std::ranges::count_if(single, [&](const BitsRule &other) {
            return other.first_layer == rule.first_layer && other.last_layer == rule.last_layer &&
                   other.bits == rule.bits;
        });
        auto merged = rule;
        if (static_cast<std::size_t>(same) == projections.size())
            merged.projection.clear();
        if (std::ranges::find(rules, merged) == rules.end())
            rules.push_back(std::move(merged));
    }
    const bool everywhere = whole.size() == projections.size() && std::ranges::all_of(whole, [&](const BitsRule &rule) {
                                return rule.bits == whole[0].bits;
                            });
    if (everywhere && !whole.empty())
        rules.push_back({.projection = {}, .bits = whole.front().bits});
    else
        rules.insert(rules.end(), whole.begin(), whole.end());
    return LayerBits(std::move(rules));
}

std::optional<int> LayerBits::bits_of(int layer, std::string_view projection) const {
    const auto rule = std::ranges::find_if(rules_, fits(layer, projection));
    return rule != rules_.end() ? std::optional(rule->bits) : std::nullopt;
}

std::string LayerBits::problem_for(const ModelInfo &model) const {
    for (const auto &rule : rules_) {
        if (!rule.projection.empty() &&
            std::ranges::find(model.projections, rule.projection) == model.projections.end())
            return fmt::format("\"{}\" is no projection of this model; it has {}", rule.projection,
                               fmt::join(model.projections, ", "));
        const auto last = rule.last_layer == BitsRule::every_layer ? rule.first_layer : rule.last_layer;
        if (last >= model.layers)
            return fmt::format("this model has no layer {}; they are 0 to {}", last, model.layers - 1);
    }
    std::vector<bool> counts(rules_.size(), false);
    for (int layer = 0; layer < model.layers; ++layer)
        for (const auto &projection : model.projections)
            if (const auto rule = std::ranges::find_if(rules_, fits(layer, projection)); rule != rules_.end())
                counts[static_cast<std::size_t>(rule - rules_.begin())] = true;
    if (const auto idle = std::ranges::find(counts, false); idle != counts.end())
        return fmt::format("the rule {} never counts: of all that it fits, a rule before it comes first",
                           text_of(rules_[static_cast<std::size_t>(idle - counts.begin())]));
    return {};
}

std::string to_string(const LayerBits &bits) {
    std::vector<std::string> parts;
    for (const auto &rule : bits.rules_)
        parts.push_back(text_of(rule));
    return fmt::format("{}", fmt::join(parts, ","));
}

} // namespace invar
