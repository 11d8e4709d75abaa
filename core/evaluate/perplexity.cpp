// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/evaluate/perplexity.h"

#include "core/evaluate/forward_pass.h"
#include "core/model/compute.h"
#include "core/model/cross_entropy.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>

namespace invar {

Perplexity measure_perplexity(const LanguageModel &model, std::span<const std::int32_t> ids,
                              const EvaluationOptions &options, const Task &task) {
    const auto &info = model.info();
    const auto window = options.window > 0 ? options.window : std::min<std::int64_t>(2048, info.context_length);
    if (options.tokens > 0)
        ids = ids.first(std::min(ids.size(), static_cast<std::size_t>(options.tokens)));
    if (window < 2)
        fail("a window of {} token predicts nothing; use at least 2", window);
    if (window > info.context_length)
        fail("a window of {} tokens is longer than the model's context of {}", window, info.context_length);
    const auto windows = static_cast<std::int64_t>(ids.size()) / window;
    if (windows == 0)
        fail("the text has {} tokens, less than one window of {}", ids.size(), window);

    const ComputeScope scope(options.threads);
    const ForwardPass pass(model, options.precision, options.device);
    const auto all = pass.tensor_of(ids).slice(1, 0, windows * window).view({windows, window});
    constexpr std::int64_t tokens_at_once = 4096;
    const auto rows = std::max<std::int64_t>(1, tokens_at_once / window);
    const CrossEntropyHead head(pass.weights().head);
    double sum = 0;
    for (std::int64_t row = 0; row < windows; row += rows) {
        task.check();
        task.report(static_cast<double>(row) / static_cast<double>(windows), "measuring perplexity");
        const auto batch = all.slice(0, row, std::min(row + rows, windows));
        sum += summed_cross_entropy(model.family(), pass.weights(), head, pass.hidden_states(batch), batch);
    }
    const auto predicted = windows * (window - 1);
    return {.perplexity = std::exp(sum / static_cast<double>(predicted)),
            .tokens = windows * window,
            .predicted = predicted,
            .windows = windows,
            .window = window};
}

std::vector<float> last_logits(const LanguageModel &model, std::span<const std::int32_t> ids,
                               const EvaluationOptions &options) {
    const ComputeScope scope(options.threads);
    return ForwardPass(model, options.precision, options.device).last_logits(ids);
}

} // namespace invar
