// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>

namespace invar {

/// Quantization error of one matrix, against the full-precision matrix under the same invariances; or, with
/// `projection == layer_output_column`, of a watched layer's hidden states against the full-precision model's.
struct MatrixError {
    int layer = 0;
    std::string projection;
    double mse = 0;
    double relative = 0; ///< sqrt(sum of squared errors / sum of squares)
    double sqnr_db = 0;  ///< 10 log10(sum of squares / sum of squared errors)
};

inline constexpr std::string_view layer_output_column = "output";

} // namespace invar
