// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/search/norm_slopes.h"

#include <ATen/ATen.h>

namespace invar {
namespace {

at::Tensor column_slopes(const at::Tensor &weight, const at::Tensor &gradient) {
    return -(weight.to(at::kFloat) * gradient.to(at::kFloat)).sum(0);
}

std::vector<float> values_of(const at::Tensor &tensor) {
    const auto values = tensor.to(at::kCPU, at::kFloat).contiguous();
    const auto *const first = values.const_data_ptr<float>();
    return {first, first + values.numel()};
}

} // namespace

NormSlopes::NormSlopes(const GradientSource &source)
    : source_(source), layout_(source.family.ffn()), attention_(source.family.attention()),
      folds_(source.family.norm_folds()) {}

NormSlopes::Piece NormSlopes::of(const std::vector<FfnWeights> &ffns,
                                 const std::vector<AttentionWeights> &attentions) const {
    Piece piece;
    for (std::size_t layer = 0; layer < ffns.size(); ++layer) {
        const auto &weights = source_.weights.layers[layer];
        const auto gradient = with_attention(with_ffn(weights, layout_, ffns[layer]), attention_, attentions[layer]);
        auto &slopes = piece.emplace_back();
        for (const auto &fold : folds_) {
            at::Tensor sum;
            for (const auto reader : fold.readers) {
                const auto slope =
                    column_slopes(weights.projections[reader].weight, gradient.projections[reader].weight);
                sum = sum.defined() ? sum + slope : slope;
            }
            slopes.push_back(std::move(sum));
        }
    }
    return piece;
}

void NormSlopes::add(const Piece &piece) {
    const bool first = pieces_++ == 0;
    if (first)
        sums_ = squares_ = piece;
    for (std::size_t layer = 0; layer < piece.size(); ++layer)
        for (std::size_t norm = 0; norm < piece[layer].size(); ++norm) {
            const auto &slope = piece[layer][norm];
            sums_[layer][norm] = first ? slope : sums_[layer][norm] + slope;
            squares_[layer][norm] = first ? slope.square() : squares_[layer][norm] + slope.square();
        }
}

std::vector<NormTrends> NormSlopes::trends() const {
    constexpr double no_division_by_zero = 1e-30;
    std::vector<NormTrends> trends;
    for (std::size_t layer = 0; layer < sums_.size(); ++layer) {
        auto &trend = trends.emplace_back();
        for (std::size_t norm = 0; norm < sums_[layer].size(); ++norm)
            trend.push_back(values_of(source_.order.put_back(
                sums_[layer][norm] /
                (squares_[layer][norm] * static_cast<double>(pieces_) + no_division_by_zero).sqrt())));
    }
    return trends;
}

} // namespace invar
