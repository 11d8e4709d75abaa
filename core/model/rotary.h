// SPDX-License-Identifier: GPL-3.0-or-later
// For core only: includes LibTorch.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <mutex>
#include <optional>

namespace invar {

class ConfigReader;

/// How positions turn queries and keys (arXiv 2104.09864), as transformers' modeling_rope_utils.py spells it.
struct RotarySettings {
    /// Frequencies of long waves slowed down, those of short ones kept, between them a smooth passage (Llama 3.1).
    struct Llama3 {
        double factor, low_frequency_factor, high_frequency_factor, original_context;
    };

    std::int64_t size = 0;    ///< channels of a head that turn, in pairs (j, j + size / 2)
    double theta = 10000;     ///< base of the frequencies
    double linear_factor = 1; ///< positions are divided by it
    double amplitude = 1;     ///< of what turns (longrope)
    std::optional<Llama3> llama3;
    std::vector<double> divisors; ///< [size / 2] of the frequencies (longrope's short ones), or empty
};

/// What a family's class says where config.json does not.
struct RotaryDefaults {
    double theta = 10000;
    double share = 1; ///< of a head's channels that turn
    const char *theta_key = "rope_theta";
    const char *share_key = "partial_rotary_factor";
};

/// Reads `rope_parameters` (transformers 5) or `rope_theta`, `partial_rotary_factor` and `rope_scaling`; `size`:
/// channels of a head. Of longrope, what holds up to `original_max_position_embeddings`. Throws Error naming a kind of
/// scaling that is not known.
[[nodiscard]] RotarySettings read_rotary(const ConfigReader &config, std::int64_t size,
                                         const RotaryDefaults &defaults = {});

/// The same from one object of rotary settings in transformers 5's spelling. `config` is the whole configuration.
[[nodiscard]] RotarySettings read_rotary_parameters(const ConfigReader &parameters, const ConfigReader &config,
                                                    std::int64_t size, const RotaryDefaults &defaults = {});

/// Turns heads by their token's position. Keeps the angles of the longest sequence seen; threads may share it.
class Rotary {
public:
    explicit Rotary(const RotarySettings &settings) : settings_(settings) {}

    /// x [sequences, tokens, heads * channels], of which the first settings.size of each head turn -> the same shape.
    [[nodiscard]] at::Tensor turn(const at::Tensor &x, std::int64_t heads) const;

private:
    struct Angles {
        at::Tensor cosine, sine; ///< float32 [tokens, 1, size / 2]
    };
    [[nodiscard]] Angles angles(std::int64_t tokens, const at::Device &device) const;

    RotarySettings settings_;
    mutable std::mutex mutex_;
    mutable Angles known_;
};

} // namespace invar
