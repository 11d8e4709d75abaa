// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/settings_options.h"

#include "app/cli/json_output.h"
#include "core/model/device_name.h"
#include "core/quant/methods.h"
#include "core/search/policies.h"
#include "core/search/run_folder.h"

#include <algorithm>
#include <array>

namespace invar::cli {
namespace {

constexpr auto computing = "Computing";

struct FieldOption {
    std::string_view field;
    std::string_view option;
};

/// The one list of options that set a member of SearchSettings.
constexpr std::array field_options{
    FieldOption{"model", "MODEL"},
    FieldOption{"method", "--method"},
    FieldOption{"method_options", "--method-options"},
    FieldOption{"bits", "--bits"},
    FieldOption{"group_size", "--group"},
    FieldOption{"symmetric", "--symmetric"},
    FieldOption{"scale_precision", "--scale-precision"},
    FieldOption{"layer_bits", "--layer-bits"},
    FieldOption{"calibration_text", "--calib"},
    FieldOption{"calibration_ids", "--calib-ids"},
    FieldOption{"sequences", "--seqs"},
    FieldOption{"sequence_length", "--length"},
    FieldOption{"invariances", "--invariances"},
    FieldOption{"approximate", "--approximate"},
    FieldOption{"alpha", "--alpha"},
    FieldOption{"swap_fraction", "--swap-fraction"},
    FieldOption{"scale_std", "--scale-std"},
    FieldOption{"rotation_std", "--rotation-std"},
    FieldOption{"equal_tokens", "--equal-tokens"},
    FieldOption{"watched_layers", "--watched-layers"},
    FieldOption{"steps", "--steps"},
    FieldOption{"seconds", "--seconds"},
    FieldOption{"seed", "--seed"},
    FieldOption{"precision", "--precision"},
    FieldOption{"device", "--device"},
    FieldOption{"threads", "--threads"},
    FieldOption{"policy", "--policy"},
    FieldOption{"draws", "--draws"},
    FieldOption{"gradient_age", "--gradient-age"},
    FieldOption{"racing_error", "--racing"},
    FieldOption{"racing_audit", "--racing-audit"},
    FieldOption{"memory_limit", "--memory-limit"},
};

/// A named option in its group of --help, with its default.
template <typename T>
CLI::Option &option(CLI::App &command, const char *group, std::string_view field, T &value, const char *what) {
    return *command.add_option(option_of(field), value, what)->group(group)->capture_default_str();
}

/// An option whose text `read` understands, or throws Error.
template <typename Read>
CLI::Option &parsed_option(CLI::App &command, std::string_view field, const Read &read, const std::string &what) {
    const auto name = option_of(field);
    return *command.add_option_function<std::string>(
        name,
        [read, name](const std::string &text) {
            try {
                read(text);
            } catch (const Error &error) {
                throw CLI::ValidationError(name, error.what());
            }
        },
        what);
}

void add_precision_option(CLI::App &command, const char *group, Precision &precision) {
    command
        .add_option_function<std::string>(
            "--precision",
            [&precision](const std::string &name) {
                precision = parse_precision(name);
                if (precision == Precision::bfloat16 && !has_fast_bfloat16())
                    fmt::print(stderr, "note: this processor has no bfloat16 arithmetic: on it float32 is at least ten "
                                       "times faster\n");
            },
            "Number format of weights and activations: float32 or bfloat16")
        ->check(CLI::IsMember({"float32", "bfloat16"}))
        ->group(group)
        ->option_text(fmt::format("NAME={}", name_of(precision)));
}

std::vector<std::string> method_names() {
    std::vector<std::string> names;
    for (const auto &method : starting_methods())
        names.push_back(method.name);
    return names;
}

std::string method_help() {
    std::string text = "Starting method:";
    for (const auto &method : starting_methods())
        text += fmt::format(" {} ({})", method.name, method.title);
    return text;
}

std::string method_options_help() {
    std::string text = "Options of the method:";
    for (const auto &method : starting_methods())
        for (const auto &option : method.options)
            text += fmt::format(" {}:{}={}", method.name, option.name, option.standard);
    return text;
}

std::vector<std::string> policy_names() {
    std::vector<std::string> names;
    for (const auto &policy : move_policies())
        names.push_back(policy.name);
    return names;
}

std::string policy_help() {
    std::string text = "How moves are chosen:";
    for (const auto &policy : move_policies())
        text += fmt::format(" {} ({})", policy.name, policy.title);
    return text;
}

void add_device_options(CLI::App &command, const char *group, std::string &device, int &threads) {
    option(command, group, "device", device, "cpu, cuda or cuda:i").check(problem_of_device);
    option(command, group, "threads", threads, "Processor threads; 0: all but one core");
}

void add_method_options(CLI::App &command, const char *group, SearchSettings &settings) {
    command.add_option("--method", settings.method, method_help())
        ->check(CLI::IsMember(method_names()))
        ->group(group)
        ->option_text("NAME=" + settings.method);
    parsed_option(
        command, "method_options",
        [&settings](const std::string &text) { settings.method_options = parse_method_options(text); },
        method_options_help())
        .group(group)
        ->option_text("NAME=NUMBER,…");
}

void add_grid_options(CLI::App &command, const char *group, SearchSettings &settings) {
    option(command, group, "bits", settings.grid.bits, "Bits per weight, 1 to 8");
    option(command, group, "group_size", settings.grid.group_size,
           "Weights of a row that share a scale; 0: the whole row");
    command.add_flag("--symmetric", settings.grid.symmetric, "Fix the zero point at the middle of the range")
        ->group(group);

    command
        .add_option_function<std::string>(
            option_of("scale_precision"),
            [&settings](const std::string &name) { settings.grid.scales = parse_scale_precision(name); },
            "Format in which scales are stored: float16, as packed formats have it, or float32, as the published code")
        ->check(CLI::IsMember({"float16", "float32"}))
        ->group(group)
        ->option_text(fmt::format("NAME={}", name_of(settings.grid.scales)));
    parsed_option(
        command, "layer_bits", [&settings](const std::string &text) { settings.layer_bits = LayerBits::parse(text); },
        "Other bits for some layers and projections, the first that fits: 0-1:4,fc2:3,5.fc1:8,*:2")
        .group(group)
        ->option_text("RULES");
}

void add_calibration_options(CLI::App &command, SearchSettings &settings) {
    constexpr auto group = "Calibration set";
    auto &text =
        *command
             .add_option("--calib", settings.calibration_text, "UTF-8 text; without it, the built-in calibration text")
             ->group(group)
             ->option_text("FILE");
    command.add_option("--calib-ids", settings.calibration_ids, "JSON list of token ids, used as they stand")
        ->group(group)
        ->option_text("FILE.json")
        ->excludes(&text);
    option(command, group, "sequences", settings.sequences, "Sequences cut from it");
    option(command, group, "sequence_length", settings.sequence_length, "Tokens in each");
}

} // namespace

std::string option_of(std::string_view field) {
    const auto *found = std::ranges::find(field_options, field, &FieldOption::field);
    return std::string(found == field_options.end() ? field : found->option);
}

SearchSettings completed_from_run(const SearchSettings &given, const CLI::App &command,
                                  const std::filesystem::path &run) {
    const auto recorded = read_run_record(run).settings;
    auto settings = Json::parse(to_json(recorded));
    const auto chosen = Json::parse(to_json(given));
    const auto is_chosen = [&](std::string_view field) { return command.get_option(option_of(field))->count() > 0; };
    for (const auto &[field, option] : field_options)
        if (is_chosen(field))
            settings[field] = chosen[field];
    if (is_chosen("calibration_text"))
        settings["calibration_ids"] = "";
    auto completed = settings_from_json(settings.dump());
    if (!is_chosen("invariances"))
        completed.usual_moves_of = recorded.policy;
    return completed;
}

void add_compute_options(CLI::App &command, Precision &precision, std::string &device, int &threads) {
    add_precision_option(command, computing, precision);
    add_device_options(command, computing, device, threads);
}

void add_start_options(CLI::App &command, SearchSettings &settings, const char *kinds) {
    settings.usual_moves = true; // until some are named
    command.add_option("MODEL", settings.model, kinds)->required();
    constexpr auto start = "Where to start";
    add_method_options(command, start, settings);
    add_grid_options(command, start, settings);
    add_calibration_options(command, settings);
    add_compute_options(command, settings.precision, settings.device, settings.threads);
    option(command, computing, "memory_limit", settings.memory_limit,
           "GiB to stay within, by caching fewer layers; 0: nine tenths of what is free");
}

void add_rounding_options(CLI::App &command, SearchSettings &settings) {
    command.add_option("MODEL", settings.model, model_kinds)->required();
    add_grid_options(command, "Grid", settings);
    add_calibration_options(command, settings);
    add_compute_options(command, settings.precision, settings.device, settings.threads);
}

void add_search_options(CLI::App &command, SearchSettings &settings) {
    constexpr auto moves = "Moves";
    parsed_option(
        command, "invariances",
        [&settings](const std::string &names) {
            settings.invariances = parse_invariances(names);
            settings.usual_moves = false;
        },
        "Comma-separated, of permutation, scaling, rotation and those beyond the paper (README); if left out, the "
        "first three as far as they keep the model's function, OPT's published rotation, and by sweep norm-scaling")
        .group(moves)
        ->option_text("LIST");
    command
        .add_flag("--approximate", settings.approximate,
                  "Also allow moves that change this model's function in full precision; by how much is reported")
        ->group(moves);
    option(command, moves, "swap_fraction", settings.swap_fraction, "Share of an FFN's neurons in one move");
    option(command, moves, "scale_std", settings.scale_std, "Size of a scaling move");
    option(command, moves, "rotation_std", settings.rotation_std, "Size of a rotation move, radians");

    command.add_option("--policy", settings.policy, policy_help())
        ->check(CLI::IsMember(policy_names()))
        ->group(moves)
        ->option_text("NAME=" + settings.policy);

    option(command, moves, "draws", settings.draws, "Moves that a policy that asks the gradient draws to choose from");
    option(command, moves, "gradient_age", settings.gradient_age,
           "Moves accepted before such a policy takes the loss's gradient anew; one of all layers counts for each");

    constexpr auto racing = "Racing";
    option(command, racing, "racing_error", settings.racing_error,
           "Drop a candidate early at this error rate per look (0.1 is a start); 0: never");
    option(command, racing, "racing_audit", settings.racing_audit,
           "Share of dropped candidates evaluated all the same, to count wrong drops");

    constexpr auto objective = "Objective";
    option(command, objective, "alpha", settings.alpha,
           "Weight of the hidden states' error; 0 is better after a method that trains");
    command
        .add_flag(option_of("equal_tokens"), settings.equal_tokens,
                  "Count every token alike in it, as published; if left out, attention sinks, far larger than all "
                  "others, count by their size")
        ->group(objective);
    option(command, objective, "watched_layers", settings.watched_layers, "Decoder layers whose outputs are compared");

    constexpr auto budget = "Budget";
    option(command, budget, "steps", settings.steps, "Moves to try in total; 0: until stopped");
    option(command, budget, "seconds", settings.seconds, "Searching time; 0: no limit");
    // CLI11 itself would take -5 for a very large number.
    option(command, budget, "seed", settings.seed, "Same seed, same moves").check([](const std::string &text) {
        return text.starts_with('-') ? "must be 0 or more" : "";
    });
}

} // namespace invar::cli
