// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/rotary.h"

#include "core/model/config_reader.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <vector>

namespace invar {
namespace {

RotarySettings::Llama3 read_llama3(const ConfigReader &scaling) {
    return {.factor = scaling.number("factor"),
            .low_frequency_factor = scaling.number("low_freq_factor"),
            .high_frequency_factor = scaling.number("high_freq_factor"),
            .original_context = scaling.number("original_max_position_embeddings")};
}

void read_longrope(const ConfigReader &parameters, const ConfigReader &config, RotarySettings &result) {
    constexpr const char *original_key = "original_max_position_embeddings";
    const auto most = config.number("max_position_embeddings", 4096);
    const auto original = parameters.number(original_key, config.number(original_key, most));
    const auto factor = parameters.number("factor", most / original);
    const auto usual = factor <= 1 ? 1 : std::sqrt(1 + std::log(factor) / std::log(original));
    result.amplitude = parameters.number("attention_factor", usual);
    result.divisors = parameters.numbers("short_factor");
    if (static_cast<std::int64_t>(result.divisors.size()) != result.size / 2)
        fail("{}: \"short_factor\" has {} numbers for {} channels", config.file().string(), result.divisors.size(),
             result.size);
}

double slowed_down(double frequency, const RotarySettings::Llama3 &scaling) {
    const auto wavelength = 2 * std::numbers::pi / frequency;
    if (wavelength < scaling.original_context / scaling.high_frequency_factor)
        return frequency;
    if (wavelength > scaling.original_context / scaling.low_frequency_factor)
        return frequency / scaling.factor;
    const auto smooth = (scaling.original_context / wavelength - scaling.low_frequency_factor) /
                        (scaling.high_frequency_factor - scaling.low_frequency_factor);
    return (1 - smooth) * frequency / scaling.factor + smooth * frequency;
}

std::vector<float> frequencies(const RotarySettings &settings) {
    std::vector<float> result;
    for (std::int64_t pair = 0; pair < settings.size / 2; ++pair) {
        const auto exponent = 2 * static_cast<double>(pair) / static_cast<double>(settings.size);
        auto frequency = 1 / std::pow(settings.theta, exponent);
        if (settings.llama3)
            frequency = slowed_down(frequency, *settings.llama3);
        if (!settings.divisors.empty())
            frequency /= settings.divisors[static_cast<std::size_t>(pair)];
        result.push_back(static_cast<float>(frequency / settings.linear_factor));
    }
    return result;
}

} // namespace

RotarySettings read_rotary_parameters(const ConfigReader &parameters, const ConfigReader &config, std::int64_t size,
                                      const RotaryDefaults &defaults) {
    const auto theta = parameters.number("rope_theta", config.number(defaults.theta_key, defaults.theta));
    const auto share = parameters.number("partial_rotary_factor", config.number(defaults.share_key, defaults.share));
    RotarySettings result{.size = static_cast<std::int64_t>(static_cast<double>(size) * share), .theta = theta};
    const auto file = config.file().string();
    if (share > 1 || result.size < 2 || result.size % 2 != 0)
        fail("{}: {} of a head's {} channels cannot turn in pairs", file, result.size, size);
    const auto kind = parameters.text("rope_type", parameters.text("type", "default"));
    if (kind == "linear")
        result.linear_factor = parameters.number("factor");
    else if (kind == "llama3")
        result.llama3 = read_llama3(parameters);
    else if (kind == "longrope" || kind == "su")
        read_longrope(parameters, config, result);
    else if (kind != "default")
        fail("{}: the rotary scaling \"{}\" is not known; known: default, linear, llama3, longrope", file, kind);
    return result;
}

RotarySettings read_rotary(const ConfigReader &config, std::int64_t size, const RotaryDefaults &defaults) {
    const auto *const key = config.contains("rope_parameters") ? "rope_parameters" : "rope_scaling";
    const auto parameters = config.object(key);
    return read_rotary_parameters(parameters ? *parameters : config, config, size, defaults);
}

Rotary::Angles Rotary::angles(std::int64_t tokens, const at::Device &device) const {
    const std::scoped_lock lock(mutex_);
    if (!known_.cosine.defined() || known_.cosine.size(0) < tokens || known_.cosine.device() != device) {
        const auto positions = at::arange(tokens, at::dtype(at::kFloat).device(device));
        const auto all = at::outer(positions, at::tensor(frequencies(settings_)).to(device)).unsqueeze(1);
        known_ = {all.cos() * settings_.amplitude, all.sin() * settings_.amplitude};
    }
    return {known_.cosine.narrow(0, 0, tokens), known_.sine.narrow(0, 0, tokens)};
}

at::Tensor Rotary::turn(const at::Tensor &x, std::int64_t heads) const {
    const auto split = x.reshape({x.size(0), x.size(1), heads, -1});
    const auto half = settings_.size / 2;
    const auto [cosine, sine] = angles(x.size(1), x.device());
    const auto first = split.narrow(-1, 0, half);
    const auto second = split.narrow(-1, half, half);
    std::vector<at::Tensor> parts{(first * cosine - second * sine).to(x.scalar_type()),
                                  (second * cosine + first * sine).to(x.scalar_type())};
    if (const auto rest = split.size(-1) - settings_.size; rest > 0)
        parts.push_back(split.narrow(-1, settings_.size, rest));
    return at::cat(parts, -1).reshape(x.sizes());
}

} // namespace invar
