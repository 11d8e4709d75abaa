// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/text/tokenizer.h"

#include "core/base/error.h"
#include "core/text/pipeline_tokenizer.h"
#include "core/text/sentencepiece_model.h"
#include "core/text/tokenizer_json.h"
#include "core/text/vocabulary_and_merges.h"

namespace invar {

std::unique_ptr<Tokenizer> Tokenizer::load(const std::filesystem::path &model_folder) {
    const auto has = [&](const char *file) {
        std::error_code ignored;
        return std::filesystem::exists(model_folder / file, ignored);
    };
    const auto make = [](TokenizerDefinition definition, const std::filesystem::path &source) {
        return std::make_unique<PipelineTokenizer>(std::move(definition), source.string());
    };
    if (const auto file = model_folder / "tokenizer.json"; has("tokenizer.json"))
        return make(read_tokenizer_json(file), file);
    if (has("vocab.json") && has("merges.txt"))
        return make(read_vocabulary_and_merges(model_folder), model_folder / "merges.txt");
    if (const auto file = model_folder / "tokenizer.model"; has("tokenizer.model"))
        return make(read_sentencepiece_model(file), file);
    if (has("vocab.json") || has("merges.txt"))
        fail("{}: holds {}, but no {}", model_folder.string(), has("vocab.json") ? "vocab.json" : "merges.txt",
             has("vocab.json") ? "merges.txt" : "vocab.json");
    fail("{}: holds no tokenizer; looked for tokenizer.json, for vocab.json with merges.txt, and for tokenizer.model",
         model_folder.string());
}

} // namespace invar
