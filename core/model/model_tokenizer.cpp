// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/model_tokenizer.h"

#include "core/base/error.h"
#include "core/checkpoint/gguf.h"
#include "core/model/language_model.h"
#include "core/text/gguf_vocabulary.h"

#include <algorithm>
#include <limits>

namespace invar {
namespace {

constexpr std::string_view tokens_key = "tokenizer.ggml.tokens";

template <typename Text> std::vector<std::string> owned(const std::optional<std::vector<Text>> &texts) {
    return texts ? std::vector<std::string>(texts->begin(), texts->end()) : std::vector<std::string>{};
}

std::optional<std::int32_t> id_at(const GgufFile &file, std::string_view key) {
    const auto id = file.integer(key);
    if (!id)
        return {};
    if (*id < 0 || *id > std::numeric_limits<std::int32_t>::max())
        fail("{}: {} is {}, which is no token id", file.path().string(), key, *id);
    return static_cast<std::int32_t>(*id);
}

GgufVocabulary vocabulary_of(const GgufFile &file) {
    GgufVocabulary vocabulary;
    vocabulary.model = file.text("tokenizer.ggml.model").value_or("");
    vocabulary.pre = file.text("tokenizer.ggml.pre").value_or("");
    vocabulary.architecture = file.text("general.architecture").value_or("");
    vocabulary.tokens = owned(file.texts(tokens_key));
    vocabulary.merges = owned(file.texts("tokenizer.ggml.merges"));
    if (const auto scores = file.numbers("tokenizer.ggml.scores"))
        std::ranges::transform(*scores, std::back_inserter(vocabulary.scores),
                               [](double score) { return static_cast<float>(score); });
    if (const auto types = file.integers("tokenizer.ggml.token_type"))
        std::ranges::transform(*types, std::back_inserter(vocabulary.types),
                               [](std::int64_t type) { return static_cast<std::int32_t>(type); });
    vocabulary.begin = id_at(file, "tokenizer.ggml.bos_token_id");
    vocabulary.end = id_at(file, "tokenizer.ggml.eos_token_id");
    vocabulary.unknown = id_at(file, "tokenizer.ggml.unknown_token_id");
    vocabulary.add_begin = file.flag("tokenizer.ggml.add_bos_token");
    vocabulary.add_end = file.flag("tokenizer.ggml.add_eos_token");
    vocabulary.add_space_prefix = file.flag("tokenizer.ggml.add_space_prefix");
    return vocabulary;
}

} // namespace

std::unique_ptr<Tokenizer> load_model_tokenizer(const std::filesystem::path &model) {
    if (!is_gguf_file(model))
        return Tokenizer::load(model);
    const GgufFile file(model);
    return file.contains(tokens_key) ? make_tokenizer(vocabulary_of(file), model.string())
                                     : Tokenizer::load(companion_folder(model));
}

} // namespace invar
