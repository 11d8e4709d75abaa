// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

#include <string>

namespace invar {

/// A sentence that core puts together in English (why a setting cannot work, what a long work is at) in the user's
/// language; one that is not known stays as it is.
[[nodiscard]] QString core_message(const QString &english);
[[nodiscard]] QString core_message(const std::string &english);

/// Whether it is known.
[[nodiscard]] bool is_core_message(const QString &english);

} // namespace invar
