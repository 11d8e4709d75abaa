// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string_view>

namespace invar {

/// Number format of weights and activations while searching or evaluating. Losses are always summed in float64.
enum class Precision { float32, bfloat16 };

[[nodiscard]] std::string_view name_of(Precision precision);
/// Throws Error on an unknown name.
[[nodiscard]] Precision parse_precision(std::string_view name);

} // namespace invar
