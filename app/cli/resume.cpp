// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/commands.h"
#include "app/cli/json_output.h"
#include "app/cli/run_report.h"
#include "core/search/run.h"

#include <cmath>

namespace invar::cli {
namespace {

struct Options {
    std::string run;
    std::int64_t steps = 0;
    double seconds = 0;
    bool json = false;
};

ExitStatus resume(const Options &options, const Context &context) {
    if (options.steps < 0)
        wrong_usage("--steps: must be 0 (the run's own) or more, not {}", options.steps);
    if (!std::isfinite(options.seconds) || options.seconds < 0)
        wrong_usage("--seconds: must be 0 (no limit) or more");
    RunControl control(context.stop);
    RunReport report(options.steps, options.seconds);
    const auto summary = invar::resume(options.run, options.steps, options.seconds, control, report);
    return report.finish(summary, options.run, options.json);
}

} // namespace

void add_resume(CommandLine &line) {
    const auto options = std::make_shared<Options>();
    auto &command = line.add("resume", "Go on with a run exactly as if it had never stopped",
                             {"resume runs/first", "resume runs/first --steps 2000", "resume runs/first --seconds 60"},
                             [options](const Context &context) { return resume(*options, context); });
    command.add_option("DIR", options->run, "Run folder")->required();
    command.add_option("--steps", options->steps, "New total of steps; 0: the run's own")->capture_default_str();
    command.add_option("--seconds", options->seconds, "Searching time of this session; 0: no limit")
        ->capture_default_str();
    add_json_flag(command, options->json);
}

} // namespace invar::cli
