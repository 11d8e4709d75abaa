// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/commands.h"
#include "app/cli/json_output.h"
#include "app/cli/text.h"
#include "core/search/run_folder.h"

namespace invar::cli {
namespace {

/// One run, summed up.
struct Row {
    std::string folder;
    SearchSettings settings;
    std::int64_t steps = 0;
    std::int64_t accepted = 0;
    double loss = 0, ce = 0, mse = 0;
    double ce0 = 0, mse0 = 0, full_precision_ce = 0;
    double bits_per_weight = 0;
    double seconds = 0;

    [[nodiscard]] double steps_per_second() const { return seconds > 0 ? static_cast<double>(steps) / seconds : 0; }
};

Row read_row(const std::string &folder) {
    if (!is_run_folder(folder))
        fail("{}: is not a run folder", folder);
    const auto record = read_run_record(folder);
    Row row{.folder = folder,
            .settings = record.settings,
            .steps = static_cast<std::int64_t>(record.steps.size()),
            .accepted = record.statistics.total.accepted,
            .loss = 1 + record.settings.alpha,
            .ce = record.ce0,
            .mse = record.mse0,
            .ce0 = record.ce0,
            .mse0 = record.mse0,
            .full_precision_ce = record.full_precision_ce,
            .bits_per_weight = record.bits_per_weight};
    if (!record.steps.empty()) {
        const auto &last = record.steps.back();
        row.loss = last.best_loss;
        row.ce = last.best_ce;
        row.mse = last.best_mse;
        row.seconds = last.seconds;
    }
    return row;
}

Json json_of(const Row &row, const Row &baseline) {
    return {{"run", row.folder},
            {"settings", Json::parse(to_json(row.settings))},
            {"bits_per_weight", row.bits_per_weight},
            {"steps", row.steps},
            {"accepted", row.accepted},
            {"seconds", row.seconds},
            {"steps_per_second", row.steps_per_second()},
            {"loss", row.loss},
            {"ce", row.ce},
            {"mse", row.mse},
            {"ce0", row.ce0},
            {"mse0", row.mse0},
            {"full_precision_ce", row.full_precision_ce},
            {"loss_delta", row.loss - baseline.loss},
            {"ce_delta", row.ce - baseline.ce}};
}

std::string short_name(const InvarianceSet &set) {
    return set == InvarianceSet{.permutation = true, .scaling = true, .rotation = true} ? "all" : to_string(set);
}

void print_table(const std::vector<Row> &rows) {
    Table table({{"run", Align::left},
                 {"model", Align::left},
                 {"method", Align::left},
                 {"bits"},
                 {"group"},
                 {"moves", Align::left},
                 {"seed"},
                 {"steps"},
                 {"accepted"},
                 {"steps/s"},
                 {"loss"},
                 {"CE start"},
                 {"CE now"},
                 {"CE full"},
                 {"CE vs first"}});
    for (const auto &row : rows) {
        const auto &settings = row.settings;
        table.add(
            {row.folder,
             settings.model == "demo" ? settings.model : std::filesystem::path(settings.model).filename().string(),
             settings.method, std::to_string(settings.grid.bits),
             settings.grid.group_size == 0 ? "row" : std::to_string(settings.grid.group_size),
             short_name(settings.invariances), std::to_string(settings.seed), grouped(row.steps),
             share_text(row.accepted, row.steps), row.seconds > 0 ? fmt::format("{:.1f}", row.steps_per_second()) : "-",
             fmt::format("{:.5f}", row.loss), fmt::format("{:.4f}", row.ce0), fmt::format("{:.4f}", row.ce),
             fmt::format("{:.4f}", row.full_precision_ce),
             &row == &rows.front() ? "-" : fmt::format("{:+.4f}", row.ce - rows.front().ce)});
    }
    fmt::print("{}\n  CE: cross-entropy on each run's calibration set, nats per token.\n", table.text());
}

struct Options {
    std::vector<std::string> runs;
    bool json = false;
};

ExitStatus compare(const Options &options) {
    std::vector<Row> rows;
    for (const auto &folder : options.runs)
        rows.push_back(read_row(folder));
    if (!options.json) {
        print_table(rows);
        return ExitStatus::done;
    }
    auto runs = Json::array();
    for (const auto &row : rows)
        runs.push_back(json_of(row, rows.front()));
    print_json({{"runs", runs}});
    return ExitStatus::done;
}

} // namespace

void add_compare(CommandLine &line) {
    const auto options = std::make_shared<Options>();
    auto &command = line.add("compare", "Runs side by side; the first is what the others are measured against",
                             {"compare runs/rtn2 runs/first", "compare runs/* --json"},
                             [options](const Context &) { return compare(*options); });
    command.add_option("DIR", options->runs, "Run folders")->required()->take_all();
    add_json_flag(command, options->json);
}

} // namespace invar::cli
