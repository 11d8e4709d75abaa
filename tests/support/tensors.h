// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ATen/ATen.h>

#include <vector>

namespace invar::test {

/// Largest absolute difference of two tensors, relative to the largest value of the second.
inline double relative_difference(const at::Tensor &a, const at::Tensor &b) {
    return ((a - b).abs().max() / b.abs().max()).item<double>();
}

inline at::Tensor float_tensor(const std::vector<double> &values, at::IntArrayRef shape) {
    return at::tensor(values, at::kDouble).to(at::kFloat).view(shape);
}

} // namespace invar::test
