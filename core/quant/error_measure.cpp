// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/quant/error_measure.h"

namespace invar {

std::optional<double> mean_output_error(const std::vector<MatrixError> &errors) {
    double sum = 0;
    std::size_t known = 0;
    for (const auto &error : errors)
        if (error.output) {
            sum += *error.output;
            ++known;
        }
    return known > 0 ? std::optional(sum / static_cast<double>(known)) : std::nullopt;
}

} // namespace invar
