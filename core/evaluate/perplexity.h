// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/task.h"
#include "core/model/language_model.h"
#include "core/model/precision.h"

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace invar {

struct EvaluationOptions {
    std::int64_t window = 0; ///< tokens per window; 0: 2048, or the model's context where that is shorter
    std::int64_t tokens = 0; ///< use only the first so many ids; 0: all
    Precision precision = Precision::float32;
    std::string device = "cpu";
    int threads = 0;
};

struct Perplexity {
    double perplexity = 0;
    std::int64_t tokens = 0;    ///< ids used: windows * window
    std::int64_t predicted = 0; ///< windows * (window - 1)
    std::int64_t windows = 0;
    std::int64_t window = 0;
};

/// Perplexity over non-overlapping windows of `ids`; in each, every token but the first is predicted; the last, partial
/// window is dropped. Throws Error (text shorter than a window, window longer than the context), Cancelled.
[[nodiscard]] Perplexity measure_perplexity(const LanguageModel &model, std::span<const std::int32_t> ids,
                                            const EvaluationOptions &options, const Task &task = {});

/// Logits of the last position, float32, one per vocabulary entry. Throws Error on an empty or out-of-range id list.
[[nodiscard]] std::vector<float> last_logits(const LanguageModel &model, std::span<const std::int32_t> ids,
                                             const EvaluationOptions &options);

} // namespace invar
