// SPDX-License-Identifier: GPL-3.0-or-later
// For core only: includes LibTorch.
#pragma once

#include "core/model/attention.h"
#include "core/model/config_reader.h"
#include "core/model/family.h"
#include "core/model/rotary.h"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace invar {

/// What tells the Llama-like families apart: pre-norm decoders with RMS norms, rotary positions, grouped-query
/// attention and a gated FFN, as transformers' models/llama/modeling_llama.py and its kin run them.
struct GatedDecoderConfig {
    std::string family;
    std::int64_t hidden = 0, ffn = 0, layers = 0, heads = 0, key_value_heads = 0, head_size = 0, vocabulary = 0,
                 context = 0;
    double norm_epsilon = 1e-6;
    bool query_bias = false;  ///< of the query, key and value projections
    bool output_bias = false; ///< of the attention's output projection
    bool ffn_bias = false;
    bool head_norms = false; ///< queries and keys are normalized head by head before they turn
    bool tied = false;
    bool gelu_gate = false;            ///< the gate is GELU's tanh approximation; else SiLU
    bool norms_around = false;         ///< what attention and FFN give is normalized too, before it is added
    bool offset_norms = false;         ///< a norm's gain is 1 + its weight
    bool scaled_embeddings = false;    ///< by sqrt(hidden)
    bool fused = false;                ///< the checkpoint stacks query, key and value, and gate and up, by rows
    double attention_scale = 0;        ///< of the products of query and key; 0: 1 / sqrt(head_size)
    std::vector<std::int64_t> windows; ///< [layer] tokens that attention sees; 0: all before
    RotarySettings rotary;
    std::optional<RotarySettings> local_rotary; ///< of layers with a window, where they differ
    /// What tensor names may begin with; the first that fits a checkpoint counts, the first of all is written.
    std::vector<std::string> prefixes{"model."};
};

/// The fields that every such config.json has under the same name. `defaults` holds what the family's class in
/// transformers says where a key is absent: norm_epsilon, context, head_size (0: hidden / heads), tied. Rotary settings
/// are left to the family.
[[nodiscard]] GatedDecoderConfig read_gated_decoder(const ConfigReader &config, GatedDecoderConfig defaults);

/// Windows as Qwen's config.json has them: `use_sliding_window`, `sliding_window`, and which layers by `layer_types` or
/// `max_window_layers`.
[[nodiscard]] std::vector<std::int64_t> read_windows(const ConfigReader &config, std::int64_t layers);

[[nodiscard]] std::unique_ptr<ModelFamily> make_gated_decoder(GatedDecoderConfig config);

} // namespace invar
