// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/quant/error_measure.h"

#include <algorithm>

namespace invar {

namespace {

template <typename Errors> auto *find_in(Errors &errors, int layer, std::string_view projection) {
    const auto found = std::ranges::find_if(
        errors, [&](const MatrixError &error) { return error.layer == layer && error.projection == projection; });
    return found == errors.end() ? nullptr : &*found;
}

} // namespace

const MatrixError *find_error(const std::vector<MatrixError> &errors, int layer, std::string_view projection) {
    return find_in(errors, layer, projection);
}

MatrixError *find_error(std::vector<MatrixError> &errors, int layer, std::string_view projection) {
    return find_in(errors, layer, projection);
}

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
