// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/text/base64.h"
#include "core/text/tokenizer_json.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <map>

namespace invar {
namespace {

using Json = nlohmann::ordered_json;
using namespace tokenizer_step;

Json pattern(const PatternText &pattern) { return {{pattern.regex ? "Regex" : "String", pattern.text}}; }

Json json(const UnicodeForm &step) { return {{"type", step.name}}; }
Json json(const Prepend &step) { return {{"type", "Prepend"}, {"prepend", step.text}}; }
Json json(const Replace &step) {
    return {{"type", "Replace"}, {"pattern", pattern(step.pattern)}, {"content", step.content}};
}
Json json(const StripWhiteSpace &step) {
    return {{"type", "Strip"}, {"strip_left", step.left}, {"strip_right", step.right}};
}
Json json(const Precompiled &step) {
    return {{"type", "Precompiled"}, {"precompiled_charsmap", to_base64(step.character_map)}};
}
Json json(const Split &step) {
    constexpr std::array behaviors{"Removed", "Isolated", "MergedWithPrevious", "MergedWithNext", "Contiguous"};
    return {{"type", "Split"},
            {"pattern", pattern(step.pattern)},
            {"behavior", behaviors.at(static_cast<std::size_t>(step.behavior))},
            {"invert", step.invert}};
}
Json json(const Digits &step) { return {{"type", "Digits"}, {"individual_digits", step.individual}}; }
Json json(const Metaspace &step) {
    constexpr std::array schemes{"always", "first", "never"};
    return {{"type", "Metaspace"},
            {"replacement", step.replacement},
            {"prepend_scheme", schemes.at(static_cast<std::size_t>(step.prepend))},
            {"split", step.split}};
}
Json json(const ByteLevel &step) {
    return {{"type", "ByteLevel"},
            {"add_prefix_space", step.add_prefix_space},
            {"trim_offsets", true},
            {"use_regex", step.use_regex}};
}
Json json(const FromBytes & /*step*/) { return json(ByteLevel{}); }
Json json(const ByteFallback & /*step*/) { return {{"type", "ByteFallback"}}; }
Json json(const Fuse & /*step*/) { return {{"type", "Fuse"}}; }
Json json(const Strip &step) {
    return {{"type", "Strip"}, {"content", step.content}, {"start", step.start}, {"stop", step.stop}};
}

template <typename Step> Json sequence(const std::vector<Step> &steps, const char *members) {
    Json list = Json::array();
    for (const auto &step : steps)
        list.push_back(std::visit([](const auto &each) { return json(each); }, step));
    if (list.size() == 1)
        return list.front();
    return list.empty() ? Json() : Json{{"type", "Sequence"}, {members, list}};
}

Json json(const BpeDefinition &model) {
    // Sorted: an ordered_json looks through all members for each that is put in.
    nlohmann::json vocabulary = nlohmann::json::object();
    for (const auto &[token, id] : model.vocabulary)
        vocabulary[token] = id;
    return {{"type", "BPE"},
            {"dropout", nullptr},
            {"unk_token", model.unknown ? Json(*model.unknown) : Json()},
            {"continuing_subword_prefix", nullptr},
            {"end_of_word_suffix", nullptr},
            {"fuse_unk", model.fuse_unknown},
            {"byte_fallback", model.byte_fallback},
            {"ignore_merges", model.ignore_merges},
            {"vocab", vocabulary},
            {"merges", model.merges}};
}

Json json(const UnigramDefinition &model) {
    return {{"type", "Unigram"},
            {"unk_id", model.unknown ? Json(*model.unknown) : Json()},
            {"vocab", model.pieces},
            {"byte_fallback", model.byte_fallback}};
}

Json json(const AddedToken &token) {
    return {{"id", token.id},          {"content", token.content}, {"single_word", token.single_word},
            {"lstrip", token.lstrip},  {"rstrip", token.rstrip},   {"normalized", token.normalized},
            {"special", token.special}};
}

std::map<std::int32_t, std::string> special_names(const TokenizerDefinition &definition) {
    std::map<std::int32_t, std::string> names;
    const auto note = [&](std::int32_t id, const std::string &token) {
        if (std::ranges::count(definition.prefix, id) + std::ranges::count(definition.suffix, id) > 0)
            names.insert_or_assign(id, token);
    };
    if (const auto *bpe = std::get_if<BpeDefinition>(&definition.model)) {
        for (const auto &[token, id] : bpe->vocabulary)
            note(id, token);
    } else {
        const auto &pieces = std::get<UnigramDefinition>(definition.model).pieces;
        for (std::size_t id = 0; id < pieces.size(); ++id)
            note(static_cast<std::int32_t>(id), pieces[id].first);
    }
    for (const auto &token : definition.added)
        note(token.id, token.content);
    return names;
}

Json post_processor(const TokenizerDefinition &definition) {
    if (definition.prefix.empty() && definition.suffix.empty())
        return {};
    const auto names = special_names(definition);
    Json specials = Json::object();
    const auto around = [&](const char *sequence, int type) {
        Json list = Json::array();
        const auto put = [&](const std::vector<std::int32_t> &ids) {
            for (const auto id : ids) {
                const auto name = names.find(id);
                if (name == names.end())
                    fail("the tokenizer puts the token {} around texts, but its vocabulary has none of that id", id);
                list.push_back({{"SpecialToken", {{"id", name->second}, {"type_id", type}}}});
                specials[name->second] = {{"id", name->second}, {"ids", {id}}, {"tokens", {name->second}}};
            }
        };
        put(definition.prefix);
        list.push_back({{"Sequence", {{"id", sequence}, {"type_id", type}}}});
        put(definition.suffix);
        return list;
    };
    auto single = around("A", 0);
    auto pair = single;
    for (auto &item : around("B", 1))
        pair.push_back(std::move(item));
    return {{"type", "TemplateProcessing"}, {"single", single}, {"pair", pair}, {"special_tokens", specials}};
}

} // namespace

std::string write_tokenizer_json(const TokenizerDefinition &definition) {
    auto added = definition.added;
    std::ranges::sort(added, {}, &AddedToken::id);
    Json list = Json::array();
    for (const auto &token : added)
        list.push_back(json(token));
    const Json whole{{"version", "1.0"},
                     {"truncation", nullptr},
                     {"padding", nullptr},
                     {"added_tokens", list},
                     {"normalizer", sequence(definition.normalizer, "normalizers")},
                     {"pre_tokenizer", sequence(definition.pre_tokenizer, "pretokenizers")},
                     {"post_processor", post_processor(definition)},
                     {"decoder", sequence(definition.decoder, "decoders")},
                     {"model", std::visit([](const auto &model) { return json(model); }, definition.model)}};
    return whole.dump() + "\n";
}

} // namespace invar
