// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

namespace invar {

/// What Python calls a pickle opcode that our reader refuses, e.g. "STACK_GLOBAL"; its number when it has no name.
[[nodiscard]] std::string pickle_opcode(unsigned char code);

} // namespace invar
