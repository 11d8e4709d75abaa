// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/commands.h"
#include "core/base/memory.h"

int main(int argc, char **argv) {
    invar::keep_freed_memory();
    using namespace invar::cli;
    CommandLine line;
#define INVAR_ADD(name) add_##name(line);
    INVAR_COMMANDS(INVAR_ADD)
#undef INVAR_ADD
    return static_cast<int>(line.run(argc, argv));
}
