// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/text/tokenizer.h"

#include "core/base/error.h"
#include "core/text/byte_level_bpe.h"

namespace invar {

std::unique_ptr<Tokenizer> Tokenizer::load(const std::filesystem::path &model_folder) {
    const auto has = [&](const char *file) {
        std::error_code ignored;
        return std::filesystem::exists(model_folder / file, ignored);
    };
    if (has("tokenizer.json"))
        return std::make_unique<ByteLevelBpe>(read_tokenizer_json(model_folder / "tokenizer.json"));
    if (has("vocab.json") && has("merges.txt"))
        return std::make_unique<ByteLevelBpe>(read_vocabulary_and_merges(model_folder));
    if (has("vocab.json") || has("merges.txt"))
        fail("{}: holds {}, but no {}", model_folder.string(), has("vocab.json") ? "vocab.json" : "merges.txt",
             has("vocab.json") ? "merges.txt" : "vocab.json");
    fail("{}: holds no tokenizer; looked for tokenizer.json, and for vocab.json with merges.txt",
         model_folder.string());
}

} // namespace invar
