// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

namespace invar {

/// One sentence about the exception being handled, fit for the message bar. Call it inside a catch block.
[[nodiscard]] QString describe_current_exception();

} // namespace invar
