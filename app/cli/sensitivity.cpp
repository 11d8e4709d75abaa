// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/search/sensitivity.h"

#include "app/cli/commands.h"
#include "app/cli/json_output.h"
#include "app/cli/progress_bar.h"
#include "app/cli/settings_options.h"
#include "app/cli/text.h"

#include <map>

namespace invar::cli {
namespace {

struct Options {
    SearchSettings settings;
    bool json = false;
};

constexpr auto whole_layer = "all of it";

Json json_of(const SensitivitySweep &sweep) {
    auto matrices = Json::array();
    auto layers = Json::array();
    for (const auto &matrix : sweep.matrices)
        if (matrix.projection.empty())
            layers.push_back({{"layer", matrix.layer}, {"rise", matrix.rise}});
        else
            matrices.push_back({{"layer", matrix.layer}, {"projection", matrix.projection}, {"rise", matrix.rise}});
    return {{"full_precision_ce", sweep.full_precision_ce},
            {"layers", std::move(layers)},
            {"matrices", std::move(matrices)}};
}

void print_text(const SensitivitySweep &sweep, const SearchSettings &settings) {
    std::vector<std::string> columns;
    std::map<int, std::vector<std::string>> rows;
    for (const auto &matrix : sweep.matrices) {
        if (matrix.layer == 0)
            columns.push_back(matrix.projection.empty() ? whole_layer : matrix.projection);
        auto &cells = rows[matrix.layer];
        if (cells.empty())
            cells.push_back(fmt::format("{}", matrix.layer));
        cells.push_back(fmt::format("{:+.4f}", matrix.rise));
    }
    const auto rules = to_string(settings.layer_bits);
    fmt::print(
        "Rise of the cross-entropy ({:.4f} nats per token in full precision) when one matrix alone is rounded to "
        "{}:\n\n",
        sweep.full_precision_ce,
        rules.empty() ? fmt::format("{} bits", settings.grid.bits)
                      : fmt::format("its bits (--layer-bits {}, else {})", rules, settings.grid.bits));
    std::vector<Table::Column> heads{{"layer"}};
    for (const auto &column : columns)
        heads.push_back({column});
    Table table(std::move(heads));
    for (auto &[layer, cells] : rows)
        table.add(std::move(cells));
    fmt::print("{}", table.text());
}

ExitStatus sensitivity(const Options &options, const Context &context) {
    ProgressBar progress;
    const auto sweep =
        with_option_names([&] { return measure_sensitivity(options.settings, progress.task(context.stop)); });
    progress.clear();
    if (options.json)
        print_json(json_of(sweep));
    else
        print_text(sweep, options.settings);
    return ExitStatus::done;
}

} // namespace

void add_sensitivity(CommandLine &line) {
    const auto options = std::make_shared<Options>();
    auto &command =
        line.add("sensitivity", "Which layers hurt: each matrix rounded alone, and what that does to the loss",
                 {"sensitivity demo --bits 2 --group 64",
                  "sensitivity ~/models/opt-125m --bits 3 --calib notes.txt --precision bfloat16 --json"},
                 [options](const Context &context) { return sensitivity(*options, context); });
    add_rounding_options(command, options->settings);
    add_json_flag(command, options->json);
}

} // namespace invar::cli
