// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/cross_entropy.h"

#include "core/kernels/loss_loops.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>

#include <algorithm>
#include <numeric>

namespace invar {
namespace {

constexpr std::int64_t vocabulary_piece = 2048; // with token_piece: logits that stay in the second-level cache
constexpr std::int64_t token_piece = 128;
constexpr std::int64_t other_chunk = std::int64_t{1} << 26; // elsewhere: 256 MB of float32 logits at a time

bool loops_can_read(const at::Tensor &states) {
    return states.is_cpu() && (states.scalar_type() == at::kFloat || states.scalar_type() == at::kBFloat16);
}

template <typename T>
void add_piece(const at::Tensor &logits, std::int64_t first, const std::int64_t *next, RunningLogSumExp *sums,
               double *chosen) {
    const auto tokens = logits.size(0);
    const auto columns = logits.size(1);
    const auto *values = static_cast<const T *>(logits.const_data_ptr());
    at::parallel_for(0, tokens, 1 + (1 << 15) / columns, [&](auto begin, auto end) {
        add_logits(values + begin * columns, end - begin, columns, columns, sums + begin);
        for (auto token = begin; token < end; ++token)
            if (next[token] >= first && next[token] < first + columns)
                chosen[token] = static_cast<double>(to_float(values[token * columns + next[token] - first]));
    });
}

} // namespace

CrossEntropyHead::CrossEntropyHead(const at::Tensor &weight, std::int64_t rows)
    : vocabulary_(weight.size(0)), piece_(loops_can_read(weight) ? vocabulary_piece : weight.size(0)) {
    for (std::int64_t first = 0; first < vocabulary_; first += piece_)
        pieces_.push_back(
            pack({weight.slice(0, first, std::min(first + piece_, vocabulary_)), {}, {}}, std::min(rows, token_piece)));
}

void CrossEntropyHead::token_losses(const at::Tensor &states, const at::Tensor &next, std::span<double> losses) const {
    if (!loops_can_read(states)) {
        const auto all = token_losses(states, next).to(at::kCPU, at::kDouble);
        std::copy_n(all.const_data_ptr<double>(), losses.size(), losses.begin());
        return;
    }
    const auto tokens = states.size(0);
    for (std::int64_t first = 0; first < tokens; first += token_piece) {
        const auto end = std::min(first + token_piece, tokens);
        losses_by_pieces(states.slice(0, first, end), next.slice(0, first, end),
                         losses.subspan(static_cast<std::size_t>(first), static_cast<std::size_t>(end - first)));
    }
}

at::Tensor CrossEntropyHead::token_losses(const at::Tensor &states, const at::Tensor &next) const {
    const auto step = std::max(std::int64_t{1}, other_chunk / vocabulary_);
    std::vector<at::Tensor> losses;
    for (std::int64_t first = 0; first < states.size(0); first += step) {
        const auto some = states.slice(0, first, std::min(first + step, states.size(0)));
        std::vector<at::Tensor> logits;
        for (const auto &piece : pieces_)
            logits.push_back(apply(piece, some));
        const auto all = (logits.size() == 1 ? logits.front() : at::cat(logits, 1)).to(at::kFloat);
        losses.push_back(
            at::cross_entropy_loss(all, next.slice(0, first, first + some.size(0)), {}, at::Reduction::None));
    }
    return at::cat(losses);
}

void CrossEntropyHead::losses_by_pieces(const at::Tensor &states, const at::Tensor &next,
                                        std::span<double> losses) const {
    const auto *targets = next.const_data_ptr<std::int64_t>();
    std::vector<RunningLogSumExp> sums(losses.size());
    std::int64_t first = 0;
    for (const auto &piece : pieces_) {
        const auto logits = apply(piece, states);
        if (logits.scalar_type() == at::kFloat)
            add_piece<float>(logits, first, targets, sums.data(), losses.data());
        else
            add_piece<Bfloat16>(logits, first, targets, sums.data(), losses.data());
        first += logits.size(1);
    }
    for (std::size_t token = 0; token < losses.size(); ++token)
        losses[token] = log_sum_exp(sums[token]) - losses[token];
}

std::vector<double> next_token_losses(const ModelFamily &family, const ModelWeights &weights,
                                      const CrossEntropyHead &head, const at::Tensor &hidden, const at::Tensor &ids) {
    const auto predicted = ids.size(1) - 1;
    std::vector<double> losses(static_cast<std::size_t>(ids.size(0) * predicted));
    const auto states = family.head_input(weights, hidden.slice(1, 0, predicted));
    head.token_losses(states.reshape({-1, states.size(-1)}), ids.slice(1, 1).reshape({-1}), losses);
    return losses;
}

at::Tensor deferred_token_losses(const ModelFamily &family, const ModelWeights &weights, const CrossEntropyHead &head,
                                 const at::Tensor &hidden, const at::Tensor &ids) {
    const auto states = family.head_input(weights, hidden.slice(1, 0, ids.size(1) - 1));
    return head.token_losses(states.reshape({-1, states.size(-1)}), ids.slice(1, 1).reshape({-1}));
}

double summed_cross_entropy(const ModelFamily &family, const ModelWeights &weights, const CrossEntropyHead &head,
                            const at::Tensor &hidden, const at::Tensor &ids) {
    const auto losses = next_token_losses(family, weights, head, hidden, ids);
    return std::accumulate(losses.begin(), losses.end(), 0.0);
}

} // namespace invar
