// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/evaluate/matrix_view.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace invar {

std::vector<double> WeightHistogram::edges() const {
    std::vector<double> edges;
    for (std::size_t i = 0; i <= before.size(); ++i)
        edges.push_back(i == before.size() ? high : low + static_cast<double>(i) * bin_width());
    return edges;
}

double WeightHistogram::bin_width() const {
    return before.empty() ? 0 : (high - low) / static_cast<double>(before.size());
}

WeightHistogram count_weights(std::span<const float> before, std::span<const float> after, int bins) {
    const auto count = static_cast<std::size_t>(std::max(bins, 2));
    double low = std::numeric_limits<double>::infinity();
    double high = -low;
    for (const auto weights : {before, after})
        for (const double weight : weights)
            if (std::isfinite(weight)) {
                low = std::min(low, weight);
                high = std::max(high, weight);
            }
    if (low > high)
        low = high = 0;
    if (high - low < 1e-12) { // all the same
        low -= 1e-6;
        high += 1e-6;
    }
    WeightHistogram histogram{.low = low,
                              .high = high,
                              .before = std::vector<std::int64_t>(count),
                              .after = std::vector<std::int64_t>(count)};
    const double bins_per_unit = static_cast<double>(count) / (high - low);
    const auto fill = [&](std::span<const float> weights, std::vector<std::int64_t> &counts) {
        for (const double weight : weights)
            if (std::isfinite(weight))
                ++counts[std::min(static_cast<std::size_t>((weight - low) * bins_per_unit), count - 1)];
    };
    fill(before, histogram.before);
    fill(after, histogram.after);
    return histogram;
}

std::vector<double> RowView::levels(std::int64_t group) const {
    const auto place = static_cast<std::size_t>(group);
    std::vector<double> levels;
    for (int code = 0; code < 1 << grid.bits; ++code)
        levels.push_back((code - static_cast<double>(zeros.at(place))) * static_cast<double>(scales.at(place)));
    return levels;
}

} // namespace invar
