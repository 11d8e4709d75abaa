// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/search/settings.h"

#include <nlohmann/json.hpp>

#include <set>

namespace invar {
namespace {

using Json = nlohmann::ordered_json;

/// Calls visit(key, member) for every setting, in the order of the file. The one list of settings there is.
template <typename Settings, typename Visitor> void visit_members(Settings &settings, Visitor &&visit) {
    visit("model", settings.model);
    visit("method", settings.method);
    visit("method_options", settings.method_options);
    visit("bits", settings.grid.bits);
    visit("group_size", settings.grid.group_size);
    visit("symmetric", settings.grid.symmetric);
    visit("scale_precision", settings.grid.scales);
    visit("layer_bits", settings.layer_bits);
    visit("calibration_text", settings.calibration_text);
    visit("calibration_ids", settings.calibration_ids);
    visit("sequences", settings.sequences);
    visit("sequence_length", settings.sequence_length);
    visit("invariances", settings.invariances);
    visit("approximate", settings.approximate);
    visit("alpha", settings.alpha);
    visit("equal_tokens", settings.equal_tokens);
    visit("swap_fraction", settings.swap_fraction);
    visit("scale_std", settings.scale_std);
    visit("rotation_std", settings.rotation_std);
    visit("watched_layers", settings.watched_layers);
    visit("steps", settings.steps);
    visit("seconds", settings.seconds);
    visit("seed", settings.seed);
    visit("precision", settings.precision);
    visit("device", settings.device);
    visit("threads", settings.threads);
    visit("policy", settings.policy);
    visit("draws", settings.draws);
    visit("gradient_age", settings.gradient_age);
    visit("racing_error", settings.racing_error);
    visit("racing_audit", settings.racing_audit);
    visit("memory_limit", settings.memory_limit);
}

/// Settings that earlier versions did not have.
const std::set<std::string_view> newer_keys{"method_options", "scale_precision", "layer_bits", "equal_tokens"};

/// What runs of such versions did.
SearchSettings older_defaults() {
    SearchSettings settings;
    settings.grid.scales = ScalePrecision::float32;
    settings.equal_tokens = true;
    return settings;
}

template <typename T> Json encode(const T &value) { return value; }
Json encode(const InvarianceSet &value) { return to_string(value); }
Json encode(const MethodOptions &value) { return to_string(value); }
Json encode(const LayerBits &value) { return to_string(value); }
Json encode(const ScalePrecision &value) { return std::string(name_of(value)); }
Json encode(const Precision &value) { return std::string(name_of(value)); }

template <typename T> void decode(const Json &json, T &value) {
    if constexpr (std::is_same_v<T, bool>) {
        if (!json.is_boolean())
            fail("is neither true nor false");
    } else if constexpr (std::is_integral_v<T>) {
        if (!json.is_number_integer())
            fail("is not a whole number");
        if (std::is_unsigned_v<T> && !json.is_number_unsigned())
            fail("is negative");
    } else if constexpr (std::is_floating_point_v<T>) {
        if (!json.is_number())
            fail("is not a number");
    } else {
        if (!json.is_string())
            fail("is not a text");
    }
    value = json.get<T>();
}
void decode(const Json &json, InvarianceSet &value) {
    const auto names = json.get<std::string>();
    value = names.empty() ? InvarianceSet::none() : parse_invariances(names);
}
void decode(const Json &json, MethodOptions &value) { value = parse_method_options(json.get<std::string>()); }
void decode(const Json &json, LayerBits &value) { value = LayerBits::parse(json.get<std::string>()); }
void decode(const Json &json, ScalePrecision &value) { value = parse_scale_precision(json.get<std::string>()); }
void decode(const Json &json, Precision &value) { value = parse_precision(json.get<std::string>()); }

} // namespace

std::string to_json(const SearchSettings &settings) {
    Json json;
    visit_members(settings, [&](const char *key, const auto &member) { json[key] = encode(member); });
    return json.dump(2) + "\n";
}

SearchSettings settings_from_json(std::string_view text) {
    Json json;
    try {
        json = Json::parse(text);
    } catch (const nlohmann::json::exception &error) {
        fail("the settings are not valid JSON ({})", error.what());
    }
    if (!json.is_object())
        fail("the settings are not a JSON object");
    auto settings = older_defaults();
    std::set<std::string> known;
    visit_members(settings, [&](const char *key, auto &member) {
        known.insert(key);
        if (!json.contains(key) && newer_keys.contains(key))
            return; // a run of an earlier version
        if (!json.contains(key))
            fail("the setting \"{}\" is missing", key);
        try {
            decode(json[key], member);
        } catch (const std::exception &error) {
            fail("the setting \"{}\" {}", key, error.what());
        }
    });
    for (const auto &[key, value] : json.items())
        if (!known.contains(key))
            fail("the setting \"{}\" is unknown", key);
    return settings;
}

std::vector<std::string> differing_fields(const SearchSettings &a, const SearchSettings &b) {
    const auto left = Json::parse(to_json(a));
    const auto right = Json::parse(to_json(b));
    std::vector<std::string> fields;
    for (const auto &[key, value] : left.items())
        if (key != "steps" && key != "seconds" && key != "memory_limit" && right[key] != value)
            fields.push_back(key);
    return fields;
}

std::vector<std::string> differing_start_fields(const SearchSettings &a, const SearchSettings &b, bool its_text) {
    static const std::set<std::string_view> method{"method",    "method_options",  "bits",      "group_size",
                                                   "symmetric", "scale_precision", "layer_bits"};
    static const std::set<std::string_view> text{
        "calibration_text", "calibration_ids", "sequences", "sequence_length", "seed",
        "precision",        "device",          "threads"};
    auto fields = differing_fields(a, b);
    std::erase_if(fields, [&](const std::string &field) {
        return !method.contains(field) && !(its_text && text.contains(field));
    });
    return fields;
}

} // namespace invar
