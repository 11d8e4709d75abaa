// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/evaluate/perplexity.h"

#include "core/model/compute.h"
#include "core/model/cross_entropy.h"
#include "core/model/family.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>

namespace invar {
namespace {

/// Checked ids as an int64 tensor [1, ids].
at::Tensor tensor_of(std::span<const std::int32_t> ids, const ModelInfo &info) {
    const auto tensor = at::empty({1, static_cast<std::int64_t>(ids.size())}, at::kLong);
    auto *out = tensor.data_ptr<std::int64_t>();
    for (const auto id : ids) {
        if (id < 0 || id >= info.vocabulary_size)
            fail("token id {} is outside the model's vocabulary of {}", id, info.vocabulary_size);
        *out++ = id;
    }
    return tensor;
}

/// Hidden states after the last layer.
at::Tensor run(const ModelFamily &family, const ModelWeights &weights, const at::Tensor &ids) {
    auto hidden = family.embed(weights, ids);
    for (const auto &layer : weights.layers)
        hidden = family.run_layer(layer, hidden);
    return hidden;
}

} // namespace

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
    const auto device = usable_device(options.device);
    const auto weights = model.weights().to(scalar_type_of(options.precision), device);
    const auto all = tensor_of(ids, info).slice(1, 0, windows * window).view({windows, window}).to(device);
    constexpr std::int64_t tokens_at_once = 4096;
    const auto rows = std::max<std::int64_t>(1, tokens_at_once / window);
    const CrossEntropyHead head(weights.head);
    double sum = 0;
    for (std::int64_t row = 0; row < windows; row += rows) {
        task.check();
        task.report(static_cast<double>(row) / static_cast<double>(windows), "measuring perplexity");
        const auto batch = all.slice(0, row, std::min(row + rows, windows));
        sum += summed_cross_entropy(model.family(), weights, head, run(model.family(), weights, batch), batch);
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
    const auto &info = model.info();
    if (ids.empty())
        fail("at least one token id is needed");
    if (static_cast<std::int64_t>(ids.size()) > info.context_length)
        fail("{} token ids are more than the model's context of {}", ids.size(), info.context_length);
    const ComputeScope scope(options.threads);
    const auto device = usable_device(options.device);
    const auto weights = model.weights().to(scalar_type_of(options.precision), device);
    const auto hidden = run(model.family(), weights, tensor_of(ids, info).to(device)).slice(1, -1);
    const auto logits =
        at::linear(model.family().head_input(weights, hidden), weights.head).to(at::kFloat).cpu().contiguous();
    return {logits.const_data_ptr<float>(), logits.const_data_ptr<float>() + logits.numel()};
}

} // namespace invar
