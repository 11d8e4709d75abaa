// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/exit_status.h"

#include <CLI/CLI.hpp>

#include <functional>
#include <stop_token>
#include <string>
#include <vector>

namespace invar::cli {

/// What a command gets when it runs.
struct Context {
    std::stop_token stop; ///< requested by the first Ctrl-C or SIGTERM
};

using Action = std::function<ExitStatus(const Context &)>;

/// The program's command line: commands add themselves to it, one of them is chosen by the arguments and run.
class CommandLine {
public:
    CommandLine();

    /// A new command; options are added to what this returns. `examples`: command lines without the program's name,
    /// shown by --help.
    CLI::App &add(const std::string &name, const std::string &description, const std::vector<std::string> &examples,
                  Action action);

    /// Parses and runs. Prints every error as one line on stderr.
    [[nodiscard]] ExitStatus run(int argc, const char *const *argv);

private:
    [[nodiscard]] ExitStatus run_chosen(const Context &context) const;

    CLI::App app_;
    Action chosen_;
};

inline constexpr const char *program_name = "invarscope-cli";

} // namespace invar::cli
