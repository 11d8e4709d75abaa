// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/text/gguf_vocabulary.h"

#include "core/base/error.h"
#include "core/text/byte_alphabet.h"
#include "core/text/implied_merges.h"
#include "core/text/pipeline_tokenizer.h"
#include "core/text/sentencepiece_steps.h"
#include "core/text/tokenizer_files.h"
#include "core/text/utf8.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace invar {
namespace {

// Values of tokenizer.ggml.token_type.
constexpr std::int32_t type_normal = 1;
constexpr std::int32_t type_control = 3;
constexpr std::int32_t type_user_defined = 4;

constexpr std::string_view llama3_words =
    R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)";
constexpr std::string_view qwen2_words =
    R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)";
constexpr std::string_view tekken_words =
    R"([^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+)"
    R"(|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*)"
    R"(|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+)";

/// What `tokenizer.ggml.pre` stands for, as in the tokenizer.json of the models that bear the name.
struct Cutting {
    std::string_view name;
    std::string_view words = {}; ///< pattern of the words; GPT-2's own where it is empty
    bool digits = false;         ///< each digit stands alone
    bool nfc = false;            ///< text is composed first
    bool ignore_merges = false;  ///< a word that is a token is that token
    bool add_begin = false;      ///< where the file does not say
};
constexpr std::array cuttings{
    Cutting{.name = "gpt-2"},
    Cutting{.name = "default"},
    Cutting{.name = ""},
    Cutting{.name = "phi-2"},
    Cutting{.name = "olmo", .nfc = true},
    Cutting{.name = "mpt", .nfc = true},
    Cutting{.name = "smollm", .digits = true},
    Cutting{.name = "starcoder", .digits = true},
    Cutting{.name = "refact", .digits = true},
    Cutting{.name = "llama-bpe", .words = llama3_words, .ignore_merges = true, .add_begin = true},
    Cutting{.name = "llama3", .words = llama3_words, .ignore_merges = true, .add_begin = true},
    Cutting{.name = "llama-v3", .words = llama3_words, .ignore_merges = true, .add_begin = true},
    Cutting{.name = "dbrx", .words = llama3_words},
    Cutting{.name = "smaug-bpe", .words = llama3_words},
    Cutting{.name = "qwen2", .words = qwen2_words, .nfc = true},
    Cutting{.name = "deepseek-r1-qwen", .words = qwen2_words, .nfc = true},
    Cutting{.name = "stablelm2", .words = qwen2_words},
    Cutting{.name = "tekken", .words = tekken_words, .ignore_merges = true, .add_begin = true},
};

const Cutting &cutting_of(const std::string &name, const std::string &source) {
    const auto found = std::ranges::find(cuttings, name, &Cutting::name);
    if (found == cuttings.end())
        fail("{}: its pre-tokenizer \"{}\" is not known; known are gpt-2, smollm, llama-bpe, qwen2, olmo, mpt, "
             "starcoder, refact, dbrx, stablelm2, tekken and default",
             source, name);
    return *found;
}

bool in_byte_alphabet(const std::string &token) {
    std::string bytes;
    append_from_byte_alphabet(bytes, token);
    return to_byte_alphabet(bytes) == token;
}

class Maker {
public:
    Maker(const GgufVocabulary &vocabulary, const std::string &source) : from_(vocabulary), source_(source) {}

    TokenizerDefinition make() {
        check();
        if (from_.model == "gpt2")
            return byte_level();
        if (from_.model == "llama")
            return sentencepiece();
        fail("{}: its tokenizer model \"{}\" is not supported; only gpt2 and llama are", source_, from_.model);
    }

private:
    void check() const {
        const auto count = from_.tokens.size();
        if (count == 0 || count > std::numeric_limits<std::int32_t>::max())
            fail("{}: its vocabulary has {} tokens", source_, count);
        const auto check_length = [&](const char *key, std::size_t length) {
            if (length != 0 && length != count)
                fail("{}: tokenizer.ggml.{} has {} entries for {} tokens", source_, key, length, count);
        };
        check_length("scores", from_.scores.size());
        check_length("token_type", from_.types.size());
        for (std::size_t id = 0; id < count; ++id)
            if (utf8::find_invalid(from_.tokens[id]) != std::string_view::npos)
                fail("{}: token {} of its vocabulary is not valid UTF-8", source_, id);
        const auto check_id = [&](const char *key, std::optional<std::int32_t> id) {
            if (id && (*id < 0 || static_cast<std::size_t>(*id) >= count))
                fail("{}: tokenizer.ggml.{}_token_id is {}, but its vocabulary has {} tokens", source_, key, *id,
                     count);
        };
        check_id("bos", from_.begin);
        check_id("eos", from_.end);
        check_id("unknown", from_.unknown);
    }

    [[nodiscard]] std::int32_t type_of(std::size_t id) const {
        return from_.types.empty() ? type_normal : from_.types[id];
    }
    /// The tokens that are found in text as they are written, those with a role among them.
    [[nodiscard]] std::vector<AddedToken> added() const {
        std::vector<AddedToken> tokens;
        for (std::size_t i = 0; i < from_.tokens.size(); ++i) {
            const auto id = static_cast<std::int32_t>(i);
            const bool special =
                type_of(i) == type_control || from_.begin == id || from_.end == id || from_.unknown == id;
            if (special || type_of(i) == type_user_defined)
                tokens.push_back({.content = from_.tokens[i], .id = id, .special = special});
        }
        return tokens;
    }
    void put_around(TokenizerDefinition &definition, bool add_begin) const {
        if (from_.add_begin.value_or(add_begin) && from_.begin)
            definition.prefix.push_back(*from_.begin);
        if (from_.add_end.value_or(false) && from_.end)
            definition.suffix.push_back(*from_.end);
    }
    [[nodiscard]] std::vector<std::pair<std::string, std::string>> listed_merges() const {
        std::vector<std::pair<std::string, std::string>> merges;
        merges.reserve(from_.merges.size());
        for (const auto &line : from_.merges)
            merges.push_back(tokenizer_files::merge(line, merges.size() + 1, source_));
        return merges;
    }

    TokenizerDefinition byte_level() const {
        const auto &cutting = cutting_of(from_.pre, source_);
        if (from_.merges.empty())
            fail("{}: its vocabulary has no merges, which byte-level BPE needs", source_);
        BpeDefinition bpe{.merges = listed_merges(), .ignore_merges = cutting.ignore_merges};
        for (std::size_t id = 0; id < from_.tokens.size(); ++id) {
            const auto &token = from_.tokens[id];
            const bool plain = type_of(id) == type_normal && !in_byte_alphabet(token);
            bpe.vocabulary.insert_or_assign(plain ? to_byte_alphabet(token) : token, static_cast<std::int32_t>(id));
        }
        TokenizerDefinition definition{.added = added(), .decoder = {tokenizer_step::FromBytes{}}};
        definition.model = std::move(bpe);
        if (cutting.nfc)
            definition.normalizer.emplace_back(tokenizer_step::UnicodeForm{"NFC"});
        auto &steps = definition.pre_tokenizer;
        if (cutting.digits)
            steps.emplace_back(tokenizer_step::Digits{.individual = true});
        if (!cutting.words.empty())
            steps.emplace_back(tokenizer_step::Split{.pattern = {std::string(cutting.words), true}});
        steps.emplace_back(tokenizer_step::ByteLevel{.use_regex = cutting.words.empty()});
        put_around(definition, cutting.add_begin);
        return definition;
    }

    TokenizerDefinition sentencepiece() const {
        const bool gemma = from_.architecture.starts_with("gemma");
        auto tokens = from_.tokens;
        if (gemma) // files spell its tokens of several spaces with spaces
            for (auto &token : tokens)
                if (token.find_first_not_of(' ') == std::string::npos)
                    token = sentencepiece_marks(token.size());
        BpeDefinition bpe{.fuse_unknown = true, .byte_fallback = true};
        for (std::size_t id = 0; id < tokens.size(); ++id)
            bpe.vocabulary.insert_or_assign(tokens[id], static_cast<std::int32_t>(id));
        if (from_.unknown)
            bpe.unknown = tokens[static_cast<std::size_t>(*from_.unknown)];
        bpe.merges = from_.merges.empty() ? scored_merges(tokens, bpe.vocabulary, gemma) : listed_merges();

        TokenizerDefinition definition{.added = added()};
        std::erase_if(definition.added,
                      [&](const AddedToken &token) { return !bpe.vocabulary.contains(token.content); });
        definition.model = std::move(bpe);
        using enum SentencePiecePrefix;
        const auto prefix = !from_.add_space_prefix.value_or(!gemma) ? none
                            : from_.architecture == "phi3"           ? every_piece
                                                                     : start_of_text;
        add_sentencepiece_steps(definition, prefix, true);
        put_around(definition, true);
        return definition;
    }

    /// Gemma's scores do not follow its merges, the places of its tokens do (so says transformers).
    [[nodiscard]] std::vector<std::pair<std::string, std::string>>
    scored_merges(const std::vector<std::string> &tokens, const TokenIds &vocabulary, bool by_place) const {
        auto keys = from_.scores;
        if (by_place) {
            keys.resize(tokens.size());
            for (std::size_t id = 0; id < keys.size(); ++id)
                keys[id] = -static_cast<float>(id);
        }
        if (keys.empty())
            fail("{}: its vocabulary has neither scores nor merges", source_);
        if (std::ranges::any_of(keys, [](float key) { return std::isnan(key); }))
            fail("{}: a score of its vocabulary is not a number", source_);
        return implied_merges(tokens, keys, vocabulary, MergeOrder::highest_key_longest_left);
    }

    const GgufVocabulary &from_;
    const std::string &source_;
};

} // namespace

std::unique_ptr<Tokenizer> make_tokenizer(const GgufVocabulary &vocabulary, const std::string &source) {
    return std::make_unique<PipelineTokenizer>(Maker(vocabulary, source).make(), source);
}

} // namespace invar
