// SPDX-License-Identifier: GPL-3.0-or-later
// Gemma 3's text model (arXiv 2503.19786): transformers' models/gemma3, alone ("gemma3_text") or inside the model that
// also sees pictures ("gemma3"), whose other parts are not looked at.
#include "core/model/gated_decoder.h"

#include <cmath>

namespace invar {
namespace {

/// Two sets of settings: of layers that see everything, and of layers with a window.
void read_rotaries(const ConfigReader &config, GatedDecoderConfig &result) {
    constexpr RotaryDefaults global{.theta = 1e6};
    constexpr RotaryDefaults local{.theta = 1e4, .theta_key = "rope_local_base_freq"};
    const auto both = config.object("rope_parameters");
    const auto full = both ? both->object("full_attention") : config.object("rope_scaling");
    const auto sliding = both ? both->object("sliding_attention") : std::nullopt;
    result.rotary = read_rotary_parameters(full ? *full : config, config, result.head_size, global);
    if (sliding)
        result.local_rotary = read_rotary_parameters(*sliding, config, result.head_size, local);
    else
        result.local_rotary = {.size = result.head_size, .theta = config.number(local.theta_key, local.theta)};
}

std::vector<std::int64_t> read_gemma_windows(const ConfigReader &config, std::int64_t layers) {
    const auto window = config.size("sliding_window", 4096);
    const auto types = config.texts("layer_types");
    const auto pattern = config.size("sliding_window_pattern", 6);
    if (types && static_cast<std::int64_t>(types->size()) != layers)
        fail("{}: \"layer_types\" names {} layers of {}", config.file().string(), types->size(), layers);
    std::vector<std::int64_t> windows;
    for (std::int64_t layer = 0; layer < layers; ++layer) {
        const bool local =
            types ? (*types)[static_cast<std::size_t>(layer)] == "sliding_attention" : (layer + 1) % pattern != 0;
        windows.push_back(local ? window : 0);
    }
    return windows;
}

GatedDecoderConfig read_gemma3(const ConfigReader &config, std::string family) {
    auto result = read_gated_decoder(config, {.family = std::move(family),
                                              .head_size = 256,
                                              .context = 131072,
                                              .head_norms = true,
                                              .tied = true,
                                              .gelu_gate = true,
                                              .norms_around = true,
                                              .offset_norms = true,
                                              .scaled_embeddings = true});
    for (const char *key : {"attn_logit_softcapping", "final_logit_softcapping"})
        if (config.number(key, 0) > 0)
            fail("{}: \"{}\" is set; capped logits are not known for Gemma 3", config.file().string(), key);
    if (config.flag("use_bidirectional_attention", false))
        fail("{}: a model that looks both ways predicts no next token", config.file().string());
    result.query_bias = result.output_bias = config.flag("attention_bias", false);
    result.attention_scale = 1 / std::sqrt(config.number("query_pre_attn_scalar", 256));
    result.windows = read_gemma_windows(config, result.layers);
    read_rotaries(config, result);
    return result;
}

} // namespace

std::unique_ptr<ModelFamily> make_gemma3_text(const ConfigReader &config) {
    return make_gated_decoder(read_gemma3(config, "gemma3_text"));
}

std::unique_ptr<ModelFamily> make_gemma3(const ConfigReader &config) {
    const auto text = config.object("text_config");
    if (!text)
        fail("{}: \"text_config\" is missing", config.file().string());
    auto result = read_gemma3(*text, "gemma3");
    result.prefixes = {"model.language_model.", "language_model.model."}; // transformers 5's and the older spelling
    return make_gated_decoder(std::move(result));
}

} // namespace invar
