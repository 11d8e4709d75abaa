// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/commands.h"
#include "app/cli/json_output.h"
#include "app/cli/progress_bar.h"
#include "app/cli/text.h"
#include "core/search/open_model.h"

#include <map>
#include <tuple>

namespace invar::cli {
namespace {

Json json_of(const ModelInfo &info) {
    auto matrices = Json::array();
    for (const auto &matrix : info.matrices)
        matrices.push_back({{"name", matrix.name},
                            {"layer", matrix.layer},
                            {"projection", matrix.projection},
                            {"rows", matrix.rows},
                            {"cols", matrix.cols}});
    auto invariances = Json::object();
    for (const auto &[invariance, exactness] : info.invariances)
        invariances[std::string(name_of(invariance))] = name_of(exactness);
    return {{"source", info.source},
            {"family", info.family},
            {"layers", info.layers},
            {"parameters", info.parameters},
            {"hidden_size", info.hidden_size},
            {"ffn_size", info.ffn_size},
            {"vocabulary_size", info.vocabulary_size},
            {"context_length", info.context_length},
            {"projections", info.projections},
            {"invariances", invariances},
            {"matrices", matrices}};
}

/// One line per projection and shape, not per layer: layers of a model look alike.
std::string matrices_text(const ModelInfo &info) {
    std::map<std::tuple<std::size_t, std::string, std::int64_t, std::int64_t>, std::int64_t> kinds;
    for (const auto &matrix : info.matrices) {
        const auto column =
            static_cast<std::size_t>(std::ranges::find(info.projections, matrix.projection) - info.projections.begin());
        ++kinds[{column, matrix.projection, matrix.rows, matrix.cols}];
    }
    Table table({{"matrix", Align::left}, {"rows"}, {"columns"}, {"layers"}, {"weights"}});
    for (const auto &[kind, count] : kinds) {
        const auto &[column, projection, rows, cols] = kind;
        table.add({projection, grouped(rows), grouped(cols), grouped(count), grouped(count * rows * cols)});
    }
    return table.text();
}

void print_text(const ModelInfo &info) {
    const auto quantizable = info.matrix_weights();
    fmt::print("{}\n\n", info.source);
    fmt::print("  family           {}\n", info.family);
    fmt::print("  decoder layers   {}\n", info.layers);
    fmt::print("  parameters       {}, of which {} are quantizable ({})\n", grouped(info.parameters),
               grouped(quantizable), share_text(quantizable, info.parameters));
    fmt::print("  hidden size      {}\n", grouped(info.hidden_size));
    fmt::print("  FFN size         {}\n", grouped(info.ffn_size));
    fmt::print("  vocabulary       {} tokens\n", grouped(info.vocabulary_size));
    fmt::print("  context          {} tokens\n\n", grouped(info.context_length));
    fmt::print("{}\n", matrices_text(info));
    Table table({{"invariance", Align::left}, {"for this family", Align::left}});
    for (const auto &[invariance, exactness] : info.invariances)
        table.add({std::string(name_of(invariance)), std::string(name_of(exactness))});
    fmt::print("{}", table.text());
}

struct Options {
    std::string model;
    bool json = false;
};

ExitStatus inspect(const Options &options, const Context &context) {
    ProgressBar progress;
    const auto model = open_model(options.model, progress.task(context.stop));
    progress.clear();
    if (options.json)
        print_json(json_of(model->info()));
    else
        print_text(model->info());
    return ExitStatus::done;
}

} // namespace

void add_inspect(CommandLine &line) {
    const auto options = std::make_shared<Options>();
    auto &command = line.add("inspect", "What a model is: its family, sizes, matrices and invariances",
                             {"inspect demo", "inspect ~/models/opt-125m --json"},
                             [options](const Context &context) { return inspect(*options, context); });
    command.add_option("MODEL", options->model, "Hugging Face folder, .gguf file, run folder or demo")->required();
    add_json_flag(command, options->json);
}

} // namespace invar::cli
