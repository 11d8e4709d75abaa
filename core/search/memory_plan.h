// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/model_info.h"
#include "core/search/settings.h"

#include <cstdint>

namespace invar {

/// What a search will hold in memory, and how it fits itself into the settings' limit.
struct MemoryPlan {
    std::int64_t bytes = 0;     ///< at the peak, the opened model included
    std::int64_t available = 0; ///< free now; 0: not known, as of a GPU
    std::int64_t limit = 0;     ///< the settings' limit, or nine tenths of what is available; 0: none
    int cache_stride = 1;       ///< decoder layers from one cache point to the next

    [[nodiscard]] bool fits() const { return limit == 0 || bytes <= limit; }
};

/// Predicts the peak and chooses the densest cache that fits: with cache points further apart the layers between them
/// are run again at each step. The results are the same, bit for bit.
[[nodiscard]] MemoryPlan plan_memory(const SearchSettings &settings, const ModelInfo &model);

} // namespace invar
