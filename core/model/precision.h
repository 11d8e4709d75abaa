// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string_view>

namespace invar {

/// Number format of weights and activations while searching or evaluating. Losses are always summed in float64.
enum class Precision { float32, bfloat16 };

[[nodiscard]] std::string_view name_of(Precision precision);
/// Whether this processor multiplies bfloat16 matrices itself (AVX512-BF16, AMX). Elsewhere LibTorch's products of them
/// are ten to forty times slower than those of float32 (2.11, AMD Zen 3).
[[nodiscard]] bool has_fast_bfloat16();

/// Throws Error on an unknown name.
[[nodiscard]] Precision parse_precision(std::string_view name);

} // namespace invar
