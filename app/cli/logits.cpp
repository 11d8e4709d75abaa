// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/commands.h"
#include "app/cli/json_output.h"
#include "app/cli/progress_bar.h"
#include "app/cli/settings_options.h"
#include "app/cli/text.h"
#include "core/evaluate/perplexity.h"
#include "core/search/open_model.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <numeric>

namespace invar::cli {
namespace {

struct Options {
    std::string model;
    std::string ids;
    EvaluationOptions evaluation;
    bool json = false;
};

std::vector<std::int32_t> parse_ids(std::string_view text) {
    std::vector<std::int32_t> ids;
    while (true) {
        const auto comma = text.find(',');
        const auto word = text.substr(0, comma);
        std::int32_t id = 0;
        const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), id);
        if (error != std::errc() || end != word.data() + word.size())
            wrong_usage("--ids: {} is not a token id; give them as 1,2,3", in_quotes(word));
        ids.push_back(id);
        if (comma == std::string_view::npos)
            return ids;
        text.remove_prefix(comma + 1);
    }
}

/// What the token says; models without a tokenizer beside them have logits all the same.
std::string decoded(const LanguageModel &model, std::int32_t id) {
    try {
        return in_quotes(model.tokenizer().decode(std::span(&id, 1)));
    } catch (const Error &) {
        return "";
    }
}

void print_likeliest(const LanguageModel &model, const std::vector<float> &logits) {
    constexpr std::size_t shown = 10;
    std::vector<std::int32_t> order(logits.size());
    std::iota(order.begin(), order.end(), 0);
    const auto logit_of = [&](std::int32_t id) { return logits[static_cast<std::size_t>(id)]; };
    const auto end = order.begin() + static_cast<std::ptrdiff_t>(std::min(shown, order.size()));
    std::ranges::partial_sort(order, end, std::ranges::greater(), logit_of);

    const double top = logit_of(order.front());
    const auto sum = std::accumulate(logits.begin(), logits.end(), 0.0,
                                     [&](double so_far, float logit) { return so_far + std::exp(logit - top); });
    Table table({{"token id"}, {"logit"}, {"probability"}, {"text", Align::left}});
    std::for_each(order.begin(), end, [&](std::int32_t id) {
        table.add({std::to_string(id), fmt::format("{:.4f}", logit_of(id)),
                   fmt::format("{:.2f} %", 100 * std::exp(logit_of(id) - top) / sum), decoded(model, id)});
    });
    fmt::print("The likeliest next tokens of {}:\n\n{}", grouped(static_cast<std::int64_t>(logits.size())),
               table.text());
}

ExitStatus logits(const Options &options, const Context &context) {
    const auto ids = parse_ids(options.ids);
    ProgressBar progress;
    const auto model = open_model(options.model, progress.task(context.stop));
    const auto values = last_logits(*model, ids, options.evaluation);
    progress.clear();
    if (options.json)
        print_json({{"logits", float_list(values)}});
    else
        print_likeliest(*model, values);
    return ExitStatus::done;
}

} // namespace

void add_logits(CommandLine &line) {
    const auto options = std::make_shared<Options>();
    auto &command = line.add("logits", "What the model expects after a list of token ids",
                             {"logits demo --ids 2,17,301", "logits runs/first --ids 2,17,301 --json"},
                             [options](const Context &context) { return logits(*options, context); });
    command.add_option("MODEL", options->model, "Hugging Face folder, .gguf file, run folder or demo")->required();
    command.add_option("--ids", options->ids, "Token ids, comma-separated")->required()->option_text("1,2,3");
    add_compute_options(command, options->evaluation.precision, options->evaluation.device,
                        options->evaluation.threads);
    add_json_flag(command, options->json);
}

} // namespace invar::cli
