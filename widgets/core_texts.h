// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

#include <span>
#include <string>

namespace invar {

/// A title or description that core gives in English (of a starting method, its options, a policy, an export format) in
/// the user's language; one that the list below lacks stays as it is.
[[nodiscard]] QString core_text(const std::string &english);

/// All such texts, in English.
[[nodiscard]] std::span<const char *const> core_texts();

} // namespace invar
