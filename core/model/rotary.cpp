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
        result.push_back(static_cast<float>(frequency / settings.linear_factor));
    }
    return result;
}

} // namespace

RotarySettings read_rotary(const ConfigReader &config, std::int64_t size, double default_theta) {
    RotarySettings result{.size = size};
    const auto parameters = config.object("rope_parameters");
    const auto scaling = parameters ? parameters : config.object("rope_scaling");
    result.theta = (parameters ? *parameters : config).number("rope_theta", default_theta);
    if (!scaling)
        return result;
    const auto kind = scaling->text("rope_type", scaling->text("type", "default"));
    if (kind == "linear")
        result.linear_factor = scaling->number("factor");
    else if (kind == "llama3")
        result.llama3 = read_llama3(*scaling);
    else if (kind != "default")
        fail("{}: the rotary scaling \"{}\" is not known; known: default, linear, llama3", config.file().string(),
             kind);
    return result;
}

Rotary::Angles Rotary::angles(std::int64_t tokens, const at::Device &device) const {
    const std::scoped_lock lock(mutex_);
    if (!known_.cosine.defined() || known_.cosine.size(0) < tokens || known_.cosine.device() != device) {
        const auto positions = at::arange(tokens, at::dtype(at::kFloat).device(device));
        const auto all = at::outer(positions, at::tensor(frequencies(settings_)).to(device)).unsqueeze(1);
        known_ = {all.cos(), all.sin()};
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
