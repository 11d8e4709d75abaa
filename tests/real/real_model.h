// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/evaluate/perplexity.h"
#include "core/model/language_model.h"
#include "core/quant/method.h"
#include "support/golden.h"
#include "support/recorded_model.h"

#include <nlohmann/json.hpp>

#include <QTest>

#include <cstdlib>

namespace invar::test {

/// Where packaging/fetch-models puts models.
inline std::filesystem::path fetched(const char *file) {
    const char *chosen = std::getenv("INVARSCOPE_MODELS");
    return (chosen != nullptr && *chosen != '\0' ? std::filesystem::path(chosen)
                                                 : std::filesystem::path(INVAR_SOURCE_DIR) / "models") /
           file;
}

/// What transformers computed with a real model (tests/golden/make_real.py).
inline nlohmann::json recorded_real(const char *file) {
    const auto bytes = read_bytes(golden("real") / file);
    return nlohmann::json::parse(bytes.begin(), bytes.end());
}

/// logit_difference() where only every `stride`th logit was recorded.
inline double sparse_logit_difference(const LanguageModel &model, const nlohmann::json &recorded) {
    const auto stride = recorded.at("stride").get<std::size_t>();
    double worst = 0;
    std::size_t compared = 0;
    for (std::size_t i = 0; i < recorded.at("sequences").size(); ++i) {
        const auto ours = last_logits(model, recorded.at("sequences").at(i).get<std::vector<std::int32_t>>(), {});
        const auto theirs = recorded.at("logits").at(i).get<std::vector<double>>();
        double largest = 0;
        double difference = 0;
        for (std::size_t k = 0; k < theirs.size(); ++k, ++compared) {
            difference = std::max(difference, std::abs(static_cast<double>(ours.at(k * stride)) - theirs[k]));
            largest = std::max(largest, std::abs(theirs[k]));
        }
        worst = std::max(worst, difference / largest);
    }
    return compared == 0 ? INFINITY : worst;
}

/// The model with every projection rounded to nearest.
inline std::shared_ptr<const LanguageModel> rounded(const LanguageModel &model, int bits, std::int64_t group) {
    const auto method = make_starting_method("rtn");
    const Grid grid{.bits = bits, .group_size = group};
    auto start = method->quantize({model.family(), model.weights(), at::Tensor(), grid}, {});
    return model.with_weights(std::make_shared<const ModelWeights>(std::move(start.quantized)));
}

} // namespace invar::test

/// Leaves the test where a model was not fetched.
#define SKIP_WITHOUT(file, name)                                                                                       \
    do {                                                                                                               \
        if (!std::filesystem::exists(invar::test::fetched(file)))                                                      \
            QSKIP(qPrintable(QStringLiteral("%1 is not there; packaging/fetch-models %2 brings it")                    \
                                 .arg(invar::test::shown(invar::test::fetched(file)), QStringLiteral(name))));         \
    } while (false)
