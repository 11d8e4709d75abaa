// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/run_report.h"

#include "app/cli/command_line.h"
#include "app/cli/json_output.h"
#include "app/cli/text.h"

#include <algorithm>
#include <cmath>

namespace invar::cli {
namespace {

std::string_view name_of(StopReason reason) {
    switch (reason) {
    case StopReason::steps_done:
        return "steps_done";
    case StopReason::time_up:
        return "time_up";
    case StopReason::stopped:
        break;
    }
    return "stopped";
}

Json result_json(const RunSummary &summary, const RunStarted &started, const std::filesystem::path &folder) {
    auto per_invariance = Json::object();
    for (const auto invariance : all_invariances)
        per_invariance[std::string(invar::name_of(invariance))] =
            json_of(summary.statistics.per_invariance[static_cast<std::size_t>(invariance)]);
    auto per_layer = Json::array();
    for (const auto &counts : summary.statistics.per_layer) {
        Json layer{{"layer", per_layer.size()}};
        layer.update(json_of(counts));
        per_layer.push_back(std::move(layer));
    }
    return {
        {"run", folder.string()},
        {"reason", name_of(summary.reason)},
        {"steps", summary.steps},
        {"accepted", summary.accepted},
        {"loss", summary.loss},
        {"ce", summary.ce},
        {"mse", summary.mse},
        {"ce0", started.ce0},
        {"mse0", started.mse0},
        {"full_precision_ce", started.full_precision_ce},
        {"bits_per_weight", started.bits_per_weight},
        {"steps_per_second", summary.steps_per_second},
        {"seconds", summary.seconds},
        {"drift", summary.drift},
        {"racing",
         {{"dropped", summary.statistics.dropped},
          {"audited", summary.statistics.audited},
          {"wrongly_dropped", summary.statistics.wrongly_dropped},
          {"whole_evaluations", summary.statistics.evaluated}}},
        {"foresight",
         {{"screened", summary.statistics.foresight.count()}, {"correlation", summary.statistics.foresight.value()}}},
        {"per_invariance", std::move(per_invariance)},
        {"per_layer", std::move(per_layer)}};
}

std::string moves_text(const RunSummary &summary, const SearchSettings &settings) {
    Table table({{"moves", Align::left}, {"tried"}, {"accepted"}, {"rate"}, {"loss gained"}});
    const auto add = [&](std::string name, const MoveCounts &counts) {
        table.add({std::move(name), grouped(counts.proposed), grouped(counts.accepted),
                   share_text(counts.accepted, counts.proposed), fmt::format("{:.5f}", counts.gain)});
    };
    // Where a step tries all the chosen moves, or all layers, together, one line each would only repeat the same
    // numbers.
    add(members_of(settings.invariances).size() > 3 ? "all chosen moves" : to_string(settings.invariances),
        summary.statistics.total);
    for (const auto invariance : members_of(settings.invariances))
        if (const auto &counts = summary.statistics.per_invariance[static_cast<std::size_t>(invariance)];
            counts.proposed < summary.statistics.total.proposed)
            add(fmt::format("{} alone", invar::name_of(invariance)), counts);
    const auto &layers = summary.statistics.per_layer;
    for (std::size_t layer = 0; layer < layers.size(); ++layer)
        if (layers.size() == 1 || layers[layer].proposed < summary.statistics.total.proposed)
            add(fmt::format("in layer {}", layer), layers[layer]);
    return table.text();
}

/// What racing saved, and how often it was wrong.
std::string racing_text(const RunSummary &summary) {
    const auto &counts = summary.statistics;
    if (counts.dropped == 0)
        return "";
    return fmt::format("  Racing dropped {} of {} candidates early, so that all took the work of {:.0f} whole "
                       "evaluations; {} of the {} checked all the same would have been accepted.\n\n",
                       grouped(counts.dropped), grouped(summary.steps), counts.evaluated,
                       grouped(counts.wrongly_dropped), grouped(counts.audited));
}

/// How well the gradient foretold what candidates did.
std::string foresight_text(const RunSummary &summary) {
    const auto &foresight = summary.statistics.foresight;
    if (foresight.count() < 2)
        return "";
    return fmt::format("  The changes of loss that the gradient foretold and those measured correlate by {:.2f}.\n\n",
                       foresight.value());
}

/// How much of what quantization cost on the calibration set the search has won back.
std::string repaired_text(const RunSummary &summary, const RunStarted &started) {
    const auto damage = started.ce0 - started.full_precision_ce;
    const auto repaired = (started.ce0 - summary.ce) / damage;
    if (damage <= 0 || repaired < 0)
        return "";
    return repaired > 1 ? ", now below full precision" : fmt::format(", {:.1f} % of the gap closed", 100 * repaired);
}

} // namespace

void RunReport::on_stage(std::string_view stage, double fraction) { progress_.show(fraction, stage); }

void RunReport::on_started(const RunStarted &started) {
    started_ = started;
    accepted_ = started.statistics.total.accepted;
    earlier_seconds_ = started.history.empty() ? 0 : started.history.back().seconds;
    if (total_steps_ == 0)
        total_steps_ = started.settings.steps;
}

std::int64_t RunReport::first_step() const {
    return started_ ? static_cast<std::int64_t>(started_->history.size()) : 0;
}

void RunReport::on_step(const StepRecord &record) {
    accepted_ += record.accepted ? 1 : 0;
    const auto searching = std::max(record.seconds - earlier_seconds_, 1e-9);
    const auto rate = static_cast<double>(record.step - first_step()) / searching;
    double fraction = -1;
    double left = INFINITY;
    if (total_steps_ > 0) {
        fraction = static_cast<double>(record.step) / static_cast<double>(total_steps_);
        left = static_cast<double>(total_steps_ - record.step) / rate;
    }
    if (seconds_ > 0) {
        fraction = std::max(fraction, searching / seconds_);
        left = std::min(left, seconds_ - searching);
    }
    const auto of_total = total_steps_ > 0 ? fmt::format(" of {}", total_steps_) : std::string();
    const auto eta = std::isfinite(left) ? fmt::format(", {} left", duration_text(std::max(left, 0.0))) : std::string();
    progress_.show(fraction, "searching",
                   fmt::format("step {}{}, {:.1f} steps/s{}, {} accepted, loss {:.5f}", record.step, of_total, rate,
                               eta, share_text(accepted_, record.step), record.best_loss));
}

void RunReport::on_errors(const std::vector<MatrixError> &changed) {
    for (const auto &error : changed)
        if (auto *const old = find_error(started_->errors_now, error.layer, error.projection))
            *old = error;
}

void RunReport::print_text(const RunSummary &summary, const std::filesystem::path &folder) const {
    const auto &started = *started_;
    const auto done = summary.steps - first_step();
    if (first_step() > 0 && done == 0)
        fmt::print("The run already has {} steps; --steps sets a new total.\n\n", grouped(summary.steps));
    else
        fmt::print("{} {} steps in {} ({:.1f} steps/s){}; {} of {} accepted ({}).\n\n",
                   summary.reason == StopReason::stopped ? "Stopped after" : "Tried", grouped(done),
                   duration_text(summary.seconds - earlier_seconds_), summary.steps_per_second,
                   first_step() > 0 ? fmt::format(", {} with those of earlier sessions", grouped(summary.steps))
                                    : std::string(),
                   grouped(summary.accepted), grouped(summary.steps), share_text(summary.accepted, summary.steps));
    Table terms({{"", Align::left}, {"at start"}, {"now"}, {"full precision"}, {"", Align::left}});
    terms.add({"loss", fmt::format("{:.5f}", 1 + started.settings.alpha), fmt::format("{:.5f}", summary.loss)});
    terms.add({"cross-entropy", fmt::format("{:.5f}", started.ce0), fmt::format("{:.5f}", summary.ce),
               fmt::format("{:.5f}", started.full_precision_ce), "nats per token" + repaired_text(summary, started)});
    terms.add({"hidden states' MSE", fmt::format("{:.5g}", started.mse0), fmt::format("{:.5g}", summary.mse)});
    terms.add({"matrices' output error", percent_or_dash(mean_output_error(started.errors_at_start)),
               percent_or_dash(mean_output_error(started.errors_now)), "", "relative, their mean"});
    fmt::print("{}\n{}\n{}{}", terms.text(), moves_text(summary, started.settings), racing_text(summary),
               foresight_text(summary));
    fmt::print("  {:.3f} bits per weight", started.bits_per_weight);
    if (summary.drift > 0)
        fmt::print("; approximate moves change the full-precision model by {:.1e} (relative)", summary.drift);

    const auto run = shell_word(folder);
    fmt::print("\n\nThe run is in {}. Next:\n", folder.string());
    Table next({{"", Align::left}, {"", Align::left}});
    const auto add = [&](const std::string &arguments, const char *what) {
        next.add({fmt::format("{} {}", program_name, arguments), what});
    };
    const bool demo = started.settings.model == "demo";
    add(fmt::format("eval {}{}", run, demo ? "" : " --text FILE"), "its perplexity");
    add(fmt::format("plot {} -o {}", run, shell_word(folder.string() + ".png")), "its curves and heatmaps");
    add(fmt::format("export {} --format hf -o {}", run, shell_word(folder.string() + "-hf")), "a checkpoint to load");
    if (total_steps_ == 0 || total_steps_ > summary.steps)
        add(fmt::format("resume {}", run), "go on");
    else
        add(fmt::format("resume {} --steps {}", run, 2 * std::max<std::int64_t>(summary.steps, 50)), "search longer");
    fmt::print("{}", next.text());
}

ExitStatus RunReport::finish(const RunSummary &summary, const std::filesystem::path &folder, bool json) {
    progress_.clear();
    if (json)
        print_json(result_json(summary, *started_, folder));
    else
        print_text(summary, folder);
    if (summary.reason != StopReason::stopped)
        return ExitStatus::done;
    fmt::print(stderr, "{}: interrupted after {} steps; go on with: {} resume {}\n", program_name, summary.steps,
               program_name, shell_word(folder));
    return ExitStatus::interrupted;
}

} // namespace invar::cli
