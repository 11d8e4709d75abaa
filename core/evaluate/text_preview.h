// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/task.h"
#include "core/model/precision.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace invar {

class LanguageModel;

struct TextPreviewSettings {
    std::string prompt;       ///< UTF-8; the tokenizer's begin token goes in front where it has one
    std::int64_t tokens = 48; ///< to generate at most
    double temperature = 0;   ///< 0: the likeliest token each time (greedy)
    std::int64_t top_k = 0;   ///< sample from the so many likeliest tokens; 0: from all
    double top_p = 1;         ///< and of these from the fewest likeliest that hold this much of their probability
    std::uint64_t seed = 0;
    Precision precision = Precision::float32;
    std::string device = "cpu";
    int threads = 0;
};

/// A generated token.
struct PreviewToken {
    std::int32_t id = 0;
    std::string text;       ///< what it adds to the text; a character in parts comes whole, with its last part
    double probability = 0; ///< that its model gives it, at temperature 1
    /// The probability that each model gives it, in the models' order; nothing where that model's text is already
    /// another one (or has ended), so that it was never asked.
    std::vector<std::optional<double>> by_model;
};

enum class PreviewEnd {
    tokens_done, ///< as many as asked for
    end_token,   ///< the model ended the text by itself
    context_full ///< no room for another token
};

/// What one model made of the prompt.
struct PreviewText {
    std::vector<PreviewToken> tokens;
    std::string text; ///< the tokens' texts joined, without the prompt
    PreviewEnd end = PreviewEnd::tokens_done;
    std::optional<std::size_t> first_difference; ///< index of the first token that is not the first model's
};

struct TextPreview {
    std::vector<std::int32_t> prompt_ids;
    std::vector<PreviewText> texts; ///< one for each model
};

/// Called on the generating thread with each token, in step: the models take turns.
using PreviewObserver = std::function<void(std::size_t model, const PreviewToken &token)>;

/// Throws Error saying which setting cannot work.
void check_settings(const TextPreviewSettings &settings);

/// Continues one prompt with several models of one tokenizer (variants of one checkpoint), each with its own text.
/// When sampling, all draw with the same random numbers, so that texts differ because the models do: to every token's
/// logit noise is added that depends on the seed, the token and its place alone (the Gumbel-max trick). Throws Error
/// (settings, a prompt that is empty, not UTF-8 or longer than the context; no tokenizer; logits that are no numbers),
/// Cancelled.
[[nodiscard]] TextPreview preview_texts(std::span<const std::shared_ptr<const LanguageModel>> models,
                                        const TextPreviewSettings &settings, const Task &task = {},
                                        const PreviewObserver &observer = {});

} // namespace invar
