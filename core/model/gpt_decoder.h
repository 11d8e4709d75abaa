// SPDX-License-Identifier: GPL-3.0-or-later
// For core only: includes LibTorch.
#pragma once

#include "core/model/config_reader.h"
#include "core/model/family.h"
#include "core/model/linear.h"
#include "core/model/rotary.h"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace invar {

/// What tells the GPT-like families apart: layer norms with shifts, one tensor for query, key and value, a two-layer
/// FFN, biases; positions learned or rotary.
struct GptDecoderConfig {
    /// How the checkpoint lays its matrices out.
    enum class Layout {
        conv1d,     ///< [inputs, outputs]; query, key and value one after another along the outputs
        interleaved ///< [outputs, inputs]; a head's query, key and value rows, then the next head's
    };
    /// Tensor names without ".weight": those of a layer come after "<layers>.<number>.".
    struct Names {
        std::string embedding, positions, layers, attention_norm, query_key_value, attention_output, ffn_norm, ffn_in,
            ffn_out, final_norm, head;
        std::string other_head = "lm_head"; ///< what some checkpoints call it
    };

    std::string family;
    Names names;
    std::string optional_prefix; ///< that some checkpoints leave out before every name but the head's
    Layout layout = Layout::conv1d;
    std::int64_t hidden = 0, ffn = 0, layers = 0, heads = 0, vocabulary = 0, context = 0;
    double norm_epsilon = 1e-5;
    Activation activation = Activation::gelu;
    bool attention_bias = true;
    bool parallel = false; ///< the FFN reads the layer's input, beside attention, not after it
    bool tied = false;
    std::optional<RotarySettings> rotary; ///< none: positions are learned
};

/// The activation that config.json names under `key`. Throws Error naming it and the known ones.
[[nodiscard]] Activation read_gelu(const ConfigReader &config, const char *key, const std::string &fallback);

/// Checks that heads divide the width. Throws Error naming the file.
[[nodiscard]] std::unique_ptr<ModelFamily> make_gpt_decoder(GptDecoderConfig config, const ConfigReader &source);

} // namespace invar
