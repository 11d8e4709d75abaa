// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/invariance/layer_state.h"

#include <cstdint>
#include <string>
#include <vector>

namespace invar {

/// One quantizable projection of one decoder layer.
struct MatrixInfo {
    std::string name; ///< as in the checkpoint, e.g. "model.decoder.layers.3.fc1"
    int layer = 0;
    std::string projection; ///< e.g. "fc1"
    std::int64_t rows = 0;  ///< outputs
    std::int64_t cols = 0;  ///< inputs
};

/// What a person wants to know of a model before doing anything with it.
struct ModelInfo {
    std::string family; ///< e.g. "opt"
    std::string source; ///< what was opened: a path, or "demo"
    int layers = 0;
    std::int64_t parameters = 0;
    std::int64_t hidden_size = 0;
    std::int64_t ffn_size = 0;
    std::int64_t vocabulary_size = 0;
    std::int64_t context_length = 0;
    std::vector<std::string> projections; ///< of one decoder layer, in the order of the heatmap's columns
    std::vector<MatrixInfo> matrices;
    InvarianceExactness invariances; ///< how exact each move is for this family
    /// Approximate moves that need the user's yes: all but the published rotation of an FFN with ReLU.
    InvarianceSet needs_consent = InvarianceSet::none();
    AttentionLayout attention;
    int norms = 0; ///< of a layer whose gains take factors: see ModelFamily::norm_folds()

    /// Numbers in all of the matrices.
    [[nodiscard]] std::int64_t matrix_weights() const {
        std::int64_t sum = 0;
        for (const auto &matrix : matrices)
            sum += matrix.rows * matrix.cols;
        return sum;
    }

    [[nodiscard]] LayerShape layer_shape() const {
        return {.neurons = ffn_size, .attention = attention, .norms = norms, .channels = hidden_size};
    }
};

} // namespace invar
