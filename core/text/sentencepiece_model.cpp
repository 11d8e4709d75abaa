// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/text/sentencepiece_model.h"

#include "core/base/error.h"
#include "core/base/files.h"
#include "core/text/configured_tokens.h"
#include "core/text/implied_merges.h"
#include "core/text/protobuf_reader.h"
#include "core/text/sentencepiece_steps.h"
#include "core/text/utf8.h"

#include <bit>
#include <cmath>

namespace invar {
namespace {

using namespace tokenizer_files;

// Numbers and defaults of sentencepiece_model.proto.
enum class PieceType : std::uint64_t { normal = 1, unknown = 2, control = 3, user_defined = 4, unused = 5, byte = 6 };
enum class ModelType : std::uint64_t { unigram = 1, bpe = 2, word = 3, character = 4 };

struct Proto {
    std::vector<std::string> pieces;
    std::vector<float> scores;
    std::vector<PieceType> types;
    ModelType model_type = ModelType::unigram;
    bool byte_fallback = false;
    bool white_space_as_suffix = false;
    std::int32_t begin_id = 1;
    std::int32_t end_id = 2;
    std::string character_map;
    bool add_dummy_prefix = true;
    bool remove_extra_white_space = true;
    bool escape_white_space = true;
};

class Reader {
public:
    explicit Reader(const std::filesystem::path &file) : file_(file), where_(file.string()) {}

    TokenizerDefinition read() {
        const MappedFile mapped(file_);
        read_message({reinterpret_cast<const char *>(mapped.bytes().data()), mapped.bytes().size()});
        check();
        const auto config = read_optional(file_.parent_path() / "tokenizer_config.json");
        TokenizerDefinition definition;
        if (proto_.model_type == ModelType::bpe)
            definition.model = bpe();
        else
            definition.model = unigram();
        definition.added = added(config);
        if (!proto_.character_map.empty())
            definition.normalizer.emplace_back(tokenizer_step::Precompiled{proto_.character_map});
        if (proto_.remove_extra_white_space) {
            const auto replace = [&](const char *regex, std::string content) {
                definition.normalizer.emplace_back(tokenizer_step::Replace{{regex, true}, std::move(content)});
            };
            replace(R"( +\z)", "");
            // Not taken away where a mark would be put there: `tokenizers` puts none where the text's begin is gone.
            replace(R"(\A +)", proto_.add_dummy_prefix ? sentencepiece_marks(1) : "");
            replace(" {2,}", " ");
        }
        add_sentencepiece_steps(
            definition, proto_.add_dummy_prefix ? SentencePiecePrefix::start_of_text : SentencePiecePrefix::none,
            proto_.byte_fallback);
        put_around(config, definition);
        return definition;
    }

private:
    void read_message(std::string_view message) {
        ProtobufReader reader(message, where_);
        while (const auto field = reader.next()) {
            if (field->number == 1)
                read_piece(field->bytes);
            else if (field->number == 2)
                read_trainer(field->bytes);
            else if (field->number == 3)
                read_normalizer(field->bytes);
        }
    }
    void read_piece(std::string_view message) {
        ProtobufReader reader(message, where_);
        std::string_view piece;
        float score = 0;
        auto type = PieceType::normal;
        while (const auto field = reader.next()) {
            if (field->number == 1)
                piece = field->bytes;
            else if (field->number == 2)
                score = std::bit_cast<float>(static_cast<std::uint32_t>(field->value));
            else if (field->number == 3)
                type = static_cast<PieceType>(field->value);
        }
        proto_.pieces.emplace_back(piece);
        proto_.scores.push_back(score);
        proto_.types.push_back(type);
    }
    void read_trainer(std::string_view message) {
        ProtobufReader reader(message, where_);
        while (const auto field = reader.next()) {
            if (field->number == 3)
                proto_.model_type = static_cast<ModelType>(field->value);
            else if (field->number == 24)
                proto_.white_space_as_suffix = field->value != 0;
            else if (field->number == 35)
                proto_.byte_fallback = field->value != 0;
            else if (field->number == 41)
                proto_.begin_id = static_cast<std::int32_t>(field->value);
            else if (field->number == 42)
                proto_.end_id = static_cast<std::int32_t>(field->value);
        }
    }
    void read_normalizer(std::string_view message) {
        ProtobufReader reader(message, where_);
        while (const auto field = reader.next()) {
            if (field->number == 2)
                proto_.character_map = field->bytes;
            else if (field->number == 3)
                proto_.add_dummy_prefix = field->value != 0;
            else if (field->number == 4)
                proto_.remove_extra_white_space = field->value != 0;
            else if (field->number == 5)
                proto_.escape_white_space = field->value != 0;
        }
    }

    void check() {
        const auto count = proto_.pieces.size();
        if (count == 0 || count > INT32_MAX)
            fail("{}: holds no vocabulary, or is no SentencePiece model", where_);
        for (std::size_t id = 0; id < count; ++id) {
            const auto &piece = proto_.pieces[id];
            if (piece.empty() || utf8::find_invalid(piece) != std::string_view::npos)
                fail("{}: piece {} is not valid UTF-8 text", where_, id);
            if (!std::isfinite(proto_.scores[id]))
                fail("{}: the score of piece {} is not a number", where_, id);
            if (!vocabulary_.emplace(piece, static_cast<std::int32_t>(id)).second)
                fail("{}: the piece \"{}\" appears twice", where_, piece);
            if (proto_.types[id] == PieceType::unknown)
                unknown_ = static_cast<std::int32_t>(id);
        }
        if (proto_.model_type != ModelType::bpe && proto_.model_type != ModelType::unigram)
            fail("{}: its model is of {}, which is not supported; only BPE and Unigram are", where_,
                 proto_.model_type == ModelType::word        ? "whole words"
                 : proto_.model_type == ModelType::character ? "characters"
                                                             : "an unknown type");
        if (!unknown_)
            fail("{}: has no piece for the unknown", where_);
        if (proto_.white_space_as_suffix)
            fail("{}: writes spaces after words (treat_whitespace_as_suffix), which is not supported", where_);
        if (!proto_.escape_white_space)
            fail("{}: leaves spaces as they are (escape_whitespaces is off), which is not supported", where_);
    }

    BpeDefinition bpe() const {
        std::vector<float> places(proto_.pieces.size());
        for (std::size_t id = 0; id < places.size(); ++id)
            places[id] = static_cast<float>(id);
        return {.vocabulary = vocabulary_,
                .merges = implied_merges(proto_.pieces, places, vocabulary_, MergeOrder::lowest_key_shortest_left),
                .unknown = proto_.pieces[static_cast<std::size_t>(*unknown_)],
                .fuse_unknown = true,
                .byte_fallback = proto_.byte_fallback};
    }
    UnigramDefinition unigram() const {
        UnigramDefinition definition{.pieces = {}, .unknown = unknown_, .byte_fallback = proto_.byte_fallback};
        for (std::size_t id = 0; id < proto_.pieces.size(); ++id)
            definition.pieces.emplace_back(proto_.pieces[id], proto_.scores[id]);
        return definition;
    }

    std::vector<AddedToken> added(const Json &config) const {
        AddedTokenList list(vocabulary_);
        list.add_configured(config, file_.parent_path());
        for (std::size_t id = 0; id < proto_.pieces.size(); ++id) {
            const auto type = proto_.types[id];
            const bool special = type == PieceType::control || type == PieceType::unknown;
            if (special || type == PieceType::user_defined)
                list.add({.content = proto_.pieces[id], .special = special}, std::nullopt, where_);
        }
        return list.take();
    }

    /// Without a word from the configuration, BPE vocabularies put their begin token before texts, as Llama's do.
    void put_around(const Json &config, TokenizerDefinition &definition) const {
        const auto config_file = (file_.parent_path() / "tokenizer_config.json").string();
        const auto put = [&](const char *key, bool otherwise, std::int32_t id, std::vector<std::int32_t> &ids) {
            const bool there = id >= 0 && static_cast<std::size_t>(id) < proto_.pieces.size();
            if (!flag(config, key, otherwise && there, config_file))
                return;
            if (!there)
                fail("{}: asks for a token that {} does not have ({})", config_file, where_, key);
            ids.push_back(id);
        };
        put("add_bos_token", proto_.model_type == ModelType::bpe, proto_.begin_id, definition.prefix);
        put("add_eos_token", false, proto_.end_id, definition.suffix);
    }

    std::filesystem::path file_;
    std::string where_;
    Proto proto_;
    TokenIds vocabulary_;
    std::optional<std::int32_t> unknown_;
};

} // namespace

TokenizerDefinition read_sentencepiece_model(const std::filesystem::path &file) { return Reader(file).read(); }

} // namespace invar
