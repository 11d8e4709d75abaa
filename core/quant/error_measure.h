// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace invar {

/// Quantization error of one matrix, against the full-precision matrix under the same invariances; or, with
/// `projection == layer_output_column`, of a watched layer's hidden states against the full-precision model's.
struct MatrixError {
    int layer = 0;
    std::string projection;
    double mse = 0;
    double relative = 0; ///< sqrt(sum of squared errors / sum of squares)
    double sqnr_db = 0;  ///< 10 log10(sum of squares / sum of squared errors)
    /// The same ratio as `relative`, but of what the matrix gives: ||X (W - Q)^T|| / ||X W^T|| for the inputs X that it
    /// has in the full-precision model (core/quant/output_error.h). Measured when a run begins, pauses or ends, and
    /// kept as it is meanwhile; nothing where it was not measured, and of hidden states.
    std::optional<double> output{};
};

inline constexpr std::string_view layer_output_column = "output";

/// Output errors are measured on this many tokens from the calibration set's beginning, at most: seconds for a model of
/// 135 million weights, however large the set is.
inline constexpr int output_error_tokens = 4096;

/// That of one matrix, or of a layer's output; nullptr where there is none.
[[nodiscard]] const MatrixError *find_error(const std::vector<MatrixError> &errors, int layer,
                                            std::string_view projection);
[[nodiscard]] MatrixError *find_error(std::vector<MatrixError> &errors, int layer, std::string_view projection);

/// Of those that are known; nothing where none is.
[[nodiscard]] std::optional<double> mean_output_error(const std::vector<MatrixError> &errors);

} // namespace invar
