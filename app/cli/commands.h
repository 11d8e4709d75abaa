// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/command_line.h"

/// The program's commands, in the order of --help. A new command is a file that defines add_NAME(), and a line here.
#define INVAR_COMMANDS(command)                                                                                        \
    command(inspect) command(tokenize) command(logits) command(eval) command(preview) command(quantize)                \
        command(search) command(resume) command(export) command(compare) command(plot) command(bench) command(methods) \
            command(sensitivity)

namespace invar::cli {

#define INVAR_DECLARE(name) void add_##name(CommandLine &line);
INVAR_COMMANDS(INVAR_DECLARE)
#undef INVAR_DECLARE

} // namespace invar::cli
