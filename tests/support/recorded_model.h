// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/evaluate/perplexity.h"
#include "core/model/language_model.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <vector>

namespace invar::test {

/// Largest difference of our last logits from those that transformers gave for some sequences, relative to the largest
/// of theirs. `recorded`: {"sequences": [[id…]…], "logits": [[…]…]}.
inline double logit_difference(const LanguageModel &model, const nlohmann::json &recorded) {
    double worst = 0;
    const auto sequences = recorded.at("sequences").get<std::vector<std::vector<std::int32_t>>>();
    for (std::size_t i = 0; i < sequences.size(); ++i) {
        const auto ours = last_logits(model, sequences[i], {});
        const auto theirs = recorded.at("logits").at(i).get<std::vector<double>>();
        double largest = 0;
        double difference = 0;
        for (std::size_t k = 0; k < theirs.size(); ++k) {
            difference = std::max(difference, std::abs(static_cast<double>(ours.at(k)) - theirs[k]));
            largest = std::max(largest, std::abs(theirs[k]));
        }
        worst = std::max(worst, difference / largest);
    }
    return sequences.empty() ? INFINITY : worst;
}

/// Our perplexity over the recorded one, less 1. `recorded`: {"ids": […], "window": …, "value": …}.
inline double perplexity_difference(const LanguageModel &model, const nlohmann::json &recorded) {
    const auto ids = recorded.at("ids").get<std::vector<std::int32_t>>();
    const auto ours = measure_perplexity(model, ids, {.window = recorded.at("window")});
    return std::abs(ours.perplexity / recorded.at("value").get<double>() - 1);
}

} // namespace invar::test
