// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/search/memory_plan.h"

#include "core/base/memory.h"
#include "core/model/compute.h"
#include "core/quant/method.h"
#include "core/search/policies.h"

#include <algorithm>

namespace invar {
namespace {

constexpr std::int64_t float32_bytes = 4;

/// What the starting method keeps: a base apart from the reference, where it takes its time, and its own things.
std::int64_t method_bytes(const SearchSettings &settings, const ModelInfo &model) {
    if (find_starting_method(settings.method) == nullptr)
        return 0; // find_problems() says that it is not known
    const auto method = make_starting_method(settings.method);
    return (method->is_quick() ? 0 : model.matrix_weights() * float32_bytes) +
           method->extra_bytes(settings.method_options, model);
}

/// Everything but the cache points: weights in their several forms, targets, and what one layer needs while it runs.
std::int64_t fixed_bytes(const SearchSettings &settings, const ModelInfo &model, std::int64_t value) {
    const auto matrix_weights = model.matrix_weights();
    const auto others = model.parameters - matrix_weights;
    const auto tokens = settings.sequences * settings.sequence_length;
    const auto watched = std::min<std::int64_t>(settings.watched_layers, model.layers);

    const auto full_precision = model.parameters * float32_bytes;
    const auto start = matrix_weights * float32_bytes;          // the quantized start, from which untouched layers come
    const auto running = (matrix_weights + 2 * others) * value; // embeddings and, packed, the head
    const auto searched = matrix_weights * value;               // FFNs once more, not packed (an upper bound)
    const auto measuring = model.parameters * value;            // the full-precision model while targets are made
    const auto targets = tokens * model.hidden_size * value * watched;
    const auto working = tokens * (2 * model.ffn_size + 6 * model.hidden_size) * value + (std::int64_t{1} << 26);
    const auto attention_width = model.attention.heads * model.attention.head_size;
    const auto outputs = // output errors: Gram matrices of one layer's inputs, the largest once more in float32
        (2 * model.hidden_size * model.hidden_size + attention_width * attention_width +
         model.ffn_size * model.ffn_size) *
            2 * float32_bytes +
        model.ffn_size * model.ffn_size * float32_bytes;
    const auto reordered = // base, start and running weights of a candidate that moves the residual stream
        settings.invariances.residual_permutation ? matrix_weights * (2 * float32_bytes + 2 * value) : 0;
    const auto *const policy = find_policy(settings.policy);
    const bool all_layers = policy != nullptr && policy->moves_all_layers;
    const auto scaled = // the reference under the factors of accepted norms, and of a candidate's
        settings.invariances.norm_scaling ? matrix_weights * float32_bytes * (all_layers ? 2 : 1) : 0;
    const auto moved = // layers of a candidate that moves all of them, unpacked and packed; an upper bound
        all_layers ? 2 * matrix_weights * value : 0;
    const auto program = std::int64_t{400} << 20; // LibTorch's own libraries and pools
    return full_precision + start + running + std::max(searched, measuring) + targets + working + outputs + reordered +
           scaled + moved + method_bytes(settings, model) + program;
}

/// The loss's gradient and what taking it needs for a while: plain weights, each thread's own gradient, and the
/// intermediate results of every layer.
std::int64_t gradient_bytes(const SearchSettings &settings, const ModelInfo &model, std::int64_t value) {
    const auto *const policy = find_policy(settings.policy);
    if (policy == nullptr || !policy->screens)
        return 0;
    const auto attention_width = std::max(model.hidden_size, model.attention.heads * model.attention.head_size);
    const bool seen_from_norms = settings.invariances.norm_scaling && !policy->walks_norms;
    const auto searched = // a gated FFN's; an upper bound
        (3 * model.ffn_size + (settings.invariances.moves_attention() || seen_from_norms ? 4 * attention_width : 0)) *
        model.hidden_size * model.layers;
    const auto threads = resolve_threads(settings.threads);
    const auto tokens = std::max<std::int64_t>(512, settings.sequence_length); // of a thread's work unit
    const auto results = tokens * (12 * model.hidden_size + 3 * model.ffn_size) * model.layers * value;
    const auto plain = settings.precision == Precision::float32 ? 0 : model.parameters * value;
    const auto kept = // with the curvature, or as it was taken and as it is seen
        searched * float32_bytes * (policy->moves_all_layers || seen_from_norms ? 2 : 1);
    return kept + plain + threads * (searched * value + results + (std::int64_t{1} << 26));
}

/// Residual and FFN input of the accepted model and of a candidate, at every cache point.
std::int64_t cache_bytes(const SearchSettings &settings, const ModelInfo &model, std::int64_t value, int stride) {
    const auto points = (model.layers + stride - 1) / stride;
    return settings.sequences * settings.sequence_length * model.hidden_size * value * 4 * points;
}

} // namespace

MemoryPlan plan_memory(const SearchSettings &settings, const ModelInfo &model) {
    const std::int64_t value = settings.precision == Precision::float32 ? 4 : 2;
    MemoryPlan plan;
    plan.available = settings.device == "cpu" ? available_memory() : 0;
    plan.limit = settings.memory_limit > 0 ? static_cast<std::int64_t>(settings.memory_limit * (1 << 30))
                                           : plan.available / 10 * 9;
    const auto fixed = fixed_bytes(settings, model, value) + gradient_bytes(settings, model, value);
    for (plan.cache_stride = 1;; plan.cache_stride *= 2) {
        plan.bytes = fixed + cache_bytes(settings, model, value, plan.cache_stride);
        if (plan.fits() || plan.cache_stride >= model.layers)
            return plan;
    }
}

} // namespace invar
