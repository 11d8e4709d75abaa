// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/text/pipeline_tokenizer.h"

#include "core/base/error.h"
#include "core/text/tokenizer_json.h"
#include "core/text/utf8.h"

#include <algorithm>

namespace invar {
namespace {

/// Makes a part of the tokenizer, so that an error says which file the part came from.
template <typename Make> auto made(const std::string &source, Make &&make) {
    try {
        return make();
    } catch (const Error &error) {
        fail("{}: {}", source, error.what());
    }
}

std::variant<BpeModel, UnigramModel> make_model(std::variant<BpeDefinition, UnigramDefinition> definition,
                                                bool byte_level, const std::string &source) {
    if (auto *unigram = std::get_if<UnigramDefinition>(&definition)) {
        if (byte_level)
            fail("{}: its model is Unigram behind ByteLevel, which is not supported", source);
        return UnigramModel(std::move(*unigram), source);
    }
    return BpeModel(std::move(std::get<BpeDefinition>(definition)),
                    byte_level ? BpeModel::Units::bytes : BpeModel::Units::characters, source);
}

} // namespace

/// Words repeat; within one text each short one is encoded once. Lives for one call, so that tokenizers stay immutable.
class PipelineTokenizer::WordCache {
public:
    explicit WordCache(const Model &model) : model_(model) {}

    void encode(std::string_view word, std::vector<std::int32_t> &ids) {
        const auto encode_new = [&] { std::visit([&](const auto &model) { model.encode(word, ids); }, model_); };
        if (word.size() > max_word) {
            encode_new();
            return;
        }
        const auto known = entries_.find(word);
        if (known != entries_.end()) {
            for (std::size_t i = 0; i < known->second.count; ++i)
                ids.push_back(ids[known->second.position + i]);
            return;
        }
        const auto position = ids.size();
        encode_new();
        entries_.emplace(word, Entry{position, ids.size() - position});
    }

private:
    static constexpr std::size_t max_word = 64;
    struct Entry {
        std::size_t position; ///< where in the ids the word was first encoded
        std::size_t count;
    };
    const Model &model_;
    std::unordered_map<std::string, Entry, StringHash, std::equal_to<>> entries_;
};

PipelineTokenizer::PipelineTokenizer(TokenizerDefinition definition, const std::string &source)
    : pre_tokenizer_(made(source, [&] { return PreTokenizer(std::move(definition.pre_tokenizer)); })),
      model_(make_model(std::move(definition.model), pre_tokenizer_.byte_level(), source)),
      normalizer_(made(source, [&] { return Normalizer(std::move(definition.normalizer)); })),
      added_(std::move(definition.added),
             normalizer_.empty() ? nullptr : AddedTokens::Normalize([this](auto text) { return normalizer_(text); })),
      decoder_(made(source, [&] { return TokenDecoder(std::move(definition.decoder)); })),
      prefix_(std::move(definition.prefix)), suffix_(std::move(definition.suffix)) {
    std::visit(
        [&](const auto &model) {
            for (const auto &[token, id] : model.vocabulary())
                tokens_.insert_or_assign(id, token);
        },
        model_);
    for (const auto &entry : added_.entries())
        tokens_.insert_or_assign(entry.token.id, entry.written);
    for (const auto &[id, token] : tokens_)
        size_ = std::max(size_, static_cast<std::size_t>(id) + 1);
}

std::vector<std::int32_t> PipelineTokenizer::encode(std::string_view text, bool add_special) const {
    if (const auto offset = utf8::find_invalid(text); offset != std::string_view::npos)
        fail("the text is not valid UTF-8 at byte {}", offset);
    std::vector<std::int32_t> ids;
    if (add_special)
        ids = prefix_;
    WordCache cache(model_);
    added_.split(text, [&](std::string_view part, std::optional<std::int32_t> id, bool at_start) {
        if (id)
            ids.push_back(*id);
        else
            pre_tokenizer_.split(part, at_start, [&](std::string_view word) { cache.encode(word, ids); });
    });
    if (add_special)
        ids.insert(ids.end(), suffix_.begin(), suffix_.end());
    return ids;
}

std::string PipelineTokenizer::decode(std::span<const std::int32_t> ids) const {
    std::vector<std::string> tokens;
    for (const auto id : ids)
        if (const auto found = tokens_.find(id); found != tokens_.end())
            tokens.push_back(found->second);
    return decoder_(std::move(tokens));
}

TokenizerDefinition PipelineTokenizer::definition() const {
    TokenizerDefinition definition{.normalizer = normalizer_.steps(),
                                   .pre_tokenizer = pre_tokenizer_.steps(),
                                   .decoder = decoder_.steps(),
                                   .prefix = prefix_,
                                   .suffix = suffix_};
    std::visit([&](const auto &model) { definition.model = model.definition(); }, model_);
    for (const auto &entry : added_.entries())
        definition.added.push_back(entry.token);
    return definition;
}

std::string PipelineTokenizer::to_json() const { return write_tokenizer_json(definition()); }

} // namespace invar
