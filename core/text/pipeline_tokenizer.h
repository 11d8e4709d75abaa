// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/text/normalizer.h"
#include "core/text/pre_tokenizer.h"
#include "core/text/token_decoder.h"
#include "core/text/tokenizer.h"
#include "core/text/tokenizer_definition.h"

#include <unordered_map>

namespace invar {

/// A tokenizer made as `tokenizers` makes one: added tokens, normalizer, pre-tokenizer, model, special tokens around
/// the text; and a decoder for the way back.
class PipelineTokenizer final : public Tokenizer {
public:
    /// Throws Error, naming `source`, when the parts do not fit together.
    PipelineTokenizer(TokenizerDefinition definition, const std::string &source);
    PipelineTokenizer(const PipelineTokenizer &) = delete; // added_ holds on to normalizer_
    PipelineTokenizer &operator=(const PipelineTokenizer &) = delete;

    [[nodiscard]] std::vector<std::int32_t> encode(std::string_view utf8, bool add_special) const override;
    [[nodiscard]] std::string decode(std::span<const std::int32_t> ids) const override;
    [[nodiscard]] std::size_t vocabulary_size() const override { return size_; }
    [[nodiscard]] std::string to_json() const override;

private:
    using Model = std::variant<BpeModel, UnigramModel>;
    class WordCache;
    [[nodiscard]] TokenizerDefinition definition() const;

    PreTokenizer pre_tokenizer_;
    Model model_;
    Normalizer normalizer_;
    AddedTokens added_;
    TokenDecoder decoder_;
    std::vector<std::int32_t> prefix_;
    std::vector<std::int32_t> suffix_;
    std::unordered_map<std::int32_t, std::string> tokens_; ///< by id, as the decoder takes them
    std::size_t size_ = 0;
};

} // namespace invar
