// SPDX-License-Identifier: GPL-3.0-or-later
// For core only: includes LibTorch.
#pragma once

#include "core/invariance/layer_state.h"
#include "core/invariance/residual_order.h"
#include "core/quant/method.h"

#include <vector>

namespace invar {

/// [norm]: both factors' quotient, in that order of the stream; one may be empty: ones; both: none.
[[nodiscard]] std::vector<at::Tensor> quotient(const NormScales &over, const NormScales &under,
                                               const ResidualOrder &order, const at::Device &device);

/// A full-precision layer (in that order of the stream) under its norms' factors: gains divided, the columns of what
/// reads them multiplied, so that it keeps its function.
[[nodiscard]] DecoderLayer with_norm_scales(const DecoderLayer &layer, const NormScales &norms,
                                            const ModelFamily &family, const ResidualOrder &order = {});

/// What a quantized layer becomes: the gains are divided, and the codes stay. For the columns that the reference now
/// has they are another rounding, by no more than the factors differ inside a group; rounding anew would only draw
/// other errors, and undo what a method that trains has learnt.
[[nodiscard]] DecoderLayer with_norm_gains(const DecoderLayer &layer, const NormScales &norms,
                                           const ModelFamily &family, const ResidualOrder &order = {});

/// A quantized layer's weights as a layer whose norms have the factors `from` would have to have them, if that had the
/// factors `to`: what is multiplied by less counts for less.
[[nodiscard]] DecoderLayer seen_from(const DecoderLayer &layer, const NormScales &from, const NormScales &to,
                                     const ModelFamily &family, const ResidualOrder &order);

/// What a starting method made of one layer.
struct StartLayer {
    DecoderLayer reference, base, quantized; ///< as in StartingPoint
};

/// The same under its norms' factors. `start` has none yet; its layers are in that order of the stream.
[[nodiscard]] StartLayer scaled_layer(const StartingPoint &start, std::size_t layer, const NormScales &norms,
                                      const ModelFamily &family, const ResidualOrder &order);

/// Puts it in the place of the layer that it was made of.
void put_layer(StartingPoint &start, std::size_t layer, StartLayer scaled);

/// The whole start under those of all states.
[[nodiscard]] StartingPoint with_norm_scales(StartingPoint start, const std::vector<LayerState> &states,
                                             const ModelFamily &family, const ResidualOrder &order);

} // namespace invar
