// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/text/tokenizer_json.h"

#include "core/base/error.h"
#include "core/text/base64.h"
#include "core/text/tokenizer_files.h"
#include "core/text/utf8.h"

#include <algorithm>
#include <array>

namespace invar {
namespace {

using namespace tokenizer_files;

using Behavior = tokenizer_step::SplitBehavior;
constexpr std::array<std::pair<std::string_view, Behavior>, 5> split_behaviors{
    {{"Isolated", Behavior::isolated},
     {"Removed", Behavior::removed},
     {"MergedWithPrevious", Behavior::merged_with_previous},
     {"MergedWithNext", Behavior::merged_with_next},
     {"Contiguous", Behavior::contiguous}}};

/// The reader of one tokenizer.json. Each part is read in full or refused: a part passed over would change the ids.
class Reader {
public:
    explicit Reader(const std::filesystem::path &file) : where_(file.string()), json_(read_object(file)) {}

    TokenizerDefinition read() {
        TokenizerDefinition definition{.added = read_added_tokens()};
        for (const auto &step : steps_of(part("normalizer"), "normalizers"))
            definition.normalizer.push_back(normalizer_step(step));
        for (const auto &step : steps_of(part("pre_tokenizer"), "pretokenizers"))
            definition.pre_tokenizer.push_back(pre_tokenizer_step(step));
        for (const auto &step : steps_of(part("decoder"), "decoders"))
            definition.decoder.push_back(decoder_step(step));
        if (definition.decoder.empty())
            refuse("decoder", "missing");
        read_post_processor(part("post_processor"), definition);
        read_model(part("model"), definition);
        return definition;
    }

private:
    [[noreturn]] void refuse(const char *part, std::string_view what) const {
        fail("{}: its {} is {}, which is not supported", where_, part, what);
    }
    const Json &part(const char *key) const { return member(json_, key); }
    static std::string type_of(const Json &value) {
        const auto &type = member(value, "type");
        return type.is_string() ? type.get<std::string>() : "unknown";
    }
    /// The members of a Sequence, of Sequences within it too; else the one step; none where there is nothing.
    std::vector<Json> steps_of(const Json &value, const char *members, int depth = 0) const {
        constexpr int deepest = 8;
        if (value.is_null())
            return {};
        if (type_of(value) != "Sequence")
            return {value};
        const auto &list = member(value, members);
        if (!list.is_array() || depth == deepest)
            fail("{}: a Sequence has no proper {}", where_, members);
        std::vector<Json> steps;
        for (const auto &item : list)
            std::ranges::move(steps_of(item, members, depth + 1), std::back_inserter(steps));
        return steps;
    }

    std::string text(const Json &step, const char *key) const {
        const auto &value = member(step, key);
        if (!value.is_string())
            fail("{}: its {} has no {}", where_, type_of(step), key);
        return value.get<std::string>();
    }
    std::size_t count(const Json &step, const char *key) const {
        const auto &value = member(step, key);
        if (!value.is_number_unsigned())
            fail("{}: the {} of its {} is not a count", where_, key, type_of(step));
        return value.get<std::size_t>();
    }
    /// One character, as text.
    std::string character(const Json &step, const char *key) const {
        auto value = text(step, key);
        if (value.empty() || utf8::decode(value, 0).length != value.size())
            fail("{}: the {} of its {} is not one character", where_, key, type_of(step));
        return value;
    }
    PatternText pattern(const Json &step) const {
        const auto &value = member(step, "pattern");
        for (const bool regex : {false, true})
            if (const auto &content = member(value, regex ? "Regex" : "String");
                content.is_string() && content != Json(std::string()))
                return {content.get<std::string>(), regex};
        fail("{}: its {} has no pattern", where_, type_of(step));
    }
    tokenizer_step::Replace replace(const Json &step) const { return {pattern(step), text(step, "content")}; }

    tokenizer_step::Metaspace metaspace(const Json &step) const {
        using enum tokenizer_step::PrependScheme;
        const auto &scheme = member(step, "prepend_scheme");
        auto prepend = flag(step, "add_prefix_space", true, where_) ? always : never;
        if (scheme == "first")
            prepend = first;
        else if (scheme == "never")
            prepend = never;
        else if (!scheme.is_null() && scheme != "always")
            refuse("Metaspace's prepend_scheme", scheme.dump());
        return {character(step, "replacement"), prepend, flag(step, "split", true, where_)};
    }

    NormalizerStep normalizer_step(const Json &step) const {
        const auto type = type_of(step);
        if (type == "NFC" || type == "NFD" || type == "NFKC" || type == "NFKD")
            return tokenizer_step::UnicodeForm{type};
        if (type == "Prepend")
            return tokenizer_step::Prepend{text(step, "prepend")};
        if (type == "Replace")
            return replace(step);
        if (type == "Strip")
            return tokenizer_step::StripWhiteSpace{flag(step, "strip_left", true, where_),
                                                   flag(step, "strip_right", true, where_)};
        if (type == "Precompiled") {
            const auto map = from_base64(text(step, "precompiled_charsmap"));
            if (!map)
                fail("{}: its precompiled_charsmap is not base64", where_);
            return tokenizer_step::Precompiled{*map};
        }
        refuse("normalizer", type);
    }

    PreTokenizerStep pre_tokenizer_step(const Json &step) const {
        const auto type = type_of(step);
        if (type == "Digits")
            return tokenizer_step::Digits{flag(step, "individual_digits", false, where_)};
        if (type == "Split")
            return tokenizer_step::Split{pattern(step), behavior(step), flag(step, "invert", false, where_)};
        if (type == "Metaspace")
            return metaspace(step);
        if (type == "ByteLevel")
            return tokenizer_step::ByteLevel{flag(step, "add_prefix_space", true, where_),
                                             flag(step, "use_regex", true, where_)};
        refuse("pre_tokenizer", type);
    }

    DecoderStep decoder_step(const Json &step) const {
        const auto type = type_of(step);
        if (type == "ByteLevel")
            return tokenizer_step::FromBytes{};
        if (type == "Replace")
            return replace(step);
        if (type == "ByteFallback")
            return tokenizer_step::ByteFallback{};
        if (type == "Fuse")
            return tokenizer_step::Fuse{};
        if (type == "Strip")
            return tokenizer_step::Strip{character(step, "content"), count(step, "start"), count(step, "stop")};
        if (type == "Metaspace")
            return metaspace(step);
        refuse("decoder", type);
    }

    tokenizer_step::SplitBehavior behavior(const Json &step) const {
        const auto &name = member(step, "behavior");
        for (const auto &[known, behavior] : split_behaviors)
            if (name == known)
                return behavior;
        refuse("pre_tokenizer's Split", name.is_string() ? name.get<std::string>() : "unknown");
    }

    void read_model(const Json &model, TokenizerDefinition &definition) const {
        if (!model.is_object())
            fail("{}: holds no model", where_);
        if (type_of(model) == "Unigram")
            definition.model = read_unigram(model);
        else
            definition.model = read_bpe(model);
    }

    UnigramDefinition read_unigram(const Json &model) const {
        UnigramDefinition definition{
            .pieces = {}, .unknown = std::nullopt, .byte_fallback = flag(model, "byte_fallback", false, where_)};
        const auto &list = member(model, "vocab");
        if (!list.is_array())
            fail("{}: holds no vocabulary (a list of tokens and their scores)", where_);
        for (const auto &item : list) {
            if (!item.is_array() || item.size() != 2 || !item[0].is_string() || !item[1].is_number())
                fail("{}: entry {} of the vocabulary is not a token and its score", where_, definition.pieces.size());
            definition.pieces.emplace_back(item[0].get<std::string>(), item[1].get<double>());
        }
        if (const auto &unknown = member(model, "unk_id"); !unknown.is_null())
            definition.unknown = token_id(unknown, "the unknown token", where_);
        return definition;
    }

    BpeDefinition read_bpe(const Json &model) const {
        if (model.contains("type") ? type_of(model) != "BPE" : !model.contains("merges"))
            refuse("model", type_of(model));
        for (const char *key : {"continuing_subword_prefix", "end_of_word_suffix"})
            if (const auto &text = member(model, key); !text.is_null() && text != Json(std::string()))
                refuse("model's", key);
        if (const auto &dropout = member(model, "dropout"); !dropout.is_null() && dropout != 0.0)
            refuse("model's", "dropout");

        BpeDefinition definition{.vocabulary = vocabulary(member(model, "vocab"), where_),
                                 .merges = read_merges(model),
                                 .unknown = std::nullopt,
                                 .fuse_unknown = flag(model, "fuse_unk", false, where_),
                                 .ignore_merges = flag(model, "ignore_merges", false, where_),
                                 .byte_fallback = flag(model, "byte_fallback", false, where_)};
        if (const auto &unknown = member(model, "unk_token"); !unknown.is_null()) {
            if (!unknown.is_string())
                fail("{}: the model's unk_token is not text", where_);
            definition.unknown = unknown.get<std::string>();
        }
        return definition;
    }

    std::vector<std::pair<std::string, std::string>> read_merges(const Json &model) const {
        const auto &list = member(model, "merges");
        if (!list.is_array())
            fail("{}: the model has no list of merges", where_);
        std::vector<std::pair<std::string, std::string>> merges;
        for (const auto &item : list) {
            if (item.is_string())
                merges.push_back(merge(item.get_ref<const std::string &>(), merges.size() + 1, where_));
            else if (item.is_array() && item.size() == 2 && item[0].is_string() && item[1].is_string())
                merges.emplace_back(item[0].get<std::string>(), item[1].get<std::string>());
            else
                fail("{}: merge {} is not two tokens", where_, merges.size() + 1);
        }
        return merges;
    }

    std::vector<AddedToken> read_added_tokens() const {
        std::vector<AddedToken> tokens;
        const auto &list = part("added_tokens");
        if (!list.is_null() && !list.is_array())
            fail("{}: its added_tokens are not a list", where_);
        for (const auto &item : list) {
            auto token = added_token(item, where_);
            token.id = token_id(member(item, "id"), "added token \"" + token.content + "\"", where_);
            tokens.push_back(std::move(token));
        }
        return tokens;
    }

    void read_post_processor(const Json &value, TokenizerDefinition &definition) const {
        const auto type = type_of(value);
        if (value.is_null() || type == "ByteLevel") // the latter only trims offsets
            return;
        if (type == "Sequence" && value.contains("processors") && value["processors"].is_array()) {
            for (const auto &step : value["processors"]) {
                if (type_of(step) == "Sequence")
                    refuse("post_processor", "a Sequence within a Sequence");
                read_post_processor(step, definition);
            }
        } else if (type == "TemplateProcessing") {
            read_template(value, definition);
        } else if (type == "RobertaProcessing" || type == "BertProcessing") {
            definition.prefix.insert(definition.prefix.begin(), pair_id(value, "cls"));
            definition.suffix.push_back(pair_id(value, "sep"));
        } else {
            refuse("post_processor", type);
        }
    }
    /// The id in a ["token", id] pair.
    std::int32_t pair_id(const Json &value, const char *key) const {
        if (!value.contains(key) || !value[key].is_array() || value[key].size() != 2)
            fail("{}: its post_processor has no proper {}", where_, key);
        return token_id(value[key][1], std::string("the post_processor's ") + key, where_);
    }

    void read_template(const Json &value, TokenizerDefinition &definition) const {
        const auto broken = [&](std::string_view what) { fail("{}: its post_processor's template {}", where_, what); };
        std::vector<std::int32_t> before;
        std::vector<std::int32_t> after;
        bool seen = false;
        const auto &items = member(value, "single");
        if (!items.is_array())
            broken("has no part for a single text");
        for (const auto &item : items) {
            const auto &text = member(item, "Sequence");
            if (!text.is_null() && member(text, "id") == "A" && !seen) {
                seen = true;
                continue;
            }
            const auto &special = member(member(item, "SpecialToken"), "id");
            if (!special.is_string())
                broken("is not special tokens around one text");
            const auto name = special.get<std::string>();
            const auto &ids = member(member(member(value, "special_tokens"), name.c_str()), "ids");
            if (!ids.is_array())
                broken("uses the special token \"" + name + "\" without saying its ids");
            for (const auto &id : ids)
                (seen ? after : before).push_back(token_id(id, "special token \"" + name + "\"", where_));
        }
        if (!seen)
            broken("is not special tokens around one text");
        definition.prefix.insert(definition.prefix.begin(), before.begin(), before.end());
        definition.suffix.insert(definition.suffix.end(), after.begin(), after.end());
    }

    std::string where_;
    Json json_;
};

} // namespace

TokenizerDefinition read_tokenizer_json(const std::filesystem::path &file) { return Reader(file).read(); }

} // namespace invar
