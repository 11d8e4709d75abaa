// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/text/byte_level_bpe.h"
#include "core/text/tokenizer_files.h"

#include <algorithm>

namespace invar {
namespace {

using namespace tokenizer_files;

/// The reader of one tokenizer.json. Each part is read in full or refused: a part passed over would change the ids.
class Reader {
public:
    explicit Reader(const std::filesystem::path &file) : where_(file.string()), json_(read_object(file)) {}

    ByteLevelBpeParts read() {
        check_no_normalizer(part("normalizer"));
        ByteLevelBpeParts parts{.model = {read_model(part("model")), where_}, .added = read_added_tokens()};
        read_pre_tokenizer(part("pre_tokenizer"), parts);
        check_decoder(part("decoder"));
        read_post_processor(part("post_processor"), parts);
        return parts;
    }

private:
    [[noreturn]] void refuse(const char *part, std::string_view what) const {
        fail("{}: its {} is {}, which is not supported; only byte-level BPE (as in GPT-2 and OPT) is", where_, part,
             what);
    }
    const Json &part(const char *key) const { return member(json_, key); }
    static std::string type_of(const Json &value) {
        const auto &type = member(value, "type");
        return type.is_string() ? type.get<std::string>() : "unknown";
    }
    /// The only member of a Sequence of one, so that wrapping makes no difference.
    const Json &unwrapped(const Json &value, const char *members) const {
        if (type_of(value) == "Sequence" && value.contains(members) && value[members].is_array() &&
            value[members].size() == 1)
            return value[members][0];
        return value;
    }

    void check_no_normalizer(const Json &value) const {
        const bool empty =
            type_of(value) == "Sequence" && value.contains("normalizers") && value["normalizers"].empty();
        if (!value.is_null() && !empty)
            refuse("normalizer", type_of(value));
    }

    BpeDefinition read_model(const Json &model) const {
        if (!model.is_object())
            fail("{}: holds no model", where_);
        if (model.contains("type") ? type_of(model) != "BPE" : !model.contains("merges"))
            refuse("model", type_of(model));
        for (const char *key : {"continuing_subword_prefix", "end_of_word_suffix"})
            if (const auto &text = member(model, key); !text.is_null() && text != Json(std::string()))
                refuse("model's", key);
        if (const auto &dropout = member(model, "dropout"); !dropout.is_null() && dropout != 0.0)
            refuse("model's", "dropout");
        if (flag(model, "byte_fallback", false, where_))
            refuse("model's", "byte_fallback");

        BpeDefinition definition{.vocabulary = vocabulary(member(model, "vocab"), where_),
                                 .merges = read_merges(model),
                                 .unknown = std::nullopt,
                                 .fuse_unknown = flag(model, "fuse_unk", false, where_),
                                 .ignore_merges = flag(model, "ignore_merges", false, where_)};
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

    /// Steps that cut the text, then one that goes over to bytes.
    void read_pre_tokenizer(const Json &value, ByteLevelBpeParts &parts) const {
        const bool sequence =
            type_of(value) == "Sequence" && value.contains("pretokenizers") && value["pretokenizers"].is_array();
        const auto steps = sequence ? value["pretokenizers"] : Json::array({value});
        bool bytes = false;
        for (const auto &step : steps) {
            const auto type = type_of(step);
            if (bytes || (type != "ByteLevel" && type != "Digits" && type != "Split"))
                refuse("pre_tokenizer", step.is_null() ? "missing" : type);
            if (type == "Digits") {
                parts.cuts.emplace_back(flag(step, "individual_digits", false, where_) ? R"(\p{N})" : R"(\p{N}+)");
            } else if (type == "Split") {
                parts.cuts.push_back(read_cut(step));
            } else {
                bytes = true;
                parts.add_prefix_space = flag(step, "add_prefix_space", true, where_);
                parts.split_words = flag(step, "use_regex", true, where_);
            }
        }
        if (!bytes)
            refuse("pre_tokenizer", "without ByteLevel");
    }

    /// The pattern of a Split whose matches and gaps both become pieces.
    Regex read_cut(const Json &step) const {
        const auto &behavior = member(step, "behavior");
        if (behavior != "Isolated" || flag(step, "invert", false, where_))
            refuse("pre_tokenizer's Split", behavior.is_string() ? behavior.get<std::string>() : "unknown");
        const auto &pattern = member(member(step, "pattern"), "Regex");
        if (!pattern.is_string())
            refuse("pre_tokenizer's Split", "no pattern");
        try {
            return Regex(as_pcre(pattern.get<std::string>()));
        } catch (const Error &error) {
            fail("{}: {}", where_, error.what());
        }
    }

    /// \s spelled out, because PCRE2 counts U+180E among white space, Oniguruma and Unicode do not.
    static std::string as_pcre(const std::string &pattern) {
        std::string result;
        for (std::size_t i = 0; i < pattern.size(); ++i) {
            const bool escape = pattern[i] == '\\' && i + 1 < pattern.size();
            if (escape && (pattern[i + 1] == 's' || pattern[i + 1] == 'S'))
                result += pattern[i + 1] == 's' ? R"(\p{White_Space})" : R"(\P{White_Space})";
            else if (escape)
                result.append(pattern, i, 2);
            else
                result += pattern[i];
            i += escape ? 1 : 0;
        }
        return result;
    }

    void check_decoder(const Json &value) const {
        const auto &step = unwrapped(value, "decoders");
        if (type_of(step) != "ByteLevel")
            refuse("decoder", step.is_null() ? "missing" : type_of(step));
    }

    void read_post_processor(const Json &value, ByteLevelBpeParts &parts) const {
        const auto type = type_of(value);
        if (value.is_null() || type == "ByteLevel") // the latter only trims offsets
            return;
        if (type == "Sequence" && value.contains("processors") && value["processors"].is_array()) {
            for (const auto &step : value["processors"]) {
                if (type_of(step) == "Sequence")
                    refuse("post_processor", "a Sequence within a Sequence");
                read_post_processor(step, parts);
            }
        } else if (type == "TemplateProcessing") {
            read_template(value, parts);
        } else if (type == "RobertaProcessing" || type == "BertProcessing") {
            parts.prefix.insert(parts.prefix.begin(), pair_id(value, "cls"));
            parts.suffix.push_back(pair_id(value, "sep"));
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

    void read_template(const Json &value, ByteLevelBpeParts &parts) const {
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
        parts.prefix.insert(parts.prefix.begin(), before.begin(), before.end());
        parts.suffix.insert(parts.suffix.end(), after.begin(), after.end());
    }

    std::string where_;
    Json json_;
};

} // namespace

ByteLevelBpeParts read_tokenizer_json(const std::filesystem::path &file) { return Reader(file).read(); }

} // namespace invar
