// SPDX-License-Identifier: GPL-3.0-or-later
// For tests that look into the engine: includes LibTorch.
#pragma once

#include "core/search/calibration.h"
#include "core/search/engine.h"

#include <cmath>

namespace invar::test {

inline SearchEngine make_engine(const SearchSettings &settings) {
    const auto model = LanguageModel::open(settings.model);
    return {model, settings, load_calibration(settings, *model), {}};
}

inline bool close(double a, double b, double relative) { return std::abs(a - b) <= relative * std::abs(b) + 1e-12; }

} // namespace invar::test
