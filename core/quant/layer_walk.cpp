// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/quant/layer_walk.h"

#include <ATen/ATen.h>

#include <algorithm>

namespace invar {
namespace {

constexpr std::int64_t tokens_at_once = 2048; ///< a float32 product of so many rows keeps six digits

void count(InputStatistics &statistics, const at::Tensor &input) {
    const auto rows = input.reshape({-1, input.size(-1)}).to(at::kFloat);
    const auto gram = at::mm(rows.t(), rows);
    const auto absolute = rows.abs().sum(0, false, at::kDouble);
    statistics.gram = statistics.gram.defined() ? statistics.gram.add_(gram) : gram.to(at::kDouble);
    statistics.absolute = statistics.absolute.defined() ? statistics.absolute + absolute : absolute;
    statistics.tokens += rows.size(0);
}

} // namespace

std::vector<std::vector<std::size_t>> input_groups(const ModelFamily &family) {
    const auto attention = family.attention();
    const auto ffn = family.ffn();
    return {{attention.query, attention.key, attention.value}, {attention.output}, ffn.inputs, {ffn.output}};
}

InputGroup readers_of(const NormFold &fold, const ModelFamily &family) {
    return fold.readers == input_groups(family)[attention_inputs] ? attention_inputs : ffn_inputs;
}

LayerWalk::LayerWalk(const ModelFamily &family, const ModelWeights &weights, const at::Tensor &ids)
    : LayerWalk(
          family, [&](const at::Tensor &batch) { return family.embed(weights, batch); }, ids) {}

LayerWalk::LayerWalk(const ModelFamily &family, const std::function<at::Tensor(const at::Tensor &ids)> &embed,
                     const at::Tensor &ids)
    : family_(family) {
    const auto sequences = std::max<std::int64_t>(1, tokens_at_once / ids.size(1));
    for (const auto &batch : ids.split(sequences))
        batches_.push_back(embed(batch));
}

std::vector<InputStatistics> LayerWalk::statistics(const DecoderLayer &layer) const {
    std::vector<InputStatistics> found;
    const auto watched = watch(layer, found);
    for (const auto &batch : batches_)
        (void)family_.run_layer(watched, batch);
    return found;
}

std::vector<InputStatistics> LayerWalk::watch_and_advance(const DecoderLayer &layer) {
    std::vector<InputStatistics> found;
    advance(watch(layer, found));
    return found;
}

DecoderLayer LayerWalk::watch(const DecoderLayer &layer, std::vector<InputStatistics> &found) const {
    const auto groups = input_groups(family_);
    found.resize(groups.size());
    auto watched = layer;
    for (std::size_t group = 0; group < groups.size(); ++group)
        watched.projections[groups[group].front()].listener = std::make_shared<const InputListener>(
            [&found, group](const at::Tensor &input) { count(found[group], input); });
    return watched;
}

void LayerWalk::advance(const DecoderLayer &layer) {
    for (auto &batch : batches_)
        batch = family_.run_layer(layer, batch);
}

} // namespace invar
