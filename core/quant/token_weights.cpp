// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/quant/token_weights.h"

#include <ATen/ATen.h>

namespace invar {

at::Tensor token_weights(const at::Tensor &states) {
    constexpr double usual_reach = 16; // times the median square
    const auto squares = states.to(at::kFloat).square().mean(-1, true).clamp_min(1e-30);
    const auto usual = std::get<0>(squares.median(1, true)); // of a sequence: the same however the set is cut
    return (usual * usual_reach / squares).clamp_max(1);
}

} // namespace invar
