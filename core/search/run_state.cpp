// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/search/run_state.h"

#include "core/base/error.h"
#include "core/base/files.h"
#include "core/checkpoint/safetensors.h"
#include "core/search/run_folder.h"
#include "core/search/steps_csv.h"
#include "core/search/training_csv.h"

#include <nlohmann/json.hpp>

#include <cstring>

namespace invar {
namespace {

using Json = nlohmann::ordered_json;

constexpr auto settings_file = "settings.json";
constexpr auto start_file = "start.json";
constexpr auto steps_file = "steps.csv";
constexpr auto state_file = "state.safetensors";
constexpr auto summary_file = "summary.json";
constexpr auto position_key = "invarscope_position";
constexpr auto gradient_prefix = "gradient.layers.";
constexpr auto residual_name = "residual.order";
constexpr auto gradient_residual_name = "gradient.residual.order";

Json encode(const std::vector<MatrixError> &errors) {
    auto list = Json::array();
    for (const auto &error : errors) {
        list.push_back({{"layer", error.layer},
                        {"projection", error.projection},
                        {"mse", error.mse},
                        {"relative", error.relative},
                        {"sqnr_db", error.sqnr_db}});
        if (error.output)
            list.back()["output_error"] = *error.output;
    }
    return list;
}

std::vector<MatrixError> decode_errors(const Json &list) {
    std::vector<MatrixError> errors;
    for (const auto &entry : list)
        errors.push_back({.layer = entry.at("layer"),
                          .projection = entry.at("projection"),
                          .mse = entry.at("mse"),
                          .relative = entry.at("relative"),
                          .sqnr_db = entry.at("sqnr_db"),
                          .output = entry.contains("output_error") // not in runs of earlier versions
                                        ? std::optional(entry.at("output_error").get<double>())
                                        : std::nullopt});
    return errors;
}

Json encode(const RunStart &start) {
    return {{"version", start.version},
            {"family", start.family},
            {"layers", start.layers},
            {"projections", start.projections},
            {"model_fingerprint", start.model_fingerprint},
            {"calibration_fingerprint", start.calibration_fingerprint},
            {"ce0", start.ce0},
            {"mse0", start.mse0},
            {"full_precision_ce", start.full_precision_ce},
            {"bits_per_weight", start.bits_per_weight},
            {"errors", encode(start.errors)},
            {"settings", Json::parse(to_json(start.settings))}};
}

/// Reads a JSON file of the run and decodes it; whatever is wrong names the file.
template <typename Decode> auto read_json(const std::filesystem::path &file, Decode &&decode) {
    const auto text = read_text_file(file);
    try {
        return decode(Json::parse(text));
    } catch (const std::exception &error) {
        fail("{}: is damaged ({})", file.string(), error.what());
    }
}

template <typename T>
StoredTensor view_of(const std::vector<T> &values, StorageType type) { // borrowed: lives as long as `values`
    return {.type = type,
            .shape = {static_cast<std::int64_t>(values.size())},
            .bytes = std::as_bytes(std::span(values)),
            .owner = {}};
}

template <typename T>
std::vector<T> take_values(const SafetensorsFile &file, const std::string &name, StorageType type) {
    const auto found = file.tensors.find(name);
    if (found == file.tensors.end())
        fail("the tensor {} is missing", name);
    if (found->second.type != type || found->second.shape.size() != 1)
        fail("the tensor {} is not a list of {}", name, name_of(type));
    std::vector<T> values(static_cast<std::size_t>(found->second.elements()));
    std::memcpy(values.data(), found->second.bytes.data(), found->second.bytes.size());
    return values;
}

NeuronState take_state(const SafetensorsFile &file, const std::string &prefix) {
    NeuronState state{.rotation = take_values<float>(file, prefix + "rotation", StorageType::float32),
                      .scale = take_values<float>(file, prefix + "scale", StorageType::float32),
                      .order = take_values<std::int64_t>(file, prefix + "order", StorageType::int64)};
    check(state, state.neurons());
    return state;
}

std::string norm_name(const std::string &layer, std::size_t norm) {
    return fmt::format("{}norm.{}.scale", layer, norm);
}

std::vector<LayerState> take_states(const SafetensorsFile &file, const std::string &prefix, std::size_t layers) {
    std::vector<LayerState> states;
    for (std::size_t layer = 0; layer < layers; ++layer) {
        const auto name = fmt::format("{}{}.", prefix, layer);
        LayerState state{.ffn = take_state(file, name), .value = {}, .key = {}};
        if (file.tensors.contains(name + "value.order"))
            state.value = take_state(file, name + "value.");
        if (file.tensors.contains(name + "key.order"))
            state.key = take_state(file, name + "key.");
        while (file.tensors.contains(norm_name(name, state.norms.size())))
            state.norms.push_back(take_values<float>(file, norm_name(name, state.norms.size()), StorageType::float32));
        states.push_back(std::move(state));
    }
    return states;
}

void add_tensors(const NeuronState &state, const std::string &prefix, std::map<std::string, StoredTensor> &tensors) {
    tensors.emplace(prefix + "rotation", view_of(state.rotation, StorageType::float32));
    tensors.emplace(prefix + "scale", view_of(state.scale, StorageType::float32));
    tensors.emplace(prefix + "order", view_of(state.order, StorageType::int64));
}

std::map<std::string, StoredTensor> state_tensors(const std::vector<LayerState> &states, const std::string &prefix) {
    std::map<std::string, StoredTensor> tensors;
    for (std::size_t layer = 0; layer < states.size(); ++layer) {
        const auto name = fmt::format("{}{}.", prefix, layer);
        const auto &state = states[layer];
        add_tensors(state.ffn, name, tensors);
        if (state.value.neurons() > 0)
            add_tensors(state.value, name + "value.", tensors);
        if (state.key.neurons() > 0)
            add_tensors(state.key, name + "key.", tensors);
        for (std::size_t norm = 0; norm < state.norms.size(); ++norm)
            tensors.emplace(norm_name(name, norm), view_of(state.norms[norm], StorageType::float32));
    }
    return tensors;
}

} // namespace

SearchSettings read_run_settings(const std::filesystem::path &folder) {
    const auto file = folder / settings_file;
    try {
        return settings_from_json(read_text_file(file));
    } catch (const Error &error) {
        fail("{}: {}", file.string(), error.what());
    }
}

RunStart read_run_start(const std::filesystem::path &folder) {
    return read_json(folder / start_file, [](const Json &json) {
        return RunStart{.version = json.at("version"),
                        .family = json.at("family"),
                        .layers = json.at("layers"),
                        .projections = json.at("projections"),
                        .model_fingerprint = json.at("model_fingerprint"),
                        .calibration_fingerprint = json.at("calibration_fingerprint"),
                        .ce0 = json.at("ce0"),
                        .mse0 = json.at("mse0"),
                        .full_precision_ce = json.at("full_precision_ce"),
                        .bits_per_weight = json.at("bits_per_weight"),
                        .errors = decode_errors(json.at("errors")),
                        .settings = settings_from_json(json.at("settings").dump())};
    });
}

RunPosition read_run_position(const std::filesystem::path &folder) {
    const auto file = folder / state_file;
    const auto content = read_safetensors(file);
    try {
        const auto json = Json::parse(content.metadata.at(position_key));
        RunPosition position{.step = json.at("step"),
                             .seconds = json.at("seconds"),
                             .best_loss = json.at("best_loss"),
                             .best_ce = json.at("best_ce"),
                             .best_mse = json.at("best_mse"),
                             .states = {},
                             .errors = decode_errors(json.at("errors"))};
        const auto layers = json.at("layers").get<std::size_t>();
        position.states = take_states(content, "layers.", layers);
        if (content.tensors.contains(fmt::format("{}0.order", gradient_prefix)))
            position.gradient_states = take_states(content, gradient_prefix, layers);
        const auto take_order = [&](const std::string &name) {
            return content.tensors.contains(name) ? take_values<std::int64_t>(content, name, StorageType::int64)
                                                  : std::vector<std::int64_t>{};
        };
        position.residual_order = take_order(residual_name);
        position.gradient_residual_order = take_order(gradient_residual_name);
        position.gradient_step = json.value("gradient_step", std::int64_t{0}); // earlier versions took it on all
        return position;
    } catch (const std::exception &error) {
        fail("{}: is damaged ({})", file.string(), error.what());
    }
}

std::vector<StepRecord> read_steps(const std::filesystem::path &folder, std::int64_t limit) {
    const auto text = read_text_file(folder / steps_file);
    std::vector<StepRecord> steps;
    std::string_view rest(text);
    rest.remove_prefix(first_line_size(rest));
    while (limit < 0 || static_cast<std::int64_t>(steps.size()) < limit) {
        const auto end = rest.find('\n');
        if (end == std::string_view::npos)
            break; // the last row may be half written
        auto record = parse_csv_row(rest.substr(0, end));
        if (!record)
            fail("{}: row {} is damaged", (folder / steps_file).string(), steps.size() + 1);
        steps.push_back(*record);
        rest.remove_prefix(end + 1);
    }
    return steps;
}

std::map<std::string, StoredTensor> invariance_tensors(const RunPosition &position) {
    auto tensors = state_tensors(position.states, "layers.");
    if (!position.residual_order.empty())
        tensors.emplace(residual_name, view_of(position.residual_order, StorageType::int64));
    return tensors;
}

void write_position(const std::filesystem::path &file, const RunPosition &position) {
    const Json json{{"step", position.step},
                    {"seconds", position.seconds},
                    {"best_loss", position.best_loss},
                    {"best_ce", position.best_ce},
                    {"best_mse", position.best_mse},
                    {"layers", position.states.size()},
                    {"gradient_step", position.gradient_step},
                    {"errors", encode(position.errors)}};
    auto tensors = invariance_tensors(position);
    tensors.merge(state_tensors(position.gradient_states, gradient_prefix));
    if (!position.gradient_residual_order.empty())
        tensors.emplace(gradient_residual_name, view_of(position.gradient_residual_order, StorageType::int64));
    write_safetensors(file, tensors, {{position_key, json.dump()}});
}

void write_summary(const std::filesystem::path &folder, const RunSummary &summary) {
    const Json json{{"steps", summary.steps},
                    {"accepted", summary.accepted},
                    {"loss", summary.loss},
                    {"ce", summary.ce},
                    {"mse", summary.mse},
                    {"seconds", summary.seconds},
                    {"steps_per_second", summary.steps_per_second},
                    {"drift", summary.drift}};
    write_file_atomically(folder / summary_file, json.dump(2) + "\n");
}

void create_run_folder(const std::filesystem::path &folder, const RunStart &start, const RunPosition &position,
                       const std::function<void(const std::filesystem::path &folder)> &more) {
    FolderTransaction transaction(folder);
    write_file_atomically(transaction.path() / settings_file, to_json(start.settings));
    write_file_atomically(transaction.path() / start_file, encode(start).dump(1) + "\n");
    write_file_atomically(transaction.path() / steps_file, steps_csv_header());
    write_position(transaction.path() / state_file, position);
    more(transaction.path());
    transaction.commit();
}

bool names_run(const std::string &model) { return model != "demo" && is_run_folder(model); }

bool is_run_folder(const std::filesystem::path &folder) {
    std::error_code error;
    return std::filesystem::exists(folder / state_file, error) && std::filesystem::exists(folder / start_file, error);
}

RunRecord read_run_record(const std::filesystem::path &folder) {
    if (!is_run_folder(folder))
        fail("{}: is not a run folder", folder.string());
    const auto start = read_run_start(folder);
    RunRecord record{.settings = read_run_settings(folder),
                     .ce0 = start.ce0,
                     .mse0 = start.mse0,
                     .full_precision_ce = start.full_precision_ce,
                     .bits_per_weight = start.bits_per_weight,
                     .steps = read_steps(folder),
                     .statistics = {},
                     .projections = start.projections,
                     .errors_at_start = start.errors,
                     .errors_now = read_run_position(folder).errors,
                     .training = read_training(folder, start.layers)};
    record.statistics = count_moves(record.steps, start.settings.alpha, start.layers);
    return record;
}

} // namespace invar
