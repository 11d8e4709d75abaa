// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/text/vocabulary_and_merges.h"

#include "core/base/error.h"
#include "core/base/files.h"
#include "core/text/configured_tokens.h"

#include <algorithm>

namespace invar {
namespace {

using namespace tokenizer_files;

constexpr std::size_t max_merges_size = std::size_t{256} << 20;

std::vector<std::pair<std::string, std::string>> read_merges(const std::filesystem::path &file) {
    const auto text = read_text_file(file, max_merges_size);
    std::vector<std::pair<std::string, std::string>> merges;
    std::size_t number = 0;
    for (std::size_t begin = 0; begin < text.size();) {
        const auto end = std::min(text.find('\n', begin), text.size());
        auto line = std::string_view(text).substr(begin, end - begin);
        begin = end + 1;
        ++number;
        if (line.ends_with('\r'))
            line.remove_suffix(1);
        if (line.starts_with("#version") || (line.empty() && begin >= text.size()))
            continue;
        merges.push_back(merge(line, number, file.string()));
    }
    return merges;
}

/// A special token as configuration files give it: its text alone, or an object with flags.
AddedToken special_token(const Json &value, const char *key, const std::string &where) {
    if (!value.is_string() && !value.is_object())
        fail("{}: {} is not a token", where, key);
    auto token = value.is_string() ? AddedToken{.content = value.get<std::string>()} : added_token(value, where);
    token.special = true;
    return token;
}

void check_class(const Json &config, const std::string &where) {
    if (!config.contains("tokenizer_class") || config["tokenizer_class"].is_null())
        return;
    const auto &name = config["tokenizer_class"];
    if (name != "GPT2Tokenizer" && name != "GPT2TokenizerFast")
        fail("{}: its tokenizer_class {} is not supported without a tokenizer.json; only GPT2Tokenizer is", where,
             name.dump());
}

} // namespace

TokenizerDefinition read_vocabulary_and_merges(const std::filesystem::path &folder) {
    const auto vocabulary_file = folder / "vocab.json";
    const auto config_file = folder / "tokenizer_config.json";
    const auto map_file = folder / "special_tokens_map.json";
    const auto config = read_optional(config_file);
    const auto map = read_optional(map_file);
    check_class(config, config_file.string());

    BpeDefinition definition;
    definition.vocabulary = vocabulary(read_object(vocabulary_file), vocabulary_file.string());
    definition.merges = read_merges(folder / "merges.txt");

    AddedTokenList added(definition.vocabulary);
    added.add_configured(config, folder);

    std::optional<std::int32_t> begin;
    for (const char *key : {"bos_token", "eos_token", "unk_token", "pad_token"}) {
        const bool in_map = map.contains(key) && !map[key].is_null();
        const bool in_config = config.contains(key) && !config[key].is_null();
        const auto where = (in_map ? map_file : config_file).string();
        AddedToken token{.content = "<|endoftext|>", .special = true}; // GPT2Tokenizer's own for all but padding
        if (in_map || in_config)
            token = special_token(in_map ? map[key] : config[key], key, where);
        else if (std::string_view(key) == "pad_token" || config.contains(key) ||
                 !definition.vocabulary.contains(token.content))
            continue;
        const auto content = token.content;
        added.add(std::move(token), std::nullopt, where);
        if (std::string_view(key) == "bos_token")
            begin = added.find(content);
    }
    for (const auto &[json, file] : {std::pair(&map, &map_file), std::pair(&config, &config_file)})
        if (const auto more = json->find("additional_special_tokens"); more != json->end() && more->is_array())
            for (const auto &value : *more)
                added.add(special_token(value, "additional_special_tokens", file->string()), std::nullopt,
                          file->string());

    TokenizerDefinition tokenizer{
        .added = added.take(),
        .pre_tokenizer = {tokenizer_step::ByteLevel{
            .add_prefix_space = flag(config, "add_prefix_space", false, config_file.string()), .use_regex = true}},
        .decoder = {tokenizer_step::FromBytes{}},
    };
    tokenizer.model = std::move(definition);
    if (flag(config, "add_bos_token", false, config_file.string())) {
        if (!begin)
            fail("{}: asks for a bos_token before texts, but names none", config_file.string());
        tokenizer.prefix.push_back(*begin);
    }
    return tokenizer;
}

} // namespace invar
