// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/text/tokenizer.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace invar {

/// The vocabulary that a GGUF file carries, as its metadata has it (keys `tokenizer.ggml.…`).
struct GgufVocabulary {
    std::string model;                    ///< …model: "gpt2" (byte-level BPE) or "llama" (SentencePiece's BPE)
    std::string pre;                      ///< …pre: how text is cut first; empty where the file does not say
    std::string architecture;             ///< general.architecture; tells Gemma's and Phi-3's vocabularies from Llama's
    std::vector<std::string> tokens;      ///< …tokens
    std::vector<float> scores;            ///< …scores: one for each token; "llama" without merges needs them
    std::vector<std::int32_t> types;      ///< …token_type: one for each token (3 control, 4 user-defined), or none
    std::vector<std::string> merges;      ///< …merges: "left right", best first; "gpt2" needs them
    std::optional<std::int32_t> begin;    ///< …bos_token_id
    std::optional<std::int32_t> end;      ///< …eos_token_id
    std::optional<std::int32_t> unknown;  ///< …unknown_token_id
    std::optional<bool> add_begin;        ///< …add_bos_token
    std::optional<bool> add_end;          ///< …add_eos_token
    std::optional<bool> add_space_prefix; ///< …add_space_prefix
};

/// A tokenizer with the ids that the model's own Hugging Face tokenizer gives; where a GGUF file does not say enough
/// for that, as transformers reads it. Throws Error naming `source`, the file.
[[nodiscard]] std::unique_ptr<Tokenizer> make_tokenizer(const GgufVocabulary &vocabulary, const std::string &source);

} // namespace invar
