// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>

namespace invar {

/// Bytes that can be allocated now without swapping, as the kernel estimates; 0 where it does not say.
[[nodiscard]] std::int64_t available_memory();

/// The most that this process has held so far, in bytes; 0 where the system does not say.
[[nodiscard]] std::int64_t peak_memory();

/// Asks the C library to keep freed blocks instead of handing their pages back: a search frees and allocates the same
/// sizes at every step. For a program's start.
void keep_freed_memory();

} // namespace invar
