// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/quant/matrix_error.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace invar {

MatrixError matrix_error(double squared_error, double squared_norm, std::int64_t elements, int layer,
                         std::string projection) {
    constexpr auto tiny = std::numeric_limits<double>::min(); // keeps a perfect or an all-zero matrix finite
    const auto ratio = std::max(squared_error, tiny) / std::max(squared_norm, tiny);
    return {.layer = layer,
            .projection = std::move(projection),
            .mse = squared_error / static_cast<double>(std::max<std::int64_t>(elements, 1)),
            .relative = squared_error == 0 ? 0 : std::sqrt(ratio),
            .sqnr_db = -10 * std::log10(ratio)};
}

MatrixError matrix_error(const at::Tensor &exact, const at::Tensor &quantized, int layer, std::string projection) {
    const auto reference = exact.to(at::kFloat);
    const auto squared_error = (quantized.to(at::kFloat) - reference).square_().sum(at::kDouble).item<double>();
    const auto squared_norm = reference.square().sum(at::kDouble).item<double>();
    return matrix_error(squared_error, squared_norm, exact.numel(), layer, std::move(projection));
}

} // namespace invar
