// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/evaluate/text_preview.h"

#include "core/evaluate/forward_pass.h"
#include "core/model/compute.h"
#include "core/model/end_tokens.h"
#include "core/model/language_model.h"
#include "core/text/text_stream.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>

namespace invar {
namespace {

/// SplitMix64 (Steele, Lea, Flood 2014): a good hash of 64 bits.
std::uint64_t mixed(std::uint64_t value) {
    value += 0x9E3779B97F4A7C15U;
    value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9U;
    value = (value ^ (value >> 27)) * 0x94D049BB133111EBU;
    return value ^ (value >> 31);
}

/// Standard Gumbel noise that belongs to one token at one place.
double gumbel(std::uint64_t seed, std::size_t place, std::size_t token) {
    const auto bits = mixed(mixed(mixed(seed) + place) + token) >> 11;
    const auto uniform = (static_cast<double>(bits) + 0.5) * 0x1p-53; // inside (0, 1)
    return -std::log(-std::log(uniform));
}

std::size_t likeliest(const std::vector<float> &logits) {
    return static_cast<std::size_t>(std::ranges::max_element(logits) - logits.begin());
}

/// The tokens that may be drawn: the `top_k` likeliest, and of these the fewest that hold `top_p` of their probability.
std::vector<std::size_t> candidates(const std::vector<float> &logits, const TextPreviewSettings &settings) {
    std::vector<std::size_t> tokens(logits.size());
    std::iota(tokens.begin(), tokens.end(), std::size_t{0});
    const auto before = [&](std::size_t a, std::size_t b) {
        return logits[a] != logits[b] ? logits[a] > logits[b] : a < b;
    };
    if (const auto most = static_cast<std::size_t>(settings.top_k); most > 0 && most < tokens.size()) {
        std::ranges::nth_element(tokens, tokens.begin() + static_cast<std::ptrdiff_t>(most), before);
        tokens.resize(most);
    }
    if (settings.top_p >= 1)
        return tokens;
    std::ranges::sort(tokens, before);
    const auto weight = [&, top = static_cast<double>(logits[tokens.front()])](std::size_t token) {
        return std::exp((logits[token] - top) / settings.temperature);
    };
    const double needed =
        settings.top_p * std::transform_reduce(tokens.begin(), tokens.end(), 0.0, std::plus(), weight);
    double held = 0;
    const auto last = std::ranges::find_if(tokens, [&](auto token) { return (held += weight(token)) >= needed; });
    if (last != tokens.end())
        tokens.erase(last + 1, tokens.end());
    return tokens;
}

/// A draw from the softmax of logits / temperature over the candidates.
std::size_t sampled(const std::vector<float> &logits, const TextPreviewSettings &settings, std::size_t place) {
    const auto tokens = candidates(logits, settings);
    const double top = logits[likeliest(logits)]; // taken off first: a tiny temperature must not overflow
    return *std::ranges::max_element(tokens, {}, [&](std::size_t token) {
        return (logits[token] - top) / settings.temperature + gumbel(settings.seed, place, token);
    });
}

/// A model at work on its text.
class Writer {
public:
    Writer(const LanguageModel &model, const TextPreviewSettings &settings, std::vector<std::int32_t> prompt,
           const Tokenizer &tokenizer)
        : pass_(model, settings.precision, settings.device), ids_(prompt), stream_(tokenizer, std::move(prompt)) {}

    /// Asks the model what comes next.
    void run() {
        logits_ = pass_.last_logits(ids_);
        if (!std::ranges::all_of(logits_, [](float logit) { return std::isfinite(logit); }))
            fail("the model's logits are not finite, so no text can be made with it");
        const double top = logits_[likeliest(logits_)];
        log_sum_ = top + std::log(std::accumulate(logits_.begin(), logits_.end(), 0.0, [&](double sum, float logit) {
                       return sum + std::exp(logit - top);
                   }));
    }
    [[nodiscard]] const std::vector<float> &logits() const { return logits_; }
    [[nodiscard]] double probability(std::size_t token) const { return std::exp(logits_[token] - log_sum_); }
    [[nodiscard]] const std::vector<std::int32_t> &ids() const { return ids_; }

    /// Takes up `token`, whose text it fills in; with `end`, it is the last one.
    void add(PreviewToken &token, std::optional<PreviewEnd> end) {
        ids_.push_back(token.id);
        token.text = stream_.add(token.id, end.has_value());
        text.text += token.text;
        text.tokens.push_back(token);
        text.end = end.value_or(text.end);
        ended = end.has_value();
    }

    PreviewText text;
    bool ended = false;

private:
    ForwardPass pass_;
    std::vector<std::int32_t> ids_;
    TextStream stream_;
    std::vector<float> logits_; ///< after ids_
    double log_sum_ = 0;        ///< log of the sum of their exponentials
};

std::vector<std::int32_t> encode_prompt(const LanguageModel &model, const std::string &prompt) {
    std::vector<std::int32_t> ids;
    try {
        ids = model.tokenizer().encode(prompt, true);
    } catch (const Error &error) {
        fail("the prompt cannot be read: {}", error.what());
    }
    if (ids.empty())
        fail("the prompt has no tokens");
    const auto context = model.info().context_length;
    if (static_cast<std::int64_t>(ids.size()) > context)
        fail("the prompt has {} tokens, more than the model's context of {}; use a shorter one", ids.size(), context);
    return ids;
}

/// The next token of every text that goes on.
std::vector<PreviewToken> choose(const std::vector<Writer> &writers, const TextPreviewSettings &settings,
                                 std::size_t place) {
    std::vector<PreviewToken> chosen(writers.size());
    for (std::size_t i = 0; i < writers.size(); ++i) {
        const auto &writer = writers[i];
        if (writer.ended)
            continue;
        const auto token =
            settings.temperature > 0 ? sampled(writer.logits(), settings, place) : likeliest(writer.logits());
        chosen[i].id = static_cast<std::int32_t>(token);
        chosen[i].probability = writer.probability(token);
        for (const auto &other : writers)
            chosen[i].by_model.push_back(
                !other.ended && other.ids() == writer.ids() ? std::optional(other.probability(token)) : std::nullopt);
    }
    return chosen;
}

/// Index of the first token by which two texts differ, both so far.
std::optional<std::size_t> difference(const PreviewText &a, const PreviewText &b) {
    const auto [in_a, in_b] = std::ranges::mismatch(a.tokens, b.tokens, {}, &PreviewToken::id, &PreviewToken::id);
    if (in_a == a.tokens.end() || in_b == b.tokens.end())
        return {};
    return static_cast<std::size_t>(in_a - a.tokens.begin());
}

} // namespace

void check_settings(const TextPreviewSettings &settings) {
    if (settings.prompt.empty())
        fail("the prompt is empty; a few words are needed to go on from");
    if (settings.tokens < 1)
        fail("{} tokens are no text; ask for at least 1", settings.tokens);
    if (!std::isfinite(settings.temperature) || settings.temperature < 0)
        fail("the temperature must be 0 (greedy) or more, not {}", settings.temperature);
    if (settings.top_k < 0)
        fail("top-k must be 0 (all tokens) or more, not {}", settings.top_k);
    if (!(settings.top_p > 0 && settings.top_p <= 1)) // neither is a NaN
        fail("top-p must be above 0 and at most 1 (all tokens), not {}", settings.top_p);
    if (settings.temperature == 0 && (settings.top_k > 0 || settings.top_p < 1))
        fail("top-k and top-p say what is sampled from: they need a temperature above 0");
}

TextPreview preview_texts(std::span<const std::shared_ptr<const LanguageModel>> models,
                          const TextPreviewSettings &settings, const Task &task, const PreviewObserver &observer) {
    check_settings(settings);
    if (models.empty())
        fail("a text needs a model");
    const auto &first = *models.front();
    const ComputeScope scope(settings.threads);
    TextPreview preview{.prompt_ids = encode_prompt(first, settings.prompt), .texts = {}};
    const auto end_tokens = read_end_tokens(first);
    const auto context = static_cast<std::size_t>(first.info().context_length);
    const auto tokens = static_cast<std::size_t>(settings.tokens);

    std::vector<Writer> writers;
    writers.reserve(models.size());
    for (const auto &model : models)
        writers.emplace_back(*model, settings, preview.prompt_ids, first.tokenizer());

    const auto end_after = [&](const Writer &writer, std::int32_t id, std::size_t place) -> std::optional<PreviewEnd> {
        if (std::ranges::find(end_tokens, id) != end_tokens.end())
            return PreviewEnd::end_token;
        if (place + 1 == tokens)
            return PreviewEnd::tokens_done;
        if (writer.ids().size() == context) // its last token needs no room: nothing is asked after it
            return PreviewEnd::context_full;
        return {};
    };

    for (std::size_t place = 0; !std::ranges::all_of(writers, &Writer::ended); ++place) {
        for (auto &writer : writers) {
            task.check();
            if (!writer.ended)
                writer.run();
        }
        auto chosen = choose(writers, settings, place); // before any goes on: a token is compared at the same place
        for (std::size_t i = 0; i < writers.size(); ++i) {
            if (writers[i].ended)
                continue;
            writers[i].add(chosen[i], end_after(writers[i], chosen[i].id, place));
            if (observer)
                observer(i, chosen[i]);
        }
        task.report(static_cast<double>(place + 1) / static_cast<double>(tokens), "generating text");
    }
    for (auto &writer : writers)
        writer.text.first_difference = difference(writers.front().text, writer.text);
    for (auto &writer : writers)
        preview.texts.push_back(std::move(writer.text));
    return preview;
}

} // namespace invar
